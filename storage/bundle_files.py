"""Where finished bundles lie: among the vault's objects, each encrypted by its own password already."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from storage.objects import ObjectStore

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PIECE = 1024 * 1024


class BundleFiles:
    """Puts a finished bundle away, and gives it out again in pieces."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def put(self, path: Path, at: datetime) -> str:
        """Put a file away; returns the key under which it lies.

        Raises:
            ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed: nothing was kept
        """
        key = f"bundles/{at:%Y/%m}/{secrets.token_hex(16)}"

        def blocks() -> Iterator[bytes]:
            with path.open("rb") as file:
                while block := file.read(_PIECE):
                    yield block

        self._objects.put(key, blocks())
        return key

    def drop(self, key: str) -> None:
        """Take a file away for good."""
        self._objects.delete(key)

    def open(self, key: str, size: int) -> io.BufferedReader:
        """Open a file of which only parts are wanted; it reads what is asked of it and no more.

        Raises:
            ObjectMissing, ObjectStoreFailed: when it is read
        """
        return io.BufferedReader(_Stored(self._objects, key, size), _PIECE)

    def pieces(self, key: str, size: int) -> Iterator[bytes]:
        """Give a file out.

        Raises:
            ObjectMissing, ObjectStoreFailed
        """
        at = 0
        while at < size:
            block = self._objects.get_range(key, at, min(_PIECE, size - at))
            if not block:
                return
            at += len(block)
            yield block


class _Stored(io.RawIOBase):
    """A stored file as one that can be read from anywhere."""

    def __init__(self, objects: ObjectStore, key: str, size: int) -> None:
        self._objects, self._key, self._size, self._at = objects, key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, into: WriteableBuffer) -> int:
        room = memoryview(into)
        wanted = min(len(room), self._size - self._at)
        if wanted <= 0:
            return 0
        data = self._objects.get_range(self._key, self._at, wanted)
        room[: len(data)] = data
        self._at += len(data)
        return len(data)
