"""Whether Asterisk has closed what it recorded: a track's header tells its length, and is written last."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_HEADER_BYTES = 44
_LENGTH_AT = slice(40, 44)


def is_closed(track: Path) -> bool:
    """Say whether a track is there, holds sound, and is complete."""
    if not track.exists():
        return False
    written = track.read_bytes()
    length = int.from_bytes(written[_LENGTH_AT], "little")
    return 0 < length == len(written) - _HEADER_BYTES


def closed_calls(recordings: Path) -> Iterable[str]:
    """Name the recordings whose two tracks are both complete."""
    callers = (track.name.removesuffix("_r.wav") for track in recordings.glob("*_r.wav"))
    return [name for name in callers if all(is_closed(recordings / f"{name}_{side}.wav") for side in "rt")]
