"""What is left out of a recording for a request: numbered events, written once; and who played what of it.

What an event means ``disclosure/redaction`` decides. Rows come in under the rights of who works on a request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from core.errors import AccessDenied, WrittenMeanwhile
from core.ids import AccountId, RecordingId, RequestId
from storage.presses import write_once

_EVENTS = text("""
    SELECT number, kind, at, by, body, press FROM redaction_events
     WHERE request_id = :request AND recording_id = :recording ORDER BY number
""")
_OF_REQUEST = text("""
    SELECT recording_id, number, kind, at, by, body, press FROM redaction_events
     WHERE request_id = :request ORDER BY recording_id, number
""")
_APPEND = text("""
    INSERT INTO redaction_events (request_id, recording_id, number, kind, at, by, body, press)
    VALUES (:request, :recording, :number, :kind, :at, :by, CAST(:body AS jsonb), :press)
    ON CONFLICT DO NOTHING
""")
_WORKS = text("SELECT rights.works_on(:request, :recording)")
_HEAR = text("""
    INSERT INTO redaction_hearings (id, request_id, recording_id, version, start_ms, end_ms, by, at)
    VALUES (:id, :request, :recording, :version, :start, :end, :by, :at) ON CONFLICT (id) DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM redaction_hearings
     WHERE id = :id AND request_id = :request AND recording_id = :recording AND version = :version
       AND start_ms = :start AND end_ms = :end AND by = :by
""")
_HEARD = text("""
    SELECT h.version, h.start_ms, h.end_ms, h.by, h.at, a.display_name
      FROM redaction_hearings h JOIN accounts a ON a.id = h.by
     WHERE h.request_id = :request AND h.recording_id = :recording ORDER BY h.at, h.start_ms
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One event of the editor as it is written down."""

    kind: str
    at: datetime
    by: AccountId
    body: Mapping[str, Any]
    number: int = 0
    press: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingRow:
    """A stretch that somebody played of a version, in milliseconds of the recording."""

    version: int
    start_ms: int
    end_ms: int
    by: AccountId
    at: datetime
    name: str = ""


def works_on(connection: Connection, request: RequestId, recording: RecordingId) -> None:
    """Let nobody pass whose request this is not, or to whose request the recording does not belong.

    Raises:
        AccessDenied: so it is
    """
    if not connection.execute(_WORKS, {"request": request, "recording": recording}).scalar_one():
        raise AccessDenied


def work_rows(connection: Connection, request: RequestId, recording: RecordingId) -> list[WorkRow]:
    """Return the editor's events for a recording, in order."""
    return [_row(row) for row in connection.execute(_EVENTS, {"request": request, "recording": recording})]


def work_rows_of_request(connection: Connection, request: RequestId) -> dict[RecordingId, list[WorkRow]]:
    """Return the editor's events for every recording of a request that this person may see, in order."""
    found: dict[RecordingId, list[WorkRow]] = {}
    for row in connection.execute(_OF_REQUEST, {"request": request}):
        found.setdefault(RecordingId(row.recording_id), []).append(_row(row))
    return found


def append_work(
    connection: Connection, request: RequestId, recording: RecordingId, expected_number: int, event: WorkRow
) -> None:
    """Write the editor's next event.

    Raises:
        WrittenMeanwhile: somebody else wrote that number first
    """
    row = {
        "request": request, "recording": recording, "number": expected_number + 1, "kind": event.kind,
        "at": event.at, "by": event.by, "body": json.dumps(event.body, ensure_ascii=False),
        "press": event.press,
    }  # fmt: skip
    if connection.execute(_APPEND, row).rowcount == 0:
        raise WrittenMeanwhile


def note_hearing(
    connection: Connection, request: RequestId, recording: RecordingId, hearing_id: UUID, heard: HearingRow
) -> None:
    """Keep what somebody played; sent twice, it is one.

    Raises:
        PressUsed: something else has this id
    """
    row = {
        "id": hearing_id, "request": request, "recording": recording, "version": heard.version,
        "start": heard.start_ms, "end": heard.end_ms, "by": heard.by, "at": heard.at,
    }  # fmt: skip
    write_once(connection, _HEAR, _SAME, row)


def hearings_of(connection: Connection, request: RequestId, recording: RecordingId) -> Sequence[HearingRow]:
    """Return what anybody played of any version, the first first."""
    return [
        HearingRow(
            version=row.version, start_ms=row.start_ms, end_ms=row.end_ms, by=AccountId(row.by), at=row.at,
            name=row.display_name,
        )
        for row in connection.execute(_HEARD, {"request": request, "recording": recording})
    ]  # fmt: skip


def _row(row: Any) -> WorkRow:  # noqa: ANN401  a row of either question
    return WorkRow(
        number=row.number, kind=row.kind, at=row.at, by=AccountId(row.by), body=row.body,
        press=UUID(str(row.press)),
    )  # fmt: skip
