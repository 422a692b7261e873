"""How much room is left where recordings, journals and sealed objects are written.

A full disk is the one trouble that Asterisk hides: it reports a recording as done (measured), so people must
know before it happens. A folder that this machine does not have is another machine's to watch.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from runtime.watch import Reading


class Disks:
    """The disks behind some folders. Two folders on one disk are one disk: it is told of once, by the first.

    Args:
        folders: what is written there → the folder, the most important first
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = folders

    def look(self, _connection: object = None) -> Iterator[Reading]:
        """Read the free bytes and the free share of each disk; what is kept back for root is not free."""
        seen: set[int] = set()
        for part, folder in self._folders.items():
            try:
                within = _nearest_open_to_us(folder)
                device, room = within.stat().st_dev, os.statvfs(within)
            except OSError:
                continue
            if device in seen:
                continue
            seen.add(device)
            usable = room.f_blocks - room.f_bfree + room.f_bavail
            yield Reading(name="disk_free_bytes", part=part, value=room.f_bavail * room.f_frsize)
            yield Reading(name="disk_free_share", part=part, value=room.f_bavail / max(1, usable))


def _nearest_open_to_us(folder: Path) -> Path:
    """Return the folder itself, or what holds it where another user's folder is closed to us."""
    for one in (folder, *folder.parents):
        try:
            one.stat()
        except PermissionError:
            continue
        return one
    return folder
