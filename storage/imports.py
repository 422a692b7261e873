"""録音機のファイル: rows of what people say of a recording that no telephone of ours made, and its state.

What was told stays as it was told. The file comes once; its recording is in the vault like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

from core.errors import DomainError, NotFound
from core.ids import AccountId, CallId, DepartmentId, ImportId, IncidentId, RecordingId, subject_of_import
from storage.intake import TakenIn
from storage.presses import write_once

Notice = Literal["told", "not-told", "unknown"]
State = Literal["wanted", "arrived", "kept", "refused"]


class SameFile(DomainError):
    """This very file is in the department's records already; it was not stored a second time."""

    code = "same-file"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImport:
    """What people say of a recording before its file comes. None of it can be checked by a machine."""

    id: ImportId
    department: DepartmentId
    incident: IncidentId | None
    recorded_at: datetime
    estimated: bool
    """推定: nobody knows the moment for certain."""
    place: str
    recorded_by: str
    held_by: str
    """Who had the recorder or the file in hand until now."""
    notice: Notice
    """Whether the people who were recorded were told so."""
    by: AccountId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import as it stands."""

    id: ImportId
    subject: CallId
    department: DepartmentId
    incident: IncidentId | None
    incident_number: int | None
    recorded_at: datetime
    estimated: bool
    place: str
    recorded_by: str
    held_by: str
    notice: Notice
    asked_by: str
    asked_at: datetime
    state: State
    reason: str
    file_name: str
    file_sha256: str
    file_bytes: int
    arrived_by: str
    arrived_at: datetime | None
    claims: Mapping[str, Any]
    recording: RecordingId | None
    opened_at: datetime | None
    opened_by: str
    opened_reason: str

    @property
    def takes_a_file(self) -> bool:
        """Whether a file may still come."""
        return self.state in {"wanted", "refused"}

    @property
    def closed_for_use(self) -> bool:
        """未告知: the people were not told, or nobody knows, and no supervisor opened it with a reason."""
        return self.notice != "told" and self.opened_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A file that waits to be read, as the process sees it that reads it."""

    id: ImportId
    subject: CallId
    department: DepartmentId
    recorded_at: datetime
    usable: bool
    arrived_at: datetime
    taken: TakenIn


def ask(connection: Connection, new: NewImport) -> None:
    """Write down what people say of a recording. Sent twice, it is one.

    Raises:
        PressUsed: something else stands under this id
    """
    row = {
        "id": new.id, "department": new.department, "incident": new.incident, "recorded": new.recorded_at,
        "estimated": new.estimated, "place": new.place, "recorded_by": new.recorded_by,
        "held_by": new.held_by, "notice": new.notice, "by": new.by, "at": new.at,
    }  # fmt: skip
    write_once(connection, _ASK, _SAME, row)


def import_of(connection: Connection, wanted: ImportId) -> Import:
    """Return one import.

    Raises:
        NotFound: there is none, or this person may not see it
    """
    row = connection.execute(_ONE, {"id": wanted}).one_or_none()
    if row is None:
        raise NotFound
    return _import(row)


def imports_seen(connection: Connection, at_most: int = 200) -> Sequence[Import]:
    """Return the imports that this person may see, those that were asked for last first."""
    return [_import(row) for row in connection.execute(_NEWEST, {"at_most": at_most})]


def imports_of_incident(connection: Connection, incident: IncidentId) -> Sequence[Import]:
    """Return what was imported for a case, in the order in which it was recorded."""
    return [_import(row) for row in connection.execute(_OF_INCIDENT, {"incident": incident})]


def known_file(connection: Connection, wanted: ImportId, sha256: bytes) -> ImportId | None:
    """Return the import of the same department that holds this very file, as far as this person sees it."""
    found = connection.execute(_KNOWN, {"id": wanted, "sha256": sha256}).scalar_one_or_none()
    return None if found is None else ImportId(found)


def note_arrival(  # noqa: PLR0913  what is written of a file
    connection: Connection, wanted: ImportId, taken: TakenIn, *, name: str, by: AccountId, at: datetime
) -> None:
    """Write down that the file is here.

    Raises:
        SameFile: it is here already, under another import
        NotFound: no such import, or its file has come meanwhile
    """
    row = {
        "id": wanted, "name": name, "sha256": taken.sha256, "bytes": taken.size, "by": by, "at": at,
        "key": taken.object_key, "sealed": taken.sealed_bytes, "kek": taken.kek_id,
        "wrapped": taken.wrapped_key,
    }  # fmt: skip
    try:
        with connection.begin_nested():
            written = connection.execute(_ARRIVED, row).rowcount
    except IntegrityError:
        raise SameFile from None
    if not written:
        raise NotFound


def open_for_use(
    connection: Connection, wanted: ImportId, *, by: AccountId, at: datetime, reason: str
) -> list[RecordingId]:
    """Open a recording whose people were not told (未告知). Opened twice, the first reason stays.

    Returns:
        what can be used from now on
    """
    row = {"id": wanted, "by": by, "at": at, "reason": reason}
    if not connection.execute(_OPEN, row).rowcount:
        return []
    return [RecordingId(one) for one in connection.execute(_USABLE, {"id": wanted}).scalars()]


def waiting_file(connection: Connection, wanted: ImportId) -> Waiting | None:
    """Return a file that waits to be read; None when nothing waits there any more."""
    row = connection.execute(_WAITING, {"id": wanted}).one_or_none()
    if row is None:
        return None
    return Waiting(
        id=ImportId(row.id), subject=subject_of_import(ImportId(row.id)),
        department=DepartmentId(row.department),
        recorded_at=row.recorded_at, usable=row.notice == "told", arrived_at=row.arrived_at,
        taken=TakenIn(
            object_key=row.object_key, sealed_bytes=row.sealed_bytes, kek_id=row.kek_id,
            wrapped_key=bytes(row.wrapped_key), size=row.file_bytes, sha256=bytes(row.file_sha256),
        ),
    )  # fmt: skip


def note_kept(
    connection: Connection, wanted: ImportId, recording: RecordingId, claims: Mapping[str, object]
) -> bool:
    """Write down that the recording lies in the vault with its original; say whether it was still waiting."""
    row = {"id": wanted, "recording": recording, "claims": dict(claims)}
    return connection.execute(_KEPT, row).rowcount == 1


def note_refusal(connection: Connection, wanted: ImportId, reason: str) -> bool:
    """Write down why a file was not taken; nothing of it is kept. Say whether it was still waiting."""
    return connection.execute(_REFUSED, {"id": wanted, "reason": reason}).rowcount == 1


def forget_empty(connection: Connection, before: datetime) -> int:
    """Forget what was told of recordings whose file never came, or was not taken; say how many."""
    return connection.execute(_FORGET, {"before": before}).rowcount


def _import(row: Row[Any]) -> Import:
    return Import(
        id=ImportId(row.id), subject=subject_of_import(ImportId(row.id)),
        department=DepartmentId(row.department),
        incident=None if row.incident_id is None else IncidentId(row.incident_id),
        incident_number=row.running, recorded_at=row.recorded_at, estimated=row.estimated, place=row.place,
        recorded_by=row.recorded_by, held_by=row.held_by, notice=row.notice, asked_by=row.asker or "",
        asked_at=row.asked_at, state=row.state, reason=row.reason or "", file_name=row.file_name or "",
        file_sha256="" if row.file_sha256 is None else bytes(row.file_sha256).hex(),
        file_bytes=row.file_bytes or 0, arrived_by=row.bringer or "", arrived_at=row.arrived_at,
        claims=row.claims, recording=None if row.recording_id is None else RecordingId(row.recording_id),
        opened_at=row.opened_at, opened_by=row.opener or "", opened_reason=row.opened_reason or "",
    )  # fmt: skip


_ASK = text("""
    INSERT INTO imports (id, department, incident_id, recorded_at, estimated, place, recorded_by, held_by,
                         notice, asked_by, asked_at)
    VALUES (:id, :department, :incident, :recorded, :estimated, :place, :recorded_by, :held_by, :notice,
            :by, :at)
    ON CONFLICT (id) DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM imports
     WHERE id = :id AND asked_by = :by AND department = :department AND recorded_at = :recorded
       AND incident_id IS NOT DISTINCT FROM CAST(:incident AS uuid) AND place = :place AND notice = :notice
       AND (estimated, recorded_by, held_by) = (:estimated, :recorded_by, :held_by)
""")
_SEEN = """
    SELECT m.*, i.running, asker.display_name AS asker, bringer.display_name AS bringer,
           opener.display_name AS opener
      FROM imports m
      LEFT JOIN incidents i ON i.id = m.incident_id
      LEFT JOIN accounts asker ON asker.id = m.asked_by
      LEFT JOIN accounts bringer ON bringer.id = m.arrived_by
      LEFT JOIN accounts opener ON opener.id = m.opened_by
"""
_ONE = text(_SEEN + " WHERE m.id = :id")
_NEWEST = text(_SEEN + " ORDER BY m.asked_at DESC, m.id LIMIT :at_most")
_OF_INCIDENT = text(_SEEN + " WHERE m.incident_id = :incident ORDER BY m.recorded_at, m.id LIMIT 200")
_KNOWN = text("""
    SELECT known.id FROM imports known JOIN imports new ON new.id = :id
     WHERE known.file_sha256 = :sha256 AND known.department = new.department AND known.id <> new.id
       AND known.state IN ('arrived', 'kept')
""")
_ARRIVED = text("""
    UPDATE imports SET state = 'arrived', reason = NULL, file_name = :name, file_sha256 = :sha256,
           file_bytes = :bytes, arrived_by = :by, arrived_at = :at, object_key = :key, sealed_bytes = :sealed,
           kek_id = :kek, wrapped_key = :wrapped
     WHERE id = :id AND state IN ('wanted', 'refused')
""")
_OPEN = text("""
    UPDATE imports SET opened_at = :at, opened_by = :by, opened_reason = :reason
     WHERE id = :id AND state = 'kept' AND notice <> 'told' AND opened_at IS NULL
""")
_USABLE = text("""
    UPDATE recordings SET usable = true
     WHERE id = (SELECT recording_id FROM imports WHERE id = :id) AND NOT usable AND destroyed_at IS NULL
    RETURNING id
""")
_WAITING = text("SELECT * FROM imports WHERE id = :id AND state = 'arrived'")
_GONE = "object_key = NULL, sealed_bytes = NULL, kek_id = NULL, wrapped_key = NULL"
_KEPT = text(f"""
    UPDATE imports SET state = 'kept', recording_id = :recording, claims = :claims, {_GONE}
     WHERE id = :id AND state = 'arrived'
""").bindparams(bindparam("claims", type_=JSONB))  # noqa: S608  words of ours
_REFUSED = text(f"""
    UPDATE imports SET state = 'refused', reason = :reason, file_name = NULL, file_sha256 = NULL,
           file_bytes = NULL, {_GONE}
     WHERE id = :id AND state = 'arrived'
""")  # noqa: S608  words of ours
_FORGET = text("""
    DELETE FROM imports WHERE state IN ('wanted', 'refused') AND coalesce(arrived_at, asked_at) < :before
""")
