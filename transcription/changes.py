"""What a person changed in the machine's text, as pieces that stay, go or come: for eyes and for paper.

Pure. Single characters that happen to be alike between two changes are taken into them: a text that flickers
between old and new by the letter cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOO_SHORT = 2


@dataclass(frozen=True, slots=True)
class Change:
    """A run of characters: ``same``, ``removed`` (the machine's alone) or ``added`` (the person's alone)."""

    kind: Literal["same", "removed", "added"]
    text: str


def changes(machine: str, person: str) -> tuple[Change, ...]:
    """Return the way from one text to the other; without the removed pieces it reads as ``person``."""
    matcher = SequenceMatcher(None, machine, person, autojunk=False)
    found: list[Change] = []
    removed, added = "", ""
    codes = matcher.get_opcodes()
    for number, (kind, old_from, old_to, new_from, new_to) in enumerate(codes):
        between = 0 < number < len(codes) - 1
        if kind == "equal" and not (between and old_to - old_from < _TOO_SHORT):
            found += _both(removed, added)
            removed = added = ""
            found.append(Change("same", machine[old_from:old_to]))
        else:
            removed, added = removed + machine[old_from:old_to], added + person[new_from:new_to]
    return (*found, *_both(removed, added))


def _both(removed: str, added: str) -> list[Change]:
    pieces: list[Change] = []
    if removed:
        pieces.append(Change("removed", removed))
    if added:
        pieces.append(Change("added", added))
    return pieces
