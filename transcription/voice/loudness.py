"""How loud the caller is beside their own beginning: telephones differ by more than voices do.

An absolute level says as much about the handset as about the person, so what counts is the rise above the
caller's own first words. The limits are proposals of the research behind them, made with synthetic voices:
hints for a person who listens, and a city may find others after its own calls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transcription.utterance import Span
from transcription.voice.levels import BLOCK_SECONDS, Levels, active_level
from transcription.voice.masks import FRAME_SECONDS, Mask

STEP_SECONDS = 1.0
_WINDOW_SECONDS = 3.0
_BASELINE_SECONDS = 20.0  # of the caller's own voice
_SHORTEST_VOICE = 0.5  # s of voice in a window; less says nothing of its level
_RISE_DB = 8.0
_LOUD_DBFS = -14.0
_SHORTEST_LOUD = 1.0  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudStretch:
    """Where the caller was much louder than at the beginning, or as loud as the line can carry."""

    span: Span
    highest_dbfs: float
    above_baseline_db: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """The caller's level over the call."""

    baseline_dbfs: float | None
    """Active level of the caller's first 20 s of voice; None where the caller never spoke."""
    course: tuple[float | None, ...]
    """Active level of the last 3 s in dBFS, one value a second; None where the caller hardly spoke."""
    loud: tuple[LoudStretch, ...]


def loudness(levels: Levels, speaking: Mask) -> Loudness:
    """Follow the level of a track in which ``speaking`` says where its person speaks."""
    blocks = np.repeat(speaking, round(FRAME_SECONDS / BLOCK_SECONDS))[: len(levels.power)]
    blocks = np.pad(blocks, (0, len(levels.power) - len(blocks)))
    voiced = np.flatnonzero(blocks)[: round(_BASELINE_SECONDS / BLOCK_SECONDS)]
    first = np.zeros(len(blocks), dtype=bool)
    first[voiced] = True
    baseline = active_level(levels.where(first)) if len(voiced) else None
    course = tuple(
        _level_until(levels, blocks, second) for second in range(1, int(len(blocks) * BLOCK_SECONDS) + 1)
    )
    return Loudness(baseline_dbfs=baseline, course=course, loud=_loud(course, baseline))


def _level_until(levels: Levels, blocks: Mask, second: int) -> float | None:
    high = round(second / BLOCK_SECONDS)
    low = max(0, high - round(_WINDOW_SECONDS / BLOCK_SECONDS))
    voiced = blocks[low:high]
    if voiced.sum() * BLOCK_SECONDS < _SHORTEST_VOICE:
        return None
    window = Levels(power=levels.power[low:high], magnitude=levels.magnitude[low:high], clipped=0)
    return active_level(window.where(voiced))


def _loud(course: tuple[float | None, ...], baseline: float | None) -> tuple[LoudStretch, ...]:
    limit = _LOUD_DBFS if baseline is None else min(_LOUD_DBFS, baseline + _RISE_DB)
    stretches: list[LoudStretch] = []
    begin: int | None = None
    for at, level in enumerate((*course, None)):
        is_loud = level is not None and level >= limit
        if is_loud and begin is None:
            begin = at
        if begin is not None and not is_loud:
            highest = max(value for value in course[begin:at] if value is not None)
            if (at - begin) * STEP_SECONDS >= _SHORTEST_LOUD:
                stretches.append(
                    LoudStretch(
                        # A second's value speaks of the three before it.
                        span=Span(start=float(begin), end=float(at)),
                        highest_dbfs=highest,
                        above_baseline_db=None if baseline is None else highest - baseline,
                    )
                )
            begin = None
    return tuple(stretches)
