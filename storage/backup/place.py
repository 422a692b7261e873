"""Where backups lie: a folder of another disk or machine, or a bucket. What is there is never written over.

    objects/2026/11/<name>     sealed objects as the vault has them, each once, however many sets need it
    sets/<moment>-<random>/    one backup each: database, objects, journal (sealed), manifest (signed, last)
    destroyed/<moment>…        signed lists of what was destroyed
    heads/…                    heads of the access log, where the machine keeps its own

A set without a manifest is none: its making was cut short, and every earlier one is as it was. Nothing here
tells of a person to whom has no key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from storage.objects import ObjectStore
from storage.passing import Passing

OBJECTS, SETS, DESTROYED, HEADS = "objects/", "sets/", "destroyed/", "heads/"
_MANIFEST = "/manifest.json"
_FORM = "%Y%m%dT%H%M%SZ"
_PIECE = 1024 * 1024
_LONGEST_NOTE = 64 * 1024 * 1024
_ABANDONED = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What lies in a place. ``objects`` and ``heads`` without their folder, with sizes in bytes."""

    objects: dict[str, int]
    sets: tuple[str, ...]
    """Whole ones, the oldest first."""
    unfinished: tuple[str, ...]
    destroyed: dict[str, int]
    heads: dict[str, int]


class BackupPlace:
    """One place for backups."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def look(self) -> Listing:
        """List everything.

        Raises:
            ObjectStoreFailed
        """
        sizes = {one.key: one.size for one in self._store.list()}
        begun = {key.removeprefix(SETS).partition("/")[0] for key in sizes if key.startswith(SETS)}
        whole = {name for name in begun if f"{SETS}{name}{_MANIFEST}" in sizes}
        return Listing(
            objects=_under(OBJECTS, sizes),
            sets=tuple(sorted(whole)),
            unfinished=tuple(sorted(begun - whole)),
            destroyed=_under(DESTROYED, sizes),
            heads=_under(HEADS, sizes),
        )

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        """Write something that is not there yet, and have it on the disk.

        Raises:
            ObjectExists, ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed
        """
        self._store.put(key, blocks)

    def reading(self, key: str) -> Callable[[int, int], bytes]:
        """Return ``read(start, length)`` of one of them."""
        return partial(self._store.get_range, key)

    def size(self, key: str) -> int:
        """Return how many bytes one of them has.

        Raises:
            ObjectMissing, ObjectStoreFailed
        """
        return self._store.size(key)

    def note(self, key: str) -> bytes:
        """Read a small file whole.

        Raises:
            ObjectMissing, ObjectStoreFailed
        """
        size = min(self.size(key), _LONGEST_NOTE)
        return self._store.get_range(key, 0, size) if size else b""

    def sha256(self, key: str) -> bytes:
        """Read one of them to its end and return its fingerprint.

        Raises:
            ObjectMissing, ObjectStoreFailed
        """
        passing = Passing()
        for block in blocks_of(self._store, key, self.size(key)):
            passing.note(block)
        return passing.sha256

    def remove(self, key: str) -> None:
        """Take one away, if the place lets us.

        Raises:
            ObjectStoreShut, ObjectStoreFailed
        """
        self._store.delete(key)

    def remove_set(self, name: str) -> None:
        """Take a set away, its manifest first, so that it is never half of one.

        Raises:
            ObjectStoreShut, ObjectStoreFailed
        """
        self._store.delete(manifest_key(name))
        for one in list(self._store.list()):
            if one.key.startswith(f"{SETS}{name}/"):
                self._store.delete(one.key)


def manifest_key(name: str) -> str:
    """Name the manifest of a set."""
    return f"{SETS}{name}{_MANIFEST}"


def set_name(at: datetime, salt: str) -> str:
    """Name a set after its moment: names sort as moments do."""
    return f"{at.astimezone(UTC).strftime(_FORM)}-{salt}"


def moment_of(name: str) -> datetime:
    """Return the moment a set's name tells."""
    try:
        return datetime.strptime(name.partition("-")[0], _FORM).replace(tzinfo=UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)  # of no age: it is left alone


def is_abandoned(name: str, now: datetime) -> bool:
    """Say whether nobody can be making this set any more."""
    return moment_of(name) < now - _ABANDONED


def blocks_of(store: ObjectStore, key: str, size: int) -> Iterator[bytes]:
    """Read an object in pieces.

    Raises:
        ObjectMissing, ObjectStoreFailed
    """
    for start in range(0, size, _PIECE):
        yield store.get_range(key, start, min(_PIECE, size - start))


def _under(folder: str, sizes: dict[str, int]) -> dict[str, int]:
    return {key.removeprefix(folder): size for key, size in sizes.items() if key.startswith(folder)}
