"""How many particulars of people the editor offers, of those in labelled calls, and how many offers are none.

Reference text only: what people wrote. The held-back half was looked at once, when the rules were done.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from disclosure.suggestions.said import Found
from disclosure.suggestions.suggest import found_in
from transcription.reading import Reader
from transcription.utterance import Track, Utterance

_FOLDER = Path(__file__).parent / "suggestion_dialogues"
_MARK = re.compile(r"\{([a-z-]+):([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Marked:
    """What has to be offered: letters of an utterance."""

    kind: str
    said: int
    start: int
    end: int


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Measure; see the module."""
    parser = ArgumentParser(prog="python -m bench suggestions", description=__doc__)
    parser.add_argument("--set", choices=["open", "held_back", "held_back_2", "all"], default="all")
    parser.add_argument(
        "--tell", action="store_true", help="print what was missed and what was offered for nothing"
    )
    options = parser.parse_args(list(arguments))
    wanted = ["open", "held_back", "held_back_2"] if options.set == "all" else [options.set]
    return {name: _weighed(_FOLDER / f"{name}.txt", tell=options.tell) for name in wanted}


def read_calls(text: str) -> list[tuple[list[Utterance], list[Marked]]]:
    """Read labelled calls: lines of ``C`` and ``O``, ``{kind:words}`` where something has to be offered."""
    calls: list[tuple[list[Utterance], list[Marked]]] = []
    for block in re.split(
        r"\n\s*\n", "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    ):
        said, marks = list[Utterance](), list[Marked]()
        for line in block.strip().splitlines():
            plain, at = "", 0
            body = line[2:]
            for mark in _MARK.finditer(body):
                plain += body[at : mark.start()]
                marks.append(Marked(mark[1], len(said), len(plain), len(plain) + len(mark[2])))
                plain += mark[2]
                at = mark.end()
            plain += body[at:]
            track = Track.CALLER if line[0] == "C" else Track.HALL
            said.append(Utterance(track=track, start=3.0 * len(said), end=3.0 * len(said) + 2.5, text=plain))
        if said:
            calls.append((said, marks))
    return calls


def _weighed(file: Path, *, tell: bool) -> dict[str, Any]:
    reader = Reader()
    offered = wrong = 0
    due, got = Counter[str](), Counter[str]()
    calls = read_calls(file.read_text(encoding="utf-8"))
    began = perf_counter()
    for said, marks in calls:
        found = found_in(said, reader.parts)
        offered += len(found)
        for mark in marks:
            due[mark.kind] += 1
            if any(_covers(one, mark) for one in found):
                got[mark.kind] += 1
            elif tell:
                print(
                    "missed",
                    mark.kind,
                    said[mark.said].text[mark.start : mark.end],
                    "in",
                    said[mark.said].text,
                )
        for one in found:
            if not any(_touches(one, mark) for mark in marks):
                wrong += 1
                if tell:
                    print(
                        "for nothing",
                        one.particular.value,
                        said[one.said].text[one.start : one.end],
                        "in",
                        said[one.said].text,
                    )
    return {
        "calls": len(calls), "offered": offered, "precision": round(1 - wrong / max(1, offered), 3),
        "recall": {kind: f"{got[kind]}/{count}" for kind, count in sorted(due.items())},
        "seconds": round(perf_counter() - began, 2),
    }  # fmt: skip


def _covers(one: Found, mark: Marked) -> bool:
    return (one.said, one.start) <= (mark.said, mark.start) and (mark.said, mark.end) <= (one.until, one.end)


def _touches(one: Found, mark: Marked) -> bool:
    return (one.said, one.start) < (mark.said, mark.end) and (mark.said, mark.start) < (one.until, one.end)
