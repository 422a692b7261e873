"""The vault's rows: recordings, their wrapped keys, where their sealed objects lie.

Only statements; what they mean and when they run is said in storage/vault.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from core.ids import AccountId, DepartmentId, RecordingId, RequestId
from storage.access_rules import SeenRecording

ObjectKind = Literal["master", "listening", "peaks", "original"]
Condition = Callable[[Connection], bool]
Tracks = Literal["call", "room"]
RecordingClass = Literal["unflagged", "flagged", "practice", "buffer", "incident", "disclosure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecording:
    """A recording as it comes to the vault. The vault does not know calls: ``subject`` is the call's id."""

    id: RecordingId
    subject: str
    department: DepartmentId
    operator_id: AccountId | None
    practice: bool
    recording_class: RecordingClass
    usable: bool  # False: 未告知
    started_at: datetime  # of the first sample
    samples: int  # per track
    sample_rate: int
    samples_sha256: bytes  # of the interleaved 16-bit samples
    findings: tuple[str, ...]
    destroy_after: datetime
    tracks: Tracks = "call"
    """``room``: of a recorder in a room. Both sides of the master hold the same one track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedObject:
    """One sealed object of a recording."""

    kind: ObjectKind
    key: str
    media_type: str
    plain_bytes: int
    plain_sha256: bytes
    sealed_bytes: int
    sealed_sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """The data key of a recording, as it lies in the database."""

    kek_id: str
    wrapped: bytes


_ADD = text(
    """
    INSERT INTO recordings (id, subject, department, operator_id, practice, class, usable, started_at,
                            samples, sample_rate, samples_sha256, findings, sealed_at, destroy_after,
                            tracks)
    VALUES (:id, :subject, :department, :operator, :practice, :class, :usable, :started_at, :samples,
            :sample_rate, :samples_sha256, :findings, :sealed_at, :destroy_after, :tracks)
    ON CONFLICT (id) DO NOTHING
    """
).bindparams(bindparam("findings", type_=ARRAY(TEXT)))
_ADD_KEY = text(
    "INSERT INTO recording_keys (recording_id, kek_id, wrapped_key) VALUES (:recording, :kek_id, :wrapped)"
)
_ADD_OBJECT = text(
    """
    INSERT INTO sealed_objects (recording_id, kind, object_key, media_type, plain_bytes, plain_sha256,
                                sealed_bytes, sealed_sha256, sealed_at)
    VALUES (:recording, :kind, :key, :media_type, :plain_bytes, :plain_sha256,
            :sealed_bytes, :sealed_sha256, :at)
    ON CONFLICT (recording_id, kind) DO NOTHING
    """
)
_SEEN = text(
    "SELECT operator_id, department, practice, usable, destroyed_at, rights.accepted_for(id) AS request"
    " FROM recordings WHERE id = :recording"
)
_STARTED_AT = text("SELECT started_at FROM recordings WHERE id = :recording")
_HOLD_OPEN = text("SELECT 1 FROM recordings WHERE id = :recording AND destroyed_at IS NULL FOR SHARE")
_HOLD_SHUT = text("SELECT 1 FROM recordings WHERE id = :recording FOR UPDATE")
_KEY = text("SELECT kek_id, wrapped_key FROM recording_keys WHERE recording_id = :recording")
_OBJECTS = text(
    """
    SELECT kind, object_key, media_type, plain_bytes, plain_sha256, sealed_bytes, sealed_sha256
      FROM sealed_objects WHERE recording_id = :recording ORDER BY kind
    """
)
FORGET = (
    text("DELETE FROM recording_keys WHERE recording_id = :recording"),
    text("DELETE FROM utterance_tokens WHERE recording_id = :recording"),
    text("DELETE FROM utterances WHERE recording_id = :recording"),
    text("DELETE FROM transcript_revisions WHERE recording_id = :recording"),
    text("DELETE FROM transcription_states WHERE recording_id = :recording"),
    text("DELETE FROM voice_measures WHERE recording_id = :recording"),
    text("DELETE FROM signals WHERE recording_id = :recording AND handled_at IS NULL"),
    text("DELETE FROM imports WHERE recording_id = :recording"),
)
"""What a destruction deletes from, beside the objects, before any object is removed."""
_MARK_DESTROYED = text(
    "UPDATE recordings SET destroyed_at = :at WHERE id = :recording AND destroyed_at IS NULL"
)


def add(
    connection: Connection, new: NewRecording, key: WrappedKey, master: SealedObject, at: datetime
) -> bool:
    """Write the rows of a new recording; say whether it was new."""
    values = {
        "id": new.id, "subject": new.subject, "department": new.department, "operator": new.operator_id,
        "practice": new.practice, "class": new.recording_class, "usable": new.usable,
        "started_at": new.started_at, "samples": new.samples, "sample_rate": new.sample_rate,
        "samples_sha256": new.samples_sha256, "findings": list(new.findings), "sealed_at": at,
        "destroy_after": new.destroy_after, "tracks": new.tracks,
    }  # fmt: skip
    if connection.execute(_ADD, values).rowcount == 0:
        return False
    connection.execute(_ADD_KEY, {"recording": new.id, "kek_id": key.kek_id, "wrapped": key.wrapped})
    return add_object(connection, new.id, master, at)


def add_object(connection: Connection, recording: RecordingId, item: SealedObject, at: datetime) -> bool:
    """Write the row of a sealed object; say whether that kind was new."""
    values = {
        "recording": recording, "kind": item.kind, "key": item.key, "media_type": item.media_type,
        "plain_bytes": item.plain_bytes, "plain_sha256": item.plain_sha256,
        "sealed_bytes": item.sealed_bytes, "sealed_sha256": item.sealed_sha256, "at": at,
    }  # fmt: skip
    return connection.execute(_ADD_OBJECT, values).rowcount == 1


def seen(connection: Connection, recording: RecordingId) -> SeenRecording | None:
    """Return what the rules need, if the connection's rights let it be seen."""
    row = connection.execute(_SEEN, {"recording": recording}).one_or_none()
    if row is None:
        return None
    return SeenRecording(
        operator=row.operator_id,
        department=DepartmentId(row.department),
        practice=row.practice,
        usable=row.usable,
        destroyed=row.destroyed_at is not None,
        request=None if row.request is None else RequestId(row.request),
    )


def started_at(connection: Connection, recording: RecordingId) -> datetime:
    """Return when the first sample was recorded."""
    moment: datetime = connection.execute(_STARTED_AT, {"recording": recording}).scalar_one()
    return moment


def hold_open(connection: Connection, recording: RecordingId) -> bool:
    """Keep a recording from being destroyed until the transaction ends; False if it is destroyed already."""
    return connection.execute(_HOLD_OPEN, {"recording": recording}).one_or_none() is not None


def hold_shut(connection: Connection, recording: RecordingId) -> bool:
    """Keep everybody else from adding to a recording until the transaction ends; False if there is none."""
    return connection.execute(_HOLD_SHUT, {"recording": recording}).one_or_none() is not None


def key_of(connection: Connection, recording: RecordingId) -> WrappedKey | None:
    """Return the wrapped data key, if it is there and may be seen."""
    row = connection.execute(_KEY, {"recording": recording}).one_or_none()
    return None if row is None else WrappedKey(kek_id=row.kek_id, wrapped=row.wrapped_key)


def objects_of(connection: Connection, recording: RecordingId) -> dict[ObjectKind, SealedObject]:
    """Return the sealed objects of a recording by kind."""
    rows = connection.execute(_OBJECTS, {"recording": recording}).all()
    return {
        row.kind: SealedObject(
            kind=row.kind, key=row.object_key, media_type=row.media_type, plain_bytes=row.plain_bytes,
            plain_sha256=row.plain_sha256, sealed_bytes=row.sealed_bytes, sealed_sha256=row.sealed_sha256,
        )
        for row in rows
    }  # fmt: skip


def forget(connection: Connection, recording: RecordingId, at: datetime) -> None:
    """Delete the data key and everything that was derived as text; from here on nothing can be opened."""
    for statement in FORGET:
        connection.execute(statement, {"recording": recording})
    connection.execute(_MARK_DESTROYED, {"recording": recording, "at": at})
