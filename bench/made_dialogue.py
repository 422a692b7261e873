"""What two people say in a call that is made for measuring: drawn from ``corpus/texts.yaml`` with a seed.

The same seed gives the same words on every machine.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ruamel.yaml import YAML

from transcription.utterance import Track

TEXTS = Path(__file__).parent / "corpus" / "texts.yaml"
_SPEAKERS = {"C": Track.CALLER, "O": Track.HALL}
_ANGRY_SHARE = 0.4
_PHRASE = re.compile(r"[^。？！]+[。？！]?")

Turns = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one person says before the other one does."""

    track: Track
    text: str

    @property
    def phrases(self) -> tuple[str, ...]:
        """The sentences of the turn; a person breathes between them."""
        return tuple(_PHRASE.findall(self.text))


def make_dialogue(seed: int, texts: Path = TEXTS) -> tuple[Turn, ...]:
    """Draw a call: an opening, a matter, sometimes anger in the middle of it, a closing."""
    dice = random.Random(seed)  # noqa: S311  a draw of words, no secret
    known = cast("dict[str, object]", YAML(typ="safe", pure=True).load(texts.read_text("utf-8")))
    words = cast("dict[str, list[str]]", known["words"])
    # One call keeps to one name, one sum and one date.
    drawn = {kind: dice.choice(choices) for kind, choices in words.items()}
    matter = list(dice.choice(cast("Turns", known["matters"])))
    if dice.random() < _ANGRY_SHARE:
        angry = dice.choice(cast("Turns", known["angry"]))
        middle = next(at for at in range(len(matter) // 2, len(matter)) if matter[at].startswith("C"))
        matter[middle:middle] = angry
    opening = dice.choice(cast("Turns", known["openings"]))
    closing = dice.choice(cast("Turns", known["closings"]))
    return tuple(
        Turn(track=_SPEAKERS[line[0]], text=line[2:].format(**drawn))
        for line in [*opening, *matter, *closing]
    )
