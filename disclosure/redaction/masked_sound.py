"""Sound with its masked passages replaced, sample by sample, before anything encodes it. Pure.

A passage becomes a tone of one height and one loudness, or silence. Nothing of what was there goes into it:
not its loudness, not its rhythm. The tone swells inside the passage, so that no click invites to look for
what lies under it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from disclosure.redaction.mask import frames
from transcription.utterance import Span, Track

HERTZ = 1000.0
_LOUDNESS = 1640  # of 32767: -26 dBFS, as loud as quiet speech
_SWELL = 0.01  # seconds


class Cover(StrEnum):
    """What is heard in place of a passage."""

    TONE = "tone"
    SILENCE = "silence"


def masked(
    sound: NDArray[np.int16],
    silent: Mapping[Track, Sequence[Span]],
    columns: Sequence[Track],
    rate: int,
    cover: Cover = Cover.TONE,
) -> NDArray[np.int16]:
    """Return a copy of the sound in which the passages are replaced.

    Args:
        sound: samples by sides, shape (n, sides)
        silent: of each side what is left out
        columns: which side each column is
        rate: samples per second
        cover: what is heard instead
    """
    return masked_block(sound, 0, silent, columns, rate, cover)


def masked_block(  # noqa: PLR0913, PLR0917  a block, its place, what is left out of it, how
    block: NDArray[np.int16],
    at: int,
    silent: Mapping[Track, Sequence[Span]],
    columns: Sequence[Track],
    rate: int,
    cover: Cover = Cover.TONE,
) -> NDArray[np.int16]:
    """Return a copy of one block of the sound in which the passages are replaced, as ``masked`` would.

    Args:
        block: samples by sides, shape (n, sides)
        at: of the block's first sample in the whole sound
        silent: of each side what is left out, in seconds of the whole sound
        columns: which side each column is
        rate: samples per second
        cover: what is heard instead
    """
    found = block.copy()
    end = at + len(block)
    for column, track in enumerate(columns):
        for one in silent.get(track, ()):
            place = frames(one, rate, end)
            first = max(place.start, at)
            if place.stop <= first:
                continue
            # The tone belongs to the passage, not to the block: cut anywhere, it goes on without a seam.
            whole = frames(one, rate, math.ceil(one.end * rate) + 1)
            tone = _cover(whole.stop - whole.start, rate, cover)
            found[first - at : place.stop - at, column] = tone[first - whole.start : place.stop - whole.start]
    return found


def _cover(count: int, rate: int, cover: Cover) -> NDArray[np.int16]:
    if cover is Cover.SILENCE:
        return np.zeros(count, dtype=np.int16)
    at = np.arange(count)
    swell = np.minimum(1.0, np.minimum(at, at[::-1]) / max(1.0, _SWELL * rate))
    return (np.sin(2 * np.pi * HERTZ * at / rate) * swell * _LOUDNESS).astype(np.int16)
