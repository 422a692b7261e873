"""A dialogue to practise with: who says what, when, and the sound of it on two tracks."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from core.errors import NotFound

RATE = 8000
"""Samples per second of every dialogue; the rate of a telephone."""

Samples = npt.NDArray[np.int16]

_DIALOGUES = Path(__file__).parent / "dialogues"


class NoSuchScenario(NotFound):
    """その名前の練習はありません。"""

    code = "no-such-scenario"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one side says, from ``start`` to ``end`` seconds of the dialogue."""

    speaker: str
    text: str
    start: float
    end: float

    @property
    def by_caller(self) -> bool:
        """Say whether the caller speaks."""
        return self.speaker == "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One dialogue with its sound; the two tracks have the same length."""

    id: str
    turns: tuple[Turn, ...]
    caller: Samples
    operator: Samples

    @property
    def seconds(self) -> float:
        """Length of the dialogue."""
        return len(self.caller) / RATE

    def first(self, seconds: float | None) -> Scenario:
        """Return the first seconds of the dialogue, said again and again where it is shorter than that."""
        if seconds is None:
            return self
        end = int(seconds * RATE)
        times = -(-end // len(self.caller))
        said_again = tuple(
            replace(turn, start=turn.start + turn_of * self.seconds, end=turn.end + turn_of * self.seconds)
            for turn_of in range(times)
            for turn in self.turns
        )
        return Scenario(
            id=self.id,
            turns=tuple(turn for turn in said_again if turn.end <= seconds),
            caller=np.tile(self.caller, times)[:end],
            operator=np.tile(self.operator, times)[:end],
        )


def scenario_names() -> tuple[str, ...]:
    """Name every dialogue there is."""
    return tuple(sorted(path.stem for path in _DIALOGUES.glob("*.json")))


def load_scenario(name: str) -> Scenario:
    """Read a dialogue. Raises NoSuchScenario."""
    if name not in scenario_names():
        raise NoSuchScenario(f"練習「{name}」はありません。あるもの: {', '.join(scenario_names())}")
    written: dict[str, Any] = json.loads((_DIALOGUES / f"{name}.json").read_text(encoding="utf-8"))
    read, rate = soundfile.read(_DIALOGUES / f"{name}.wav", dtype="int16", always_2d=True)
    samples = read.astype(np.int16, copy=False)
    if rate != RATE:
        raise ValueError(f"dialogue {name} is not at {RATE} samples per second")
    turns = tuple(
        Turn(speaker=one["speaker"], text=one["text"], start=one["start"], end=one["end"])
        for one in written["turns"]
    )
    return Scenario(
        id=name,
        turns=turns,
        caller=np.ascontiguousarray(samples[:, 0]),
        operator=np.ascontiguousarray(samples[:, 1]),
    )
