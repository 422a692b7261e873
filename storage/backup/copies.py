"""Sealed objects on their way to a backup and back: each compared with what the database says of it.

They are sealed already, each under a key of its own that lies in the database, so they are copied as they are
and once: an object is never changed. What was destroyed is taken out of the place again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import text

from core.errors import DomainError
from core.logs import get_log
from storage.backup.place import OBJECTS, BackupPlace, blocks_of
from storage.backup.snapshot import NeededObject
from storage.database import Database
from storage.objects import ObjectExists, ObjectMissing, ObjectStore, ObjectStoreFailed
from storage.passing import Passing

_CERTIFIED = text("""
    SELECT item->>'sealed_sha256' FROM destructions, jsonb_array_elements(evidence->'objects') AS item
""")

log = get_log()


class NotWhatWasSealed(DomainError):
    """An object is not what was sealed."""

    code = "not-what-was-sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What copying came to. ``lacking``: keys of objects that the source has not, or has otherwise."""

    new: int
    there: int
    bytes: int
    lacking: tuple[NeededObject, ...]


def copy_out(
    needed: Iterable[NeededObject],
    source: ObjectStore,
    place: BackupPlace,
    there: Mapping[str, int],
    *,
    read_all: bool,
) -> Copied:
    """Copy what a place has not yet, and read back what was copied.

    Args:
        needed: what the database names
        source: the vault's store
        place: where backups lie
        there: what the place has, with sizes
        read_all: also read what was copied earlier; a copy that went bad is made anew

    Raises:
        ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed: what was copied stays, the rest is for next time
    """
    new = kept = size = 0
    lacking: list[NeededObject] = []
    for one in needed:
        key = OBJECTS + one.key
        size += one.size
        if one.key in there:
            if there[one.key] == one.size and (not read_all or place.sha256(key) == one.sha256):
                kept += 1
                continue
            log.warning("backup.copy-was-bad")
            place.remove(key)
        try:
            place.put(key, _checked(one, blocks_of(source, one.key, one.size)))
        except (NotWhatWasSealed, ObjectMissing):
            lacking.append(one)
            size -= one.size
            continue
        except ObjectExists:
            kept += 1  # another backup to the same place was a moment faster
            continue
        if place.sha256(key) != one.sha256:
            place.remove(key)
            raise ObjectStoreFailed
        new += 1
    return Copied(new=new, there=kept, bytes=size, lacking=tuple(lacking))


def copy_back(
    needed: Iterable[NeededObject], place: BackupPlace, target: ObjectStore, tell: Callable[[int], None]
) -> Copied:
    """Copy objects from a backup into an empty vault; one that is there already stays if it is right.

    Args:
        needed: what is wanted
        place: where backups lie
        target: the vault's store
        tell: told now and then how many are done

    Raises:
        ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed
    """
    new = there = size = 0
    lacking: list[NeededObject] = []
    for count, one in enumerate(needed, start=1):
        try:
            if _sha256(target, one) == one.sha256:
                there += 1
            else:
                target.put(one.key, _checked(one, _pieces(place, OBJECTS + one.key, one.size)))
                new += 1
            size += one.size
        except (NotWhatWasSealed, ObjectMissing):
            lacking.append(one)
        if count % 1000 == 0:
            tell(count)
    return Copied(new=new, there=there, bytes=size, lacking=tuple(lacking))


def take_out_destroyed(database: Database, place: BackupPlace, others: Iterable[str]) -> int:
    """Take out of a place what a certificate of destruction names; say how many objects that were.

    Args:
        database: of the role that owns the tables
        place: where backups lie
        others: keys in the place that the database does not name any more

    Raises:
        DatabaseAway, ObjectStoreFailed
    """
    keys = [OBJECTS + one for one in others]
    if not keys:
        return 0
    with database.begin() as connection:
        certified = set(connection.execute(_CERTIFIED).scalars())
    gone = [key for key in keys if place.sha256(key).hex() in certified]
    for key in gone:
        place.remove(key)
    return len(gone)


def _checked(one: NeededObject, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Hand blocks on; at their end, refuse the whole of them if they are not what was sealed."""
    passing = Passing()
    yield from passing.through(blocks)
    if (passing.size, passing.sha256) != (one.size, one.sha256):
        raise NotWhatWasSealed


def _pieces(place: BackupPlace, key: str, size: int) -> Iterator[bytes]:
    read, piece = place.reading(key), 1024 * 1024
    for start in range(0, size, piece):
        yield read(start, min(piece, size - start))


def _sha256(store: ObjectStore, one: NeededObject) -> bytes | None:
    passing = Passing()
    try:
        if store.size(one.key) != one.size:
            raise ObjectStoreFailed  # something else lies there, and nothing is ever written over
        for block in blocks_of(store, one.key, one.size):
            passing.note(block)
    except ObjectMissing:
        return None
    return passing.sha256
