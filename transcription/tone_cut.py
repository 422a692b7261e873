"""Finds tones and music on a track: ring-back, busy signals, hold melodies.

A speech detector takes them for speech. But a voice never holds a pitch, its partials glide, and those of
a tone stand still: what counts is how much of the sound's energy lies in partials that stayed where they
were for a fifth of a second. Tones are cut out of the stretches of speech; a stretch is never dropped for
the tone it begins with.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcription.engine import Samples

_WINDOW = 1024  # 128 ms: 7.8 Hz a bin, fine enough to see a voice glide
_STEP = 240  # 30 ms, the frames of speech detection
_HELD = 7  # steps a partial must stand still: 0.2 s
_AVERAGED = 27  # steps the share is averaged over: 0.8 s
_STEADY_SHARE = 0.35
_PEAK_FLOOR = 0.02  # of the frame's energy: quieter peaks are noise
_BLOCK = 2000  # steps looked at in one go: one minute, to bound memory


def tone_frames(samples: Samples) -> NDArray[np.bool_]:
    """Say for each 30 ms frame of a track (8 kHz) whether it belongs to a tone or to music."""
    frames = len(samples) // _STEP
    share = np.zeros(frames, dtype=np.float32)
    overlap = _HELD + 1
    for first in range(0, frames, _BLOCK):
        last = min(first + _BLOCK, frames)
        low = max(0, first - overlap)
        high = min(frames, last + overlap)
        share[first:last] = _steady_share(samples, low, high)[first - low : last - low]
    averaged = _moving_mean(share, _AVERAGED)
    return _spread(averaged >= _STEADY_SHARE, share)


def _steady_share(samples: Samples, low: int, high: int) -> NDArray[np.float32]:
    half = _WINDOW // 2
    begin = low * _STEP + _STEP // 2 - half
    end = (high - 1) * _STEP + _STEP // 2 + half
    piece = np.zeros(end - begin, dtype=np.float32)
    source = samples[max(0, begin) : min(len(samples), end)]
    piece[max(0, -begin) : max(0, -begin) + len(source)] = source
    windows = np.lib.stride_tricks.sliding_window_view(piece, _WINDOW)[::_STEP]
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(_WINDOW).astype(np.float32), axis=1)) ** 2
    power = spectrum[:, 8:448].astype(np.float32)  # 62 Hz .. 3.5 kHz
    total = power.sum(axis=1) + 1e-3
    peaks = np.zeros(power.shape, dtype=bool)
    inner = power[:, 1:-1]
    peaks[:, 1:-1] = (
        (inner > power[:, :-2]) & (inner >= power[:, 2:]) & (inner > _PEAK_FLOOR * total[:, None])
    )
    held = _held(peaks)
    # A peak of a Hann window is three bins wide.
    near = held.copy()
    near[:, 1:] |= held[:, :-1]
    near[:, :-1] |= held[:, 1:]
    return (np.where(near, power, 0).sum(axis=1) / total).astype(np.float32)


def _held(peaks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    run_before = _run_lengths(peaks)
    run_after = _run_lengths(peaks[::-1])[::-1]
    return peaks & (run_before + run_after - 1 >= _HELD)


def _run_lengths(peaks: NDArray[np.bool_]) -> NDArray[np.int32]:
    runs = np.zeros(peaks.shape, dtype=np.int32)
    current = np.zeros(peaks.shape[1], dtype=np.int32)
    for at, row in enumerate(peaks):
        current = np.where(row, current + 1, 0)
        runs[at] = current
    return runs


def _moving_mean(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    if len(values) == 0:
        return values
    summed = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    middle = np.arange(len(values))
    low = np.maximum(0, middle - width // 2)
    high = np.minimum(len(values), middle + width // 2 + 1)
    return ((summed[high] - summed[low]) / (high - low)).astype(np.float32)


def _spread(tone: NDArray[np.bool_], share: NDArray[np.float32]) -> NDArray[np.bool_]:
    # The mean reaches 0.4 s into what follows a tone; there the frame's own share decides.
    return tone & (_moving_mean(share, 3) >= _STEADY_SHARE / 2)
