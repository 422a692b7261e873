"""Makes one backup: the database at one moment first, then the objects it names, the manifest last.

What is with Asterisk and in no vault yet is held before that moment and read after it: captured in between,
it is in both; nothing is in neither.

Objects are written once and never changed, so copying them after the moment of the database is in time; one
that is gone by then was destroyed, which is no fault. Whatever stops this (a full disk, a kill) leaves every
earlier backup as it was, and the objects copied so far are there for the next one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.clock import Clock
from core.logs import get_log
from storage.backup.copies import Copied, copy_out, take_out_destroyed
from storage.backup.manifest import Manifest, SealedPart, write_manifest
from storage.backup.place import (
    DESTROYED,
    SETS,
    BackupPlace,
    Listing,
    is_abandoned,
    manifest_key,
    moment_of,
    set_name,
)
from storage.backup.sealed_file import SealedFile
from storage.backup.snapshot import NeededObject, is_still_needed, snapshot_of, written
from storage.database import Database
from storage.destruction_list import destroyed_since, note_of
from storage.objects import ObjectStore, ObjectStoreFailed
from storage.passing import Passing
from storage.sealing import SealBroken

_BEFORE = timedelta(days=7)  # clocks may have been set between a destruction and a backup

log = get_log()


class HoldsRecordings(Protocol):
    """Recordings that are not captured yet: runtime.spool_archive.HeldSpool."""

    def look(self) -> None:
        """Hold whatever is there now and is not held yet."""
        ...

    def out(self) -> Iterable[bytes]:
        """Yield all of it, as far as it is written by now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade:
    """What was made. ``lacking``: objects that the vault itself should have and has not."""

    name: str
    at: datetime
    database_bytes: int
    objects: Copied
    lacking: tuple[NeededObject, ...]
    taken_out: int
    removed_sets: int


class MakeBackup:
    """Makes backups of one hall to one place.

    Args:
        database: of the role that owns the tables, whom no row is hidden from
        source: the vault's store
        place: where backups lie
        recipient: public half of the backup key
        key: signs the manifest
        clock: says when
        instance: whose backup it is
        dump: writes the database out, at the moment of a snapshot's id
        journal: writes out what is not in the database yet
        spool: recordings that are not in the vault yet
    """

    def __init__(  # noqa: PLR0913  a backup is made of these
        self,
        *,
        database: Database,
        source: ObjectStore,
        place: BackupPlace,
        recipient: bytes,
        key: Ed25519PrivateKey,
        clock: Clock,
        instance: str,
        dump: Callable[[str], Iterable[bytes]],
        journal: Callable[[], Iterable[bytes]],
        spool: HoldsRecordings,
    ) -> None:
        self._database = database
        self._source = source
        self._place = place
        self._recipient = recipient
        self._key = key
        self._clock = clock
        self._instance = instance
        self._dump = dump
        self._journal = journal
        self._spool = spool

    def run(self, *, read_all: bool = True, keep_days: int | None = None) -> BackupMade:
        """Make one.

        Args:
            read_all: read every copy, also those made earlier
            keep_days: take away sets that are older, once this one is whole

        Raises:
            DatabaseAway, ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed: none was made
        """
        at = self._clock.now()
        before = self._place.look()
        name = set_name(at, secrets.token_hex(3))
        parts: dict[str, SealedPart] = {}
        self._spool.look()
        with snapshot_of(self._database) as moment:
            self._spool.look()  # once more: what began in between is not captured before its call is over
            parts["database"] = self._write(name, "database", self._dump(moment.id))
        # After the moment of the database: what comes to an end in between is in both, never in neither.
        parts["journal"] = self._write(name, "journal", self._journal())
        self._spool.look()
        parts["spool"] = self._write(name, "spool", self._spool.out())
        copied = copy_out(moment.objects, self._source, self._place, before.objects, read_all=read_all)
        gone = {one for one in copied.lacking if not is_still_needed(self._database, one.recording)}
        lacking = tuple(one for one in copied.lacking if one not in gone)
        needed = [one for one in moment.objects if one not in gone]
        parts["objects"] = self._write(name, "objects", written(needed))
        self._tell_destructions(name, before, at)
        manifest = Manifest(
            at=at, instance=self._instance, schema=moment.schema, recipient=self._recipient,
            chained=moment.chained, head=moment.head, objects=len(needed), bytes=copied.bytes,
            lacking=len(lacking), parts=parts,
        )  # fmt: skip
        self._place.put(manifest_key(name), [write_manifest(manifest, self._key)])
        others = set(before.objects) - {one.key for one in moment.objects}
        taken_out, removed = self._tidy(before, others, at, keep_days)
        log.info("backup.made", count=len(needed), bytes=parts["database"].size)
        return BackupMade(
            name=name, at=at, database_bytes=parts["database"].size, objects=copied, lacking=lacking,
            taken_out=taken_out, removed_sets=removed,
        )  # fmt: skip

    def _write(self, name: str, part: str, plain: Iterable[bytes]) -> SealedPart:
        """Seal a file into the set and read it back to its end."""
        key, file = f"{SETS}{name}/{part}", SealedFile(self._recipient, part)
        inside, outside = Passing(), Passing()
        self._place.put(key, outside.through(file.blocks(inside.through(plain))))
        back = Passing()
        plain_sha256 = file.plain_sha256(back.ranges(self._place.reading(key)), outside.size)
        if (plain_sha256, back.sha256) != (inside.sha256, outside.sha256):
            raise SealBroken
        return SealedPart(size=outside.size, sha256=outside.sha256, plain_sha256=inside.sha256)

    def _tell_destructions(self, name: str, before: Listing, at: datetime) -> None:
        """Say what was destroyed since the oldest set that lies there: any of them may be restored."""
        oldest = moment_of(before.sets[0]) if before.sets else at
        with self._database.begin() as connection:
            destroyed = destroyed_since(connection, oldest - _BEFORE)
        self._place.put(f"{DESTROYED}{name}.json", [note_of(destroyed, self._key)])

    def _tidy(
        self, before: Listing, others: Iterable[str], at: datetime, keep_days: int | None
    ) -> tuple[int, int]:
        """Take away what should not be there; a place that forbids that keeps it, and people are told."""
        taken_out = removed = 0
        with suppress(ObjectStoreFailed):
            taken_out = take_out_destroyed(self._database, self._place, others)
            for cut_short in before.unfinished:
                if is_abandoned(cut_short, at):
                    self._place.remove_set(cut_short)
            old = datetime.min.replace(tzinfo=UTC) if keep_days is None else at - timedelta(days=keep_days)
            for one in before.sets:
                if moment_of(one) < old:
                    self._place.remove_set(one)
                    self._place.remove(f"{DESTROYED}{one}.json")  # the list of today says all of it too
                    removed += 1
        return taken_out, removed
