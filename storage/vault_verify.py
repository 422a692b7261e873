"""Does the vault hold what it says it holds? Objects, hashes, keys, destructions, and the chain of knocks.

A fault is a code with ids, for a person to look at; nothing is repaired here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Literal

from sqlalchemy import text

from core.clock import Clock
from core.errors import DomainError
from core.ids import RecordingId
from storage import recordings
from storage.certificates import is_certified
from storage.chain_proof import ChainReport, verify_chain
from storage.database import Database
from storage.grants import Grants
from storage.keys import KeyProvider
from storage.objects import ObjectMissing, ObjectStore
from storage.passing import Passing
from storage.recordings import ObjectKind, SealedObject
from storage.sealing import SealBroken, hashes_of
from storage.vault import what_it_is

_BEING_WRITTEN = timedelta(minutes=15)  # an object this young may still be waiting for its rows
_KEYS_AT_ONCE = 5000
_CERTIFIED_GONE = text("""
    WITH nameless AS (
        SELECT key FROM unnest(CAST(:keys AS text[])) key
         WHERE NOT EXISTS (SELECT 1 FROM sealed_objects o WHERE o.object_key = key))
    SELECT count(*) FROM destructions d, jsonb_array_elements(d.evidence->'objects') o
     WHERE EXISTS (SELECT 1 FROM nameless) AND o->>'key' IN (SELECT key FROM nameless)
""")
_PIECE_BYTES = 1024 * 1024
_ALL = text("SELECT id, destroyed_at IS NOT NULL AS destroyed FROM recordings ORDER BY started_at, id")
# Every recording was opened once to make its listening copy, and a destroyed one keeps its row. So who takes
# rows and objects away together still leaves the chained knocks behind.
_KNOCKED_BUT_GONE = text("""
    SELECT DISTINCT k.recording_id FROM access_knocks k
     WHERE k.granted AND k.recording_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM recordings r WHERE r.id = k.recording_id)
     ORDER BY 1
""")
_KEYS_IN_USE = text(
    "SELECT object_key FROM sealed_objects"
    " UNION ALL SELECT object_key FROM imports WHERE object_key IS NOT NULL"
    " UNION ALL SELECT object_key FROM bundles WHERE object_key IS NOT NULL"
)

FaultCode = Literal[
    "object-missing",
    "object-size-differs",
    "sealed-hash-differs",
    "plain-hash-differs",
    "object-does-not-open",
    "key-missing",
    "master-missing",
    "destroyed-but-key-left",
    "destroyed-but-objects-left",
    "destroyed-without-certificate",
    "object-of-no-recording",
    "recording-missing",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultFault:
    """Something is not as it was sealed. ``object_key`` says nothing of a person."""

    code: FaultCode
    recording: RecordingId | None = None
    kind: ObjectKind | None = None
    object_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultReport:
    """What was checked and what is wrong."""

    recordings: int
    destroyed: int
    objects: int
    bytes: int
    faults: tuple[VaultFault, ...]
    chain: ChainReport

    @property
    def is_sound(self) -> bool:
        """Say whether nothing at all is wrong."""
        return not self.faults and not self.chain.faults


class VaultVerifier:
    """Checks the whole vault, under the worker's role."""

    def __init__(self, *, database: Database, objects: ObjectStore, keys: KeyProvider, clock: Clock) -> None:
        self._database = database
        self._objects = objects
        self._keys = keys
        self._clock = clock

    def verify(self) -> VaultReport:
        """Read every object, open it, compare every hash, and read the access log.

        Raises:
            DatabaseAway, ObjectStoreFailed: it could not be checked, which says nothing of the vault
        """
        with self._database.begin() as connection:
            all_of_them = [(RecordingId(row.id), bool(row.destroyed)) for row in connection.execute(_ALL)]
        Grants(self._database, self._clock).note_verification(len(all_of_them))
        faults: list[VaultFault] = []
        objects = size = 0
        for recording, destroyed in all_of_them:
            with self._database.begin() as connection:
                items = recordings.objects_of(connection, recording)
            faults += self._destruction_of(recording) if destroyed else self._content_of(recording)
            objects += len(items)
            size += sum(item.sealed_bytes for item in items.values())
        faults += self._orphans()
        faults += self._missing()
        return VaultReport(
            recordings=len(all_of_them),
            destroyed=sum(destroyed for _recording, destroyed in all_of_them),
            objects=objects,
            bytes=size,
            faults=tuple(faults),
            chain=verify_chain(self._database, self._clock.now()),
        )

    def destroyed_but_stored(self) -> int:
        """Count objects that lie in the store although certificates say that they are gone.

        Raises:
            DatabaseAway, ObjectStoreFailed
        """
        count = 0
        listed = (item.key for item in self._objects.list())
        while keys := list(islice(listed, _KEYS_AT_ONCE)):
            with self._database.begin() as connection:
                count += connection.execute(_CERTIFIED_GONE, {"keys": keys}).scalar_one()
        return count

    def _destruction_of(self, recording: RecordingId) -> Sequence[VaultFault]:
        with self._database.begin() as connection:
            wrong: dict[FaultCode, bool] = {
                "destroyed-but-key-left": recordings.key_of(connection, recording) is not None,
                "destroyed-but-objects-left": bool(recordings.objects_of(connection, recording)),
                "destroyed-without-certificate": not is_certified(connection, recording),
            }
        return [VaultFault(code=code, recording=recording) for code, is_so in wrong.items() if is_so]

    def _content_of(self, recording: RecordingId) -> Sequence[VaultFault]:
        with self._database.begin() as connection:
            key = recordings.key_of(connection, recording)
            items = recordings.objects_of(connection, recording)
        faults: list[VaultFault] = []
        if "master" not in items:
            faults.append(VaultFault(code="master-missing", recording=recording, kind="master"))
        if key is None:
            return [*faults, VaultFault(code="key-missing", recording=recording)]
        try:
            data_key = self._keys.unwrap(key.kek_id, key.wrapped, recording.bytes)
        except DomainError:
            return [*faults, VaultFault(code="object-does-not-open", recording=recording)]
        for item in items.values():
            code = self._fault_in(recording, item, data_key)
            if code is not None:
                faults.append(VaultFault(code=code, recording=recording, kind=item.kind, object_key=item.key))
        return faults

    def _fault_in(self, recording: RecordingId, item: SealedObject, data_key: bytes) -> FaultCode | None:
        try:
            if self._objects.size(item.key) != item.sealed_bytes:
                return "object-size-differs"
            sealed_sha256, plain_sha256 = hashes_of(
                data_key, what_it_is(recording, item.kind),
                partial(self._objects.get_range, item.key), item.sealed_bytes,
            )  # fmt: skip
        except ObjectMissing:
            return "object-missing"
        except SealBroken:
            changed = self._sealed_hash(item) != item.sealed_sha256
            return "sealed-hash-differs" if changed else "object-does-not-open"
        if sealed_sha256 != item.sealed_sha256:
            return "sealed-hash-differs"
        return None if plain_sha256 == item.plain_sha256 else "plain-hash-differs"

    def _sealed_hash(self, item: SealedObject) -> bytes:
        sealed = Passing()
        for start in range(0, item.sealed_bytes, _PIECE_BYTES):
            sealed.note(
                self._objects.get_range(item.key, start, min(_PIECE_BYTES, item.sealed_bytes - start))
            )
        return sealed.sha256

    def _missing(self) -> Sequence[VaultFault]:
        """Find recordings that somebody was let in to and that are not there any more."""
        with self._database.begin() as connection:
            gone = connection.execute(_KNOCKED_BUT_GONE).scalars().all()
        return [VaultFault(code="recording-missing", recording=RecordingId(one)) for one in gone]

    def _orphans(self) -> Iterator[VaultFault]:
        """Find objects that no row names: left by a try that was killed. Listed before the rows are read."""
        young = self._clock.now() - _BEING_WRITTEN
        listed = [found.key for found in self._objects.list() if found.written_at < young]
        with self._database.begin() as connection:
            in_use = set(connection.execute(_KEYS_IN_USE).scalars())
        for key in sorted(set(listed) - in_use):
            yield VaultFault(code="object-of-no-recording", object_key=key)
