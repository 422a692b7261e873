"""The vault: recordings go in sealed, come out through one door, and are destroyed for good.

- Each recording has a data key of its own, wrapped by the key-encryption key. Deleting the wrapped key makes
  every copy of every object unreadable, backups of the object store included.
- An object is written once, read back whole and compared before any row speaks of it. A try that was killed
  leaves at most an object that no row names; ``vault_verify`` finds it.
- ``open_recording`` is the only door to audio. Whoever knocks is written down first, in a transaction of its
  own, so do not open the vault inside a write transaction. One play is one grant; its reads are judged anew.

The console's process holds the key-encryption key too; what it may open is bounded by the rows its role sees.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from core.access_terms import AccessTerms
from core.actors import Actor, Purpose
from core.clock import Clock
from core.errors import DomainError, NotFound
from core.facts import Fact, RecordingSealed
from core.ids import AccountId, GrantId, RecordingId
from core.logs import get_log
from storage import certificates, recordings
from storage.access_log import Act, ActorKind
from storage.access_rules import RecordingDestroyed
from storage.alarms import raise_alarm
from storage.database import Database
from storage.grants import Grant, Grants
from storage.holds import refuse_what_is_held
from storage.keys import KeyProvider
from storage.objects import ObjectStore, ObjectStoreFailed
from storage.passing import Passing
from storage.recordings import Condition, NewRecording, ObjectKind, SealedObject, WrappedKey
from storage.sealing import KEY_BYTES, SealBroken, SealedReader, hashes_of, seal_stream

MASTER_MEDIA_TYPE = "audio/flac"

Blocks = bytes | Iterable[bytes]
"""Plain bytes on their way into the vault: all at once, or in blocks of any size."""


class CopyNotReady(DomainError):
    """This copy of the recording is still being made; try again in a moment."""

    code = "copy-not-ready"
    http_status = 404


class Work(Protocol):
    """The unit of work a handler runs in: storage.unit_of_work.UnitOfWork."""

    connection: Connection

    def announce(self, fact: Fact) -> None:
        """Announce a fact in this transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRecording:
    """One object of a recording, readable in ranges under one grant. ``size`` in plain bytes."""

    grant: GrantId
    recording: RecordingId
    size: int
    media_type: str
    until: datetime
    read: Callable[[int, int], bytes]
    """``read(start, length)`` gives fewer bytes at the end; raises SealBroken if they were changed."""


class _Content(NamedTuple):
    kind: ObjectKind
    media_type: str
    plain: Iterable[bytes]


class Vault:
    """Seals, opens and destroys. The database's role decides whose vault it is: worker or console."""

    def __init__(
        self,
        *,
        database: Database,
        objects: ObjectStore,
        keys: KeyProvider,
        clock: Clock,
        terms: AccessTerms | None = None,
    ) -> None:
        self._database = database
        self._objects = objects
        self._keys = keys
        self._clock = clock
        self._grants = Grants(database, clock, terms)

    def seal(self, work: Work, new: NewRecording, master: Blocks) -> RecordingId:
        """Seal a recording and announce it; sealed, destroyed or being sealed already is not an error.

        The object is written and verified before ``work`` writes its first row, so begin ``work`` for this.

        Args:
            work: open unit of work; rows and fact become true when it commits
            new: what is known of the recording
            master: stereo FLAC, caller left, hall right; blocks are taken one by one, so any length may come

        Raises:
            ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed, SealBroken, or whatever the blocks raise:
                nothing was kept; try again later
        """
        with self._database.begin() as connection:
            if recordings.seen(connection, new.id) is not None:
                return new.id
        data_key = os.urandom(KEY_BYTES)
        kek_id, wrapped = self._keys.wrap(data_key, new.id.bytes)
        # What is proven below is that the key as it will lie in the database opens what lies in the store.
        proven_key = self._keys.unwrap(kek_id, wrapped, new.id.bytes)
        item = self._write(proven_key, new.id, new.started_at, _content("master", MASTER_MEDIA_TYPE, master))
        key = WrappedKey(kek_id=kek_id, wrapped=wrapped)
        if recordings.add(work.connection, new, key, item, self._clock.now()):
            work.announce(RecordingSealed(recording=new.id))
            get_log().info("recording.sealed", recording=str(new.id), bytes=item.sealed_bytes)
        else:
            self._objects.delete(item.key)  # a twin was faster
        return new.id

    def add_derived(
        self, work: Work, recording: RecordingId, kind: ObjectKind, media_type: str, data: Blocks
    ) -> None:
        """Seal something made from a recording under the recording's own key; once there, it stays as it is.

        Raises:
            RecordingDestroyed: there is no key any more
            ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed, SealBroken: nothing was kept; try again later
        """
        with self._database.begin() as connection:
            if kind in recordings.objects_of(connection, recording):
                return
            key = recordings.key_of(connection, recording)
            if key is None:
                raise RecordingDestroyed
            started_at = recordings.started_at(connection, recording)
        data_key = self._keys.unwrap(key.kek_id, key.wrapped, recording.bytes)
        item = self._write(data_key, recording, started_at, _content(kind, media_type, data))
        kept = recordings.hold_open(work.connection, recording)
        if not kept or not recordings.add_object(work.connection, recording, item, self._clock.now()):
            self._objects.delete(item.key)
        if not kept:
            raise RecordingDestroyed

    def open_recording(
        self, actor: Actor, recording: RecordingId, purpose: Purpose, *, kind: ObjectKind = "listening"
    ) -> OpenedRecording:
        """The only door to recorded audio. Every knock is written down first, opened or not.

        Args:
            actor: who asks
            recording: what is asked for
            purpose: why; there is no default
            kind: which of its objects

        Raises:
            AccessDenied: not there or not to be seen, which sound the same
            ClosedForUse: 未告知
            RecordingDestroyed, PurposeNotAllowed, CopyNotReady
            DatabaseAway: the knock could not be written down
            SealBroken, WrongKey, ObjectMissing: what lies there is not what was sealed
        """
        return self._open(self._grants.give(actor, recording, purpose), kind, actor)

    def grant_play(
        self, actor: Actor, recording: RecordingId, purpose: Purpose, act: Act = "listen"
    ) -> Grant:
        """Knock as ``open_recording`` does, and open nothing yet: the copies may still be in the making.

        Raises:
            AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed, DatabaseAway
        """
        return self._grants.give(actor, recording, purpose, act)

    def continue_play(
        self, actor: Actor, grant: GrantId, kind: ObjectKind = "listening", act: Act = "listen"
    ) -> OpenedRecording:
        """Go on with a play that was granted; judged anew, no new row. A clip's grant opens nothing else.

        Raises: AccessDenied, GrantOver, ClosedForUse, RecordingDestroyed, CopyNotReady, SealBroken, WrongKey
        """
        return self._open(self._grants.check(actor, grant, act), kind, actor)

    def read_transcript_grant(self, actor: Actor, recording: RecordingId, purpose: Purpose) -> Grant:
        """Knock to read what was said; the text itself is read under the actor's own rights.

        Raises:
            AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed, DatabaseAway
        """
        return self._grants.give(actor, recording, purpose, "read")

    def open_for_process(
        self, actor_kind: ActorKind, recording: RecordingId, kind: ObjectKind = "master", purpose: str = ""
    ) -> OpenedRecording:
        """Open a recording for a process of ours; written down once, under ``purpose`` or its kind's name.

        Raises:
            AccessDenied, RecordingDestroyed, CopyNotReady, SealBroken, WrongKey, ObjectMissing
            ClosedForUse: 未告知 is not transcribed
        """
        return self._open(self._grants.for_process(actor_kind, recording, purpose), kind, None)

    def destroy(
        self, recording: RecordingId, rule: str, by: AccountId | None, *, only_if: Condition | None = None
    ) -> bool:
        """Destroy a recording: key and text, then the objects, then the certificate. Safe to run again.

        If an object cannot be removed, an alarm says so, no certificate is written, the next run goes on.

        Args:
            recording: what is destroyed
            rule: code of the rule or order behind it
            by: the person who ordered it, or none
            only_if: asked while nobody else can change it; False leaves it as it is, and is the answer

        Raises:
            NotFound; RecordingOnHold: it is held, or its hold was lifted days ago
            ObjectStoreShut, ObjectStoreFailed: an object could not be removed yet
        """
        with self._database.begin() as connection:
            if not recordings.hold_shut(connection, recording):
                raise NotFound
            if certificates.is_certified(connection, recording):
                return True
            if only_if and not only_if(connection):
                return False
            refuse_what_is_held(connection, recording, self._clock.now())
            recordings.forget(connection, recording, self._clock.now())
            left = recordings.objects_of(connection, recording)
        try:
            for item in left.values():
                self._objects.delete(item.key)
        except ObjectStoreFailed:
            with self._database.begin() as connection:
                raise_alarm(
                    connection, "objects-not-removed", recording=recording, detail={"count": len(left)}
                )
            raise
        with self._database.begin() as connection:
            certificates.certify(connection, recording, self._clock.now(), rule, by)
        get_log().info("recording.destroyed", recording=str(recording), count=len(left))
        return True

    def _open(self, grant: Grant, kind: ObjectKind, actor: Actor | None) -> OpenedRecording:
        with self._grants.reading(grant, actor) as connection:
            item = recordings.objects_of(connection, grant.recording).get(kind)
            key = recordings.key_of(connection, grant.recording)
        if key is None:
            raise RecordingDestroyed
        if item is None:
            raise CopyNotReady
        data_key = self._keys.unwrap(key.kek_id, key.wrapped, grant.recording.bytes)
        if self._objects.size(item.key) != item.sealed_bytes:
            raise SealBroken
        sealed = partial(self._objects.get_range, item.key)
        reader = SealedReader(data_key, what_it_is(grant.recording, kind), sealed, item.sealed_bytes)
        return OpenedRecording(
            grant=grant.id, recording=grant.recording, size=reader.size, media_type=item.media_type,
            until=grant.until, read=reader.read,
        )  # fmt: skip

    def _write(
        self, data_key: bytes, recording: RecordingId, at: datetime, content: _Content
    ) -> SealedObject:
        words = what_it_is(recording, content.kind)
        key = f"{at:%Y/%m}/{secrets.token_hex(16)}"
        plain, sealed = Passing(), Passing()
        self._objects.put(key, sealed.through(seal_stream(data_key, words, plain.through(content.plain))))
        item = SealedObject(
            kind=content.kind, key=key, media_type=content.media_type,
            plain_bytes=plain.size, plain_sha256=plain.sha256,
            sealed_bytes=sealed.size, sealed_sha256=sealed.sha256,
        )  # fmt: skip
        back = hashes_of(data_key, words, partial(self._objects.get_range, key), item.sealed_bytes)
        if back != (item.sealed_sha256, item.plain_sha256):
            raise SealBroken
        return item


def _content(kind: ObjectKind, media_type: str, plain: Blocks) -> _Content:
    return _Content(kind, media_type, (plain,) if isinstance(plain, bytes) else plain)


def what_it_is(recording: RecordingId, kind: ObjectKind) -> bytes:
    """Return the words an object is sealed under, so that none can be put in another's place."""
    return f"tsuwaroku {recording} {kind}".encode()
