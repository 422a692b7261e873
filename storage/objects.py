"""Sealed objects in a folder or an S3 bucket: written once, never changed, and on the disk before we say so.

Keys say nothing of a person. What the library raises is translated here; nobody above knows obstore.

An object comes as a stream and is uploaded in parts, so no length of it fills the memory. Uploads in parts
cannot be told to create only (obstore 0.12 has no condition for them, and a folder's would replace what is
there). So in a folder they take place under a name of their own in ``unfinished/`` and are then renamed,
which is refused when the name is taken. In a bucket, where renaming would be copying, what fits into one part
is put on the condition that nothing is there; for anything longer it is asked first, and the names the vault
draws (128 random bits) are never drawn twice.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError
from obstore.store import LocalStore, MemoryStore
from obstore.store import ObjectStore as AnyStore
from obstore.store import from_url as store_at

from core.clock import Clock, SystemClock
from core.errors import DomainError
from core.logs import get_log

_FULL = {"28", "122"}  # ENOSPC, EDQUOT
_SHUT = {"1", "13", "30"}  # EPERM, EACCES, EROFS
_UNFINISHED = "unfinished"
_PART_BYTES = 8 * 1024 * 1024  # S3 takes 10,000 parts of at least 5 MiB
_ABANDONED_SECONDS = 3600.0  # a part is written every few seconds while an upload lives
_SYSTEM_ERROR = re.compile(r"os error (\d+)")

log = get_log()


class ObjectMissing(DomainError):
    """The sealed object is not where it was put."""

    code = "object-missing"
    http_status = 500


class ObjectExists(DomainError):
    """There is an object under that key already; objects are never overwritten."""

    code = "object-exists"
    http_status = 500


class ObjectStoreFailed(DomainError):
    """The object store could not do it just now. Nothing was lost; it is tried again."""

    code = "object-store-failed"
    http_status = 503


class ObjectStoreFull(ObjectStoreFailed):
    """The object store is full. Nothing was lost; recordings wait where they are until there is room."""

    code = "object-store-full"
    http_status = 507


class ObjectStoreShut(ObjectStoreFailed):
    """The object store may not be written: read-only, or no permission. Nothing was lost; recordings wait."""

    code = "object-store-shut"
    http_status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedObject:
    """One object as the store lists it; ``size`` in bytes."""

    key: str
    size: int
    written_at: datetime


class ObjectStore:
    """One place for sealed objects.

    Args:
        store: an obstore store
        folder: its folder if it is a local one, so that what was written can be forced to the disk
        clock: for the age of what killed processes left there; the machine's own if nothing else is said
    """

    def __init__(self, store: AnyStore, folder: Path | None = None, clock: Clock | None = None) -> None:
        self._store = store
        self._folder = folder
        self._clock = clock or SystemClock()
        self._renames = isinstance(store, LocalStore | MemoryStore)

    @classmethod
    def at(cls, url: str) -> ObjectStore:
        """Open ``file:///folder`` (made if missing), ``s3://bucket/prefix`` or ``memory:///``.

        Raises:
            ObjectStoreShut: the folder cannot be made
        """
        parts = urlsplit(url)
        if parts.scheme == "file":
            folder = Path(unquote(parts.path))
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError:
                raise ObjectStoreShut from None
            return cls(LocalStore(folder), folder)
        if parts.scheme == "memory":
            return cls(MemoryStore())
        return cls(store_at(url))

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        """Write an object that must not exist yet; when this returns it survives a power cut.

        Whatever ``blocks`` raises comes through, and nothing of the object is kept.

        Raises:
            ObjectExists, ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed
        """
        self._refuse_links(key)
        self._refuse_links(_UNFINISHED)
        with _translated():
            if self._renames:
                self._put_by_renaming(key, blocks)
            else:
                self._put_in_place(key, iter(blocks))

    def _put_by_renaming(self, key: str, blocks: Iterable[bytes]) -> None:
        self._sweep()
        unfinished = f"{_UNFINISHED}/{secrets.token_hex(16)}"
        self._upload(unfinished, blocks)
        try:
            if self._folder is not None:
                _force_to_disk(self._folder / unfinished)
            obstore.rename(self._store, unfinished, key, overwrite=False)
        except BaseException:
            obstore.delete(self._store, unfinished)
            raise
        if self._folder is not None:
            for place in (self._folder / key).parents:
                if place.is_relative_to(self._folder):
                    _force_to_disk(place)

    def _put_in_place(self, key: str, blocks: Iterator[bytes]) -> None:
        first: list[bytes] = []
        for block in blocks:
            first.append(block)
            if sum(map(len, first)) > _PART_BYTES:
                break
        else:
            obstore.put(self._store, key, b"".join(first), mode="create", use_multipart=False)
            return
        with suppress(FileNotFoundError):
            obstore.head(self._store, key)
            raise ObjectExists
        self._upload(key, chain(first, blocks))

    def _upload(self, key: str, blocks: Iterable[bytes]) -> None:
        # One part at a time: more of them would wait in memory when the store is slower than we are. Blocks
        # are pushed, because whoever makes them may be reading from this very store, which obstore cannot
        # bear while it pulls ("cannot start a runtime from within a runtime").
        upload = obstore.open_writer(self._store, key, buffer_size=_PART_BYTES, max_concurrency=1)
        with upload:  # an exception aborts it
            for block in blocks:
                upload.write(block)

    def _sweep(self) -> None:
        """Remove what uploads left here whose process was killed. obstore does not list such files."""
        if self._folder is None:
            return
        now = self._clock.now().timestamp()
        for left in (self._folder / _UNFINISHED).glob("*"):
            with suppress(FileNotFoundError):  # another process sweeps too, or has just finished its own
                if now - left.stat().st_mtime > _ABANDONED_SECONDS:
                    left.unlink()

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """Return ``length`` bytes from ``start``, fewer at the end. ``length`` is at least 1.

        Raises:
            ObjectMissing, ObjectStoreFailed
        """
        if self._is_linked(key):
            raise ObjectMissing
        with _translated():
            return bytes(obstore.get_range(self._store, key, start=start, length=length))

    def size(self, key: str) -> int:
        """Return the size of an object in bytes.

        Raises:
            ObjectMissing, ObjectStoreFailed
        """
        if self._is_linked(key):
            raise ObjectMissing
        with _translated():
            return obstore.head(self._store, key)["size"]

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is as good as removed.

        Raises:
            ObjectStoreShut, ObjectStoreFailed
        """
        self._refuse_links(key)
        try:
            with _translated():
                obstore.delete(self._store, key)
        except ObjectMissing:
            return

    @property
    def folder(self) -> Path | None:
        """Its folder, whose disk has an end; None where no end can be seen."""
        return self._folder

    def list(self, under: str = "") -> Iterator[ListedObject]:
        """Yield every object, in no order.

        Args:
            under: only below this part of the keys, whole names between slashes; empty: all

        Raises:
            ObjectStoreFailed
        """
        linked = 0
        with _translated():
            for batch in obstore.list(self._store, prefix=under or None):
                for found in batch:
                    if self._is_linked(found["path"]):
                        linked += 1
                        continue
                    yield ListedObject(
                        key=found["path"], size=found["size"], written_at=found["last_modified"]
                    )
        if linked:
            log.warning("objects.links-passed-over", count=linked)

    def _refuse_links(self, key: str) -> None:
        if self._is_linked(key):
            log.warning("object.link-refused")
            raise ObjectStoreShut

    def _is_linked(self, key: str) -> bool:
        """Say whether an object, or a folder on the way to it, is a link. A bucket has none."""
        if self._folder is None:
            return False
        place = str(self._folder)
        for part in key.split("/"):
            place = f"{place}/{part}"
            if os.path.islink(place):  # noqa: PTH114  asked for every read: a Path takes ten times as long
                return True
        return False


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ObjectMissing from None
    except AlreadyExistsError:
        raise ObjectExists from None
    except PermissionDeniedError:
        raise ObjectStoreShut from None
    except (BaseError, OSError) as error:  # an upload's OSError has its number in the words only
        said = _SYSTEM_ERROR.search(str(error))
        number = error.errno if isinstance(error, OSError) else None
        raise _failure(str(number) if number else said.group(1) if said else "") from None


def _failure(number: str) -> ObjectStoreFailed:
    if number in _FULL:
        return ObjectStoreFull()
    return ObjectStoreShut() if number in _SHUT else ObjectStoreFailed()


def _force_to_disk(place: Path) -> None:
    """Sync a file or a folder; obstore leaves that to the system."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
