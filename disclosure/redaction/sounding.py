"""Where a recording has any sound at all: only there is something to hear before a release. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from disclosure.redaction.hearing import joined
from transcription.utterance import Span

HEARD = 33.0
"""Root mean square of 32767 (-60 dBFS). A whisper on a telephone line lies above -50; the noise of a line on
which nobody speaks, below -60."""
_BLOCK = 0.1  # seconds
_PAUSE = 1.0
"""Seconds: a shorter pause between words is played along."""


def sounding(blocks: Iterable[NDArray[np.int16]], rate: int) -> tuple[Span, ...]:
    """Return where any side has sound, in order.

    Args:
        blocks: samples by sides, shape (n, sides), one after the other
        rate: samples per second
    """
    size = round(_BLOCK * rate)
    left = np.empty((0, 0), dtype=np.int16)
    found: list[Span] = []
    at = 0
    for block in blocks:
        joint = block if not left.size else np.concatenate((left, block))
        whole = len(joint) // size * size
        found += _loud(joint[:whole], at, size, rate)
        at += whole
        left = joint[whole:]
    if len(left):
        found += _loud(left, at, len(left), rate)
    widened = [Span(start=max(0.0, one.start - _PAUSE / 2), end=one.end + _PAUSE / 2) for one in found]
    return tuple(Span(start=one.start, end=min(one.end, (at + len(left)) / rate)) for one in joined(widened))


def _loud(samples: NDArray[np.int16], at: int, size: int, rate: int) -> list[Span]:
    if not len(samples):
        return []
    power = np.mean(samples.astype(np.float64).reshape(-1, size, samples.shape[1]) ** 2, axis=1)
    loud = np.sqrt(power.max(axis=1)) >= HEARD
    return [
        Span(start=(at + number * size) / rate, end=(at + (number + 1) * size) / rate)
        for number in np.flatnonzero(loud)
    ]
