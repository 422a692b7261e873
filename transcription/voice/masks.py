"""When each side speaks, on a grid of 30 ms; noise, tones and the other side's echo are no speech.

The detector that serves recognition finds too much on purpose. Here shares of time are measured, so a frame
must also stand above the track's own noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcription.engine import SAMPLE_RATE, Samples
from transcription.speech_detection import Detected
from transcription.utterance import Span

FRAME_SECONDS = 0.03
_FRAME = int(SAMPLE_RATE * FRAME_SECONDS)
_ABOVE_NOISE_DB = 6.0
_NOISE_PERCENTILE = 10
_SILENCE = 1.0  # of 32768; a line that is digitally silent has no noise to stand above

Mask = NDArray[np.bool_]


def speaking(samples: Samples, found: Detected) -> Mask:
    """Say for each 30 ms frame of a track (8 kHz) whether somebody speaks there."""
    count = len(samples) // _FRAME
    frames = samples[: count * _FRAME].astype(np.float32).reshape(count, _FRAME)
    level = np.sqrt(np.mean(frames**2, axis=1)) if count else np.zeros(0, np.float32)
    mask = within(found.voiced, count)
    if not mask.any():
        return mask
    noise = max(float(np.percentile(level, _NOISE_PERCENTILE)), _SILENCE)
    return mask & (level > noise * 10 ** (_ABOVE_NOISE_DB / 20))


def within(spans: tuple[Span, ...], frames: int) -> Mask:
    """Draw stretches of seconds on the grid."""
    mask = np.zeros(frames, dtype=bool)
    for span in spans:
        mask[round(span.start / FRAME_SECONDS) : round(span.end / FRAME_SECONDS)] = True
    return mask


def bridged(mask: Mask, pause_seconds: float) -> Mask:
    """Close pauses shorter than this: between two words of a sentence somebody still speaks."""
    closed = mask.copy()
    for begin, end in runs(~mask):
        if begin > 0 and end < len(mask) and (end - begin) * FRAME_SECONDS < pause_seconds:
            closed[begin:end] = True
    return closed


def runs(mask: Mask) -> list[tuple[int, int]]:
    """List the stretches of a mask as (first frame, frame after the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def spans_of(mask: Mask, at_least_seconds: float = 0.0) -> tuple[Span, ...]:
    """List the stretches of a mask in seconds, without the shorter ones."""
    return tuple(
        Span(start=begin * FRAME_SECONDS, end=end * FRAME_SECONDS)
        for begin, end in runs(mask)
        if (end - begin) * FRAME_SECONDS >= at_least_seconds
    )
