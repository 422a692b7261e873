"""Which readings hold something near a word: the fewest edits between the word and any part of a reading.

Many readings are compared at once, sound by sound, the whole column of the table of edits in the bits of one
number each (Myers 1999, Hyyrö 2003). It gives the same number as the plain table does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LONGEST = 63
"""Sounds of a word that can be compared: the bits of a number, less one."""

_Numbers = NDArray[np.uint64]
_ONE = np.uint64(1)
_LETTERS = 0x10000  # sounds beyond are compared as one that is in no word


def fewest_edits(word: str, readings: Sequence[str]) -> NDArray[np.int64]:
    """Return for each reading the fewest edits that make some part of it the word (1 to LONGEST sounds)."""
    if not 0 < len(word) <= LONGEST:
        raise ValueError(len(word))
    if not readings:
        return np.zeros(0, np.int64)
    where = np.zeros(_LETTERS, np.uint64)
    for place, sound in enumerate(word):
        if ord(sound) < _LETTERS:
            where[ord(sound)] |= _ONE << np.uint64(place)
    columns = where[_letters(readings)]
    last = _ONE << np.uint64(len(word) - 1)
    more: _Numbers = np.full(len(readings), ~np.uint64(0))
    less: _Numbers = np.zeros(len(readings), np.uint64)
    now = np.full(len(readings), len(word), np.int64)
    best = now.copy()
    for same in columns:
        vertical = same | less
        sideways = (((same & more) + more) ^ more) | same
        up = less | ~(sideways | more)
        down = more & sideways
        now += ((up & last) != 0).astype(np.int64) - ((down & last) != 0)
        up <<= _ONE
        down <<= _ONE
        more = down | ~(vertical | up)
        less = up & vertical
        np.minimum(best, now, out=best)
    return best


def nearest_part(word: str, reading: str) -> tuple[int, int]:
    """Return where the part of a reading that is nearest to the word stands (start, end)."""
    # The plain table; beside each number where the part began.
    before = [(0, place) for place in range(len(reading) + 1)]
    for row, sound in enumerate(word, start=1):
        line = [(row, 0)]
        for place, heard in enumerate(reading):
            other = before[place]
            line.append(
                min(
                    (other[0] + (sound != heard), -other[1]),
                    (before[place + 1][0] + 1, -before[place + 1][1]),
                    (line[place][0] + 1, -line[place][1]),
                )
            )
            line[-1] = (line[-1][0], -line[-1][1])
        before = line
    end = min(range(len(before)), key=lambda place: before[place][0])
    return before[end][1], end


def _letters(readings: Sequence[str]) -> NDArray[np.uint32]:
    # A row for each place, so that one step reads memory in order. Sounds behind the end are in no word.
    longest = max(map(len, readings))
    padded = "".join(one.ljust(longest, "\x00") for one in readings)
    letters = np.frombuffer(padded.encode("utf-32-le"), np.uint32).reshape(len(readings), longest)
    return np.ascontiguousarray(np.where(letters < _LETTERS, letters, 0).T)
