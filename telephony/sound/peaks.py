"""Draws the outline of a recording: least and greatest sample of every 50 ms, one pair for each side.

The format is version 2 of audiowaveform's ``.dat`` (8 bit), because waveform players of others read it too:
24 bytes of header, then for every block and side a least and a greatest value as signed bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np

from telephony.sound.audio_files import SAMPLE_RATE, Samples

PEAKS_MEDIA_TYPE = "application/octet-stream"
BLOCK_MILLISECONDS = 50

_BLOCK = SAMPLE_RATE * BLOCK_MILLISECONDS // 1000
_VERSION, _EIGHT_BITS, _SIDES = 2, 1, 2


def draw_peaks(sound: Iterable[Samples]) -> bytes:
    """Return the outline of both sides from blocks of shape (n, 2). An hour takes 288 kB."""
    drawn, rest = bytearray(), np.zeros((0, _SIDES), dtype=np.int16)
    for block in sound:
        waiting = np.concatenate([rest, block])
        whole = len(waiting) // _BLOCK * _BLOCK
        drawn += _pairs(waiting[:whole])
        rest = waiting[whole:]
    drawn += _pairs(rest)
    count = len(drawn) // (2 * _SIDES)
    header = struct.pack("<iIiiIi", _VERSION, _EIGHT_BITS, SAMPLE_RATE, _BLOCK, count, _SIDES)
    return header + bytes(drawn)


def _pairs(samples: Samples) -> bytes:
    starts = np.arange(0, len(samples), _BLOCK)
    pairs = np.zeros((len(starts), _SIDES, 2), dtype=np.int8)
    if len(starts):
        pairs[:, :, 0] = _to_8_bits(np.minimum.reduceat(samples, starts, axis=0))
        pairs[:, :, 1] = _to_8_bits(np.maximum.reduceat(samples, starts, axis=0))
    return pairs.tobytes()


def _to_8_bits(extremes: Samples) -> Samples:
    # Towards zero: dividing downwards would draw a line under pure silence.
    return np.trunc(extremes / 256).astype(np.int16)
