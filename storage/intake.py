"""Where a file from outside waits, sealed, until a process has read it: never plain on a disk.

The file goes into the object store as it comes, block by block, under a data key of its own. What was broken
off leaves nothing; what was killed leaves bytes whose key nobody has.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from core.errors import DomainError
from core.ids import ImportId
from storage.keys import KeyProvider, WrongKey
from storage.objects import ObjectMissing, ObjectStore
from storage.passing import Passing
from storage.sealing import KEY_BYTES, SealBroken, SealedReader, seal_stream


class NoRoomForFiles(DomainError):
    """There is too little room left: recordings of calls come first."""

    code = "no-room-for-files"
    http_status = 507


class FileLost(DomainError):
    """The file that waited is not there any more, or does not open: whoever brought it has it still."""

    code = "file-lost"
    http_status = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """A sealed file that waits. ``size`` and ``sha256`` are of its plain bytes, as they came."""

    object_key: str
    sealed_bytes: int
    kek_id: str
    wrapped_key: bytes
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFile:
    """A file that waits, readable in ranges. ``size`` in plain bytes."""

    size: int
    read: Callable[[int, int], bytes]


class Intake:
    """Takes files in, gives them to the process that reads them, and drops them.

    Args:
        objects: the vault's store
        keys: wraps the data keys
        kept_free: share of the disk (0..1) that a file from outside leaves to calls
    """

    def __init__(self, objects: ObjectStore, keys: KeyProvider, kept_free: float = 0.15) -> None:
        self.objects = objects
        self._keys = keys
        self._kept_free = kept_free

    def refuse_without_room(self, size: int) -> None:
        """See that a file and what is made of it leave room for calls. A bucket has no end that we could see.

        Args:
            size: bytes that will come

        Raises:
            NoRoomForFiles
        """
        if self.objects.folder is None:
            return
        disk = os.statvfs(self.objects.folder)
        # Twice: it lies here and in the vault for the moment in which it is sealed there.
        if disk.f_bavail * disk.f_frsize - 2 * size < self._kept_free * disk.f_blocks * disk.f_frsize:
            raise NoRoomForFiles

    def take(self, wanted: ImportId, at: datetime, blocks: Iterable[bytes]) -> TakenIn:
        """Seal a file as it comes.

        Raises:
            ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed, or whatever the blocks raise: nothing is kept
        """
        data_key = os.urandom(KEY_BYTES)
        kek_id, wrapped = self._keys.wrap(data_key, wanted.bytes)
        key = f"{at:%Y/%m}/{secrets.token_hex(16)}"
        plain, sealed = Passing(), Passing()
        words = _what_it_is(wanted)
        self.objects.put(key, sealed.through(seal_stream(data_key, words, plain.through(blocks))))
        return TakenIn(
            object_key=key, sealed_bytes=sealed.size, kek_id=kek_id, wrapped_key=wrapped,
            size=plain.size, sha256=plain.sha256,
        )  # fmt: skip

    def open(self, wanted: ImportId, taken: TakenIn) -> WaitingFile:
        """Open a file that waits.

        Raises:
            FileLost: also by what is read from it
            ObjectStoreFailed, KeysAway: try again later
        """
        try:
            data_key = self._keys.unwrap(taken.kek_id, taken.wrapped_key, wanted.bytes)
            sealed = partial(self.objects.get_range, taken.object_key)
            reader = SealedReader(data_key, _what_it_is(wanted), sealed, taken.sealed_bytes)
        except (WrongKey, SealBroken, ObjectMissing):
            raise FileLost from None

        def read(start: int, length: int) -> bytes:
            try:
                return reader.read(start, length)
            except (SealBroken, ObjectMissing):
                raise FileLost from None

        return WaitingFile(size=reader.size, read=read)

    def drop(self, object_key: str) -> None:
        """Remove a file that waits no more; one that is not there is as good as removed.

        Raises:
            ObjectStoreShut, ObjectStoreFailed
        """
        self.objects.delete(object_key)


def _what_it_is(wanted: ImportId) -> bytes:
    return f"tsuwaroku {wanted} incoming".encode()
