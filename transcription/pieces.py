"""A call cut into pieces short enough to hold in memory; nearly every call is one piece.

A telephone that was left off the hook records for a day; decoded at once it would take gigabytes and the
worker with it. A long call is cut where both sides are quietest, so that no word is cut in two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from telephony.sound.audio_files import SAMPLE
from transcription.engine import SAMPLE_RATE, Samples

LONGEST_SECONDS = 1800
"""A piece takes 58 MB as samples, and the recogniser's own work some 200 more."""

_LOOKED_SECONDS = 60
_QUIET_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Both sides of a stretch of a call. A side that was not recorded has no samples."""

    start: float
    """Seconds from the call's first sample."""
    caller: Samples
    hall: Samples
    room: bool = False
    """Of a recorder in a room: both sides hold the same one track, on which nobody is told from another."""


def pieces(
    blocks: Iterable[Samples], longest_seconds: float = LONGEST_SECONDS, *, room: bool = False
) -> Iterator[Piece]:
    """Cut a recording into pieces.

    Args:
        blocks: of shape (n, 2), left the caller, right the hall, 8 kHz
        longest_seconds: of a piece
        room: both sides are one track of a room

    Raises:
        whatever ``blocks`` raises
    """
    longest = int(longest_seconds * SAMPLE_RATE)
    held, at = list[Samples](), 0
    for block in blocks:
        held.append(block)
        if sum(map(len, held)) >= longest:
            sound = np.concatenate(held)
            cut = _quietest(sound[:longest])
            yield _piece(sound[:cut], at, room=room)
            held, at = [sound[cut:].copy()], at + cut
    rest = np.concatenate(held) if held else np.zeros((0, 2), dtype=SAMPLE)
    if len(rest) or not at:
        yield _piece(rest, at, room=room)


def _piece(sound: Samples, at: int, *, room: bool) -> Piece:
    return Piece(
        start=at / SAMPLE_RATE,
        caller=np.ascontiguousarray(sound[:, 0]),
        hall=np.ascontiguousarray(sound[:, 1]),
        room=room,
    )


def _quietest(sound: Samples) -> int:
    """Find where to cut: the middle of the quietest half second of the last minute."""
    step = int(_QUIET_SECONDS * SAMPLE_RATE)
    first = max(step, len(sound) - _LOOKED_SECONDS * SAMPLE_RATE)
    looked = sound[first : first + (len(sound) - first) // step * step].astype(np.float64)
    if not len(looked):
        return len(sound)
    levels = np.square(looked).sum(axis=1).reshape(-1, step).sum(axis=1)
    return first + int(np.argmin(levels)) * step + step // 2
