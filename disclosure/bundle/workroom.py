"""The folder in which a bundle is made: locked while somebody works in it, swept away when nobody does.

A process that is killed takes nothing away. What it left is known by its lock, which died with it, and is
deleted before the next bundle is made beside it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = ".making-"


@contextmanager
def workroom(place: Path) -> Generator[Path]:
    """Give an empty folder in a place; whatever happens, it is gone afterwards or by the next time.

    Args:
        place: where the finished file will lie; the same disk, so that it can be moved in one step

    Raises:
        OSError: there is no room
    """
    sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def sweep(place: Path) -> None:
    """Delete the folders that a killed process left in a place; one in which somebody works stays."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(held)


def settled(path: Path) -> None:
    """Write down on the disk that a file was moved to its place."""
    held = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(held)
    finally:
        os.close(held)
