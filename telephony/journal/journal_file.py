"""The journal file that is being written: locked by its writer, with zeros on the disk ahead of its lines.

A line that makes a file longer waits for the file system's own books, and these for what anybody else wrote
just before: the recordings of all calls. A line in the place of zeros that lie on the disk already waits for
itself alone, and finds its room also when the disk is full. Whoever reads stops at the first zero.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

AHEAD_BYTES = 1024 * 1024
"""So much is filled at once: some two thousand lines, or a hundred calls."""

_BLOCK_BYTES = 256 * 1024
_FIRST = b"\n"


class JournalFile:
    """One file, from its beginning on; raises OSError wherever the disk refuses."""

    def __init__(self, path: Path) -> None:
        """Make it, lock it, and prove that the disk takes it: its name, and bytes."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o600)
        self._filled = 0
        self._torn = self._refused = False
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A full disk still lets files be made; only bytes tell.
            os.write(self._file, _FIRST)
            self.size = len(_FIRST)
            self.fill_ahead()
            os.fsync(self._file)
            _make_names_durable(path.parent)
        except OSError:
            os.close(self._file)
            raise

    def write(self, lines: bytes) -> None:
        """Write whole lines and return when they are on the disk."""
        if self._torn:
            # The last attempt may have left half a line; a line must begin at the beginning of a line.
            os.ftruncate(self._file, self.size)
            os.lseek(self._file, self.size, os.SEEK_SET)
            self._filled, self._torn = self.size, False
        self._torn = True
        rest = memoryview(lines)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        os.fdatasync(self._file)
        self._torn = False
        self.size += len(lines)

    def fill_ahead(self) -> None:
        """Fill on when little is left. What the disk does not give for it, it need not give."""
        if self._torn or self._refused or self._filled - self.size > AHEAD_BYTES // 2:
            return
        begin = max(self._filled, self.size)
        try:
            os.pwrite(self._file, bytes(AHEAD_BYTES), begin)
            os.fsync(self._file)
        except OSError:
            self._refused = True
        else:
            self._filled = begin + AHEAD_BYTES

    def close(self) -> None:
        """Let it go, without its zeros."""
        with suppress(OSError):
            os.ftruncate(self._file, self.size)
        os.close(self._file)


def written_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Read on to where nothing is written yet."""
    while block := stream.read(_BLOCK_BYTES):
        written, zero, _ = block.partition(b"\0")
        yield written
        if zero:
            return


def _make_names_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
