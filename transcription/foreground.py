"""Finds where a voice stands out of what is behind it: a room full of people, a fan, a humming line.

A detector of speech takes a room full of voices for one long voice, and knows no pause in it. The person at
the telephone is louder than the room, so loudness finds the pause. Only the times of words follow it, never
what is listened to: quiet speech is speech.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcription.engine import Samples

VERSION = "foreground-1"
"""Which rules found it; kept with every transcript."""

_FRAME = 240  # 30 ms, the frames of speech detection
_HALF = _FRAME // 2
_AROUND = 333  # frames on either side, 10 s: what is behind a voice changes as somebody walks
_STEP = 33  # frames that are compared with the same surroundings, 1 s
_QUIET, _LOUD = 10, 95  # percent of the frames around that are quieter: the room, and the voice
_APART = 9.0  # dB; a voice that is no further above the room cannot be told from it by loudness
_SHARE = 0.35  # of the way from the room to the voice, in dB: a word's quiet end is still the voice
_ABOVE, _BELOW = 5.0, 6.0  # dB, at least so far above the room and below the voice
_VOTES, _VOTERS = 3, 5  # as in speech detection


def foreground_frames(samples: Samples) -> NDArray[np.bool_]:
    """Say for each 30 ms frame of a track (8 kHz) whether something stands out of what is behind it.

    Where nothing can be told apart (a steady sound, or a voice as quiet as the room) every frame does.
    """
    levels = _levels(samples)
    standing = np.ones(len(levels), dtype=bool)
    for first in range(0, len(levels), _STEP):
        middle = first + _STEP // 2
        around = levels[max(0, middle - _AROUND) : middle + _AROUND]
        room, voice = (float(one) for one in np.percentile(around, (_QUIET, _LOUD)))
        if voice - room >= _APART:
            limit = min(room + max(_ABOVE, _SHARE * (voice - room)), voice - _BELOW)
            standing[first : first + _STEP] = levels[first : first + _STEP] > limit
    if not len(standing):
        return standing
    return np.convolve(standing, np.ones(_VOTERS, dtype=int), mode="same")[: len(standing)] >= _VOTES


def _levels(samples: Samples) -> NDArray[np.float32]:
    """Return the level of each frame and half a frame around it in dB, from any zero."""
    count = len(samples) // _FRAME
    halves = samples[: count * _FRAME].astype(np.float32).reshape(2 * count, _HALF)
    energy = np.einsum("ij,ij->i", halves, halves)
    around = np.convolve(energy, np.ones(4, dtype=np.float32), mode="full")[2::2][:count] if count else energy
    return (10 * np.log10(around / (4 * _HALF) + 1)).astype(np.float32)
