"""Finds echo: where a track only repeats, later and quieter, what is said on the other one.

A desk phone sends a shouting caller back as if the hall had spoken. Those words must never stand on the
hall's track: an operator who seems to threaten is the worst error a transcript can make.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcription.engine import SAMPLE_RATE, Samples

_FRAME = 240  # 30 ms, the frames of speech detection
_BLOCK = 3200  # 0.4 s
_STEP = 1680  # 0.21 s, a whole number of frames
_LAG = int(0.12 * SAMPLE_RATE)  # an echo comes back within 120 ms
_ALIKE = 0.5  # normalised correlation
_QUIETER = 10 ** (-4 / 20)  # at least 4 dB below what it repeats
_SILENT = 3.0  # rms of a block that is not looked at, about -80 dBFS
_TRANSFORM = 8192


def echo_frames(samples: Samples, other: Samples) -> NDArray[np.bool_]:
    """Say for each 30 ms frame of a track (8 kHz) whether it is an echo of the other track."""
    frames = len(samples) // _FRAME
    echo = np.zeros(frames, dtype=bool)
    length = min(len(samples), len(other))
    for begin in range(0, length - _BLOCK + 1, _STEP):
        if _repeats(samples[begin : begin + _BLOCK], other[max(0, begin - _LAG) : begin + _BLOCK]):
            echo[begin // _FRAME : (begin + _BLOCK) // _FRAME] = True
    return echo


def _repeats(block: Samples, source: Samples) -> bool:
    own = block.astype(np.float64)
    own -= own.mean()
    energy = float(own @ own)
    if energy < _SILENT**2 * len(own):
        return False
    theirs = source.astype(np.float64)
    theirs -= theirs.mean()
    squares = np.concatenate(([0.0], np.cumsum(theirs**2)))
    windows = squares[len(own) :] - squares[: -len(own)]
    if energy > _QUIETER**2 * windows.max():
        return False
    product = np.fft.irfft(
        np.fft.rfft(theirs, _TRANSFORM) * np.conj(np.fft.rfft(own, _TRANSFORM)), _TRANSFORM
    )[: len(windows)]
    alike = np.abs(product) / np.sqrt(np.maximum(windows, 1.0) * energy)
    best = int(alike.argmax())
    return bool(alike[best] > _ALIKE and energy <= _QUIETER**2 * windows[best])
