"""Sound whose peaks are limited, for whoever has to hear once more what was shouted at them.

Pure. No sample is louder than CEILING_DBFS. Where it would be, the sound is turned down as a whole a little
before, and comes back slowly, so that speech stays speech: nothing is cut off at the top. What is softer than
that stays as it was. Somebody who shouts into the line is then no louder than the peaks of ordinary speech.
"""

from __future__ import annotations

import numpy as np

from transcription.engine import SAMPLE_RATE, Samples

CEILING_DBFS = -18.0
"""The loudest that a sample may be, against full scale."""

_CEILING = 32768.0 * 10.0 ** (CEILING_DBFS / 20.0)
_BLOCK = SAMPLE_RATE // 200
"""Samples in five milliseconds, within which one gain holds."""
_AHEAD = 4
"""Blocks before a peak by which the sound is turned down: twenty milliseconds."""
_BACK = 40
"""Blocks over which it stays down after one: two tenths of a second."""
_SMOOTH = 3
"""Blocks on either side over which the gain is evened out; less than _AHEAD, so that a peak finds it down."""


def mixed(caller: Samples, hall: Samples) -> Samples:
    """Mix a call's two sides into one; neither is louder than it was."""
    length = min(len(caller), len(hall))
    both = caller[:length].astype(np.int32) + hall[:length].astype(np.int32)
    return (both // 2).astype(np.int16)


def limited(samples: Samples) -> Samples:
    """Return mono samples at 8 kHz with every peak at CEILING_DBFS or below."""
    if not len(samples):
        return samples
    blocks = -(-len(samples) // _BLOCK)
    padded = np.zeros(blocks * _BLOCK, dtype=np.float64)
    padded[: len(samples)] = samples
    peaks = np.abs(padded).reshape(blocks, _BLOCK).max(axis=1)
    needed = np.minimum(1.0, _CEILING / np.maximum(peaks, 1.0))
    # The lowest gain that any block around needs, then evened out: without steps, and never above the need.
    wide = np.pad(needed, (_BACK, _AHEAD), constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(wide, _BACK + _AHEAD + 1).min(axis=1)
    even = np.full(2 * _SMOOTH + 1, 1.0 / (2 * _SMOOTH + 1))
    gain = np.convolve(np.pad(lowest, _SMOOTH, mode="edge"), even, mode="valid")
    middles = (np.arange(blocks) + 0.5) * _BLOCK
    turned = padded * np.interp(np.arange(len(padded)), middles, gain)
    # What rounding leaves above the ceiling; nothing that can be heard.
    return np.clip(np.rint(turned[: len(samples)]), -_CEILING, _CEILING).astype(np.int16)
