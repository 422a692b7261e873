"""A call of which is known what was said: two tracks at 8 kHz, and each phrase with its seconds.

Files as the practice dialogues have them: NAME.wav (left the caller, right the hall) and NAME.json (turns
with their phrases; the times are those at which the phrase was put into the sound).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import soundfile

from transcription.character_errors import comparable
from transcription.engine import SAMPLE_RATE, Samples
from transcription.utterance import Track

_TRACKS = {"C": Track.CALLER, "O": Track.HALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words between two pauses, in comparable form."""

    track: Track
    text: str
    start: float
    """Seconds from the first sample of the call."""
    end: float
    exact: bool = True
    """Whether these very words stand there; a turn noted as it is read aloud is cut into phrases by guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCall:
    """A call and what was said in it, in order of time."""

    name: str
    sides: dict[Track, Samples]
    phrases: tuple[Phrase, ...]

    @property
    def seconds(self) -> float:
        """The length of the call."""
        return len(self.sides[Track.CALLER]) / SAMPLE_RATE

    def other(self, track: Track) -> Samples:
        """The samples of whoever is at the other end."""
        return self.sides[Track.HALL if track is Track.CALLER else Track.CALLER]

    def said(self, track: Track) -> tuple[Phrase, ...]:
        """What was said on one track."""
        return tuple(phrase for phrase in self.phrases if phrase.track is track)


def load_call(description: Path) -> LabelledCall:
    """Read a call by its description; the sound stands beside it."""
    sound, rate = soundfile.read(description.with_suffix(".wav"), dtype="int16", always_2d=True)
    if rate != SAMPLE_RATE:
        raise ValueError(f"a labelled call has 8 kHz: {description.name}")
    both = cast("Samples", sound)
    described = json.loads(description.read_text("utf-8"))
    phrases = [phrase for turn in described["turns"] for phrase in _phrases(turn)]
    return LabelledCall(
        name=description.stem,
        sides={
            Track.CALLER: np.ascontiguousarray(both[:, 0]),
            Track.HALL: np.ascontiguousarray(both[:, 1]),
        },
        phrases=tuple(sorted(phrases, key=lambda phrase: phrase.start)),
    )


def _phrases(turn: dict[str, object]) -> list[Phrase]:
    """Give each phrase its part of the turn's text; a phrase may be noted as it was read aloud."""
    whole = comparable(str(turn["text"]))
    noted = cast("list[dict[str, object]]", turn["phrases"])
    lengths = [len(comparable(str(one["text"]))) for one in noted]
    ends = [round(end * len(whole) / sum(lengths)) for end in np.cumsum(lengths)]
    return [
        Phrase(
            track=_TRACKS[str(turn["speaker"])],
            text=whole[begin:end],
            start=float(cast("float", one["start"])),
            end=float(cast("float", one["end"])),
            exact=len(noted) == 1 or sum(lengths) == len(whole),
        )
        for one, begin, end in zip(noted, [0, *ends], ends, strict=False)
    ]
