"""The register of cases (事案): numbered events, written once, and the row by which a list finds a case.

This is the door for rows. What an event means, and whether it may happen, ``incidents/`` decides; it hands
over what is to be written together with the number of the last event it had seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.errors import NotFound, WrittenMeanwhile
from core.ids import AccountId, CallId, DepartmentId, IncidentId
from storage.presses import write_once

AT_MOST = 300

_OPEN = text("""
    INSERT INTO incidents (id, department, way, stage, since, opened_at, opened_by, practice)
    VALUES (:id, :department, :way, 'draft', :since, :at, :by, :practice) ON CONFLICT (id) DO NOTHING
""")
_SAME = text("SELECT 1 FROM incidents WHERE id = :id AND opened_by = :by AND department = :department")
_APPEND = text("""
    INSERT INTO incident_events (incident_id, number, kind, at, by, rank, body, press)
    VALUES (:incident, :number, :kind, :at, :by, :rank, CAST(:body AS jsonb), :press) ON CONFLICT DO NOTHING
""")
_PRESSED = text("SELECT number FROM incident_events WHERE incident_id = :incident AND press = :press")
_STANDS = text("""
    UPDATE incidents SET stage = :stage, found = CAST(:found_at AS timestamptz) IS NOT NULL,
           found_at = :found_at, ending = :ending,
           closed_at = CASE WHEN :stage = 'closed' THEN coalesce(closed_at, :at) END
     WHERE id = :incident
""")
_CALL = text("""
    INSERT INTO incident_calls (incident_id, call_id, linked_at) VALUES (:incident, :call, :at)
    ON CONFLICT DO NOTHING
""")
_QUOTE = text("""
    INSERT INTO incident_quotes (incident_id, quote_id, linked_at) VALUES (:incident, :quote, :at)
    ON CONFLICT DO NOTHING
""")
_JUDGE = text("""
    INSERT INTO incident_judges (incident_id, account_id, rank, called_at)
    VALUES (:incident, :account, :rank, :at) ON CONFLICT DO NOTHING
""")
_EVENTS = text("""
    SELECT e.number, e.kind, e.at, e.by, e.rank, e.body FROM incident_events e
     WHERE e.incident_id = :incident ORDER BY e.number
""")
_COLUMNS = (
    "i.id, i.running, i.department, i.way, i.stage, i.found, i.ending, i.since, i.opened_at, i.opened_by,"
    " i.practice"
)
# Whoever works on some lines alone has the cases of these lines: they may see each of its calls.
_OF_LINES = """
    (rights.lines() IS NULL OR i.opened_by = rights.account()
     OR (EXISTS (SELECT 1 FROM incident_calls l WHERE l.incident_id = i.id)
         AND NOT EXISTS (SELECT 1 FROM incident_calls l WHERE l.incident_id = i.id
                            AND NOT EXISTS (SELECT 1 FROM calls s WHERE s.id = l.call_id))))
"""
_ONE = text(f"SELECT {_COLUMNS} FROM incidents i WHERE i.id = :incident AND {_OF_LINES}")  # noqa: S608  constants
_LIST = text(
    f"SELECT {_COLUMNS} FROM incidents i"  # noqa: S608  constants
    f" WHERE (CAST(:stage AS text) IS NULL OR i.stage = :stage) AND {_OF_LINES}"
    " ORDER BY i.since DESC, i.id LIMIT :limit"
)
_OF_CALL = text(
    f"SELECT {_COLUMNS} FROM incidents i JOIN incident_calls c ON c.incident_id = i.id"  # noqa: S608  constants
    f" WHERE c.call_id = :call AND {_OF_LINES} ORDER BY i.opened_at"
)
_NAMES = text("SELECT id, display_name FROM accounts WHERE id = ANY (:accounts)")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event as it is written down. ``kind`` and ``body`` are the words of ``incidents/``."""

    kind: str
    at: datetime
    by: AccountId
    rank: str
    body: Mapping[str, Any]
    number: int = 0
    press: UUID | None = None
    """The page's own id of the press: sent again, it is the same event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the list says of a case."""

    stage: str
    found_at: datetime | None
    """Since when the finding stands; None: none does."""
    ending: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One case as the register shows it."""

    id: IncidentId
    running: int
    department: DepartmentId
    way: str
    stage: str
    found: bool
    ending: str | None
    since: datetime
    opened_at: datetime
    opened_by: AccountId
    practice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """A case to be opened. ``id`` is made by the page: sent twice, it is one case."""

    id: IncidentId
    department: DepartmentId
    way: str
    since: datetime
    practice: bool
    opening: EventRow


def open_incident(connection: Connection, new: NewIncident) -> bool:
    """Open a case with its first event; False when the same press has opened it already.

    Raises:
        PressUsed: another case has this id
    """
    fresh = write_once(
        connection,
        _OPEN,
        _SAME,
        {
            "id": new.id, "department": new.department, "way": new.way, "since": new.since,
            "at": new.opening.at, "by": new.opening.by, "practice": new.practice,
        },
    )  # fmt: skip
    if fresh:
        append(connection, new.id, 0, new.opening)
    return fresh


def append(connection: Connection, incident: IncidentId, expected_number: int, event: EventRow) -> int:
    """Write the next event of a case; it is there when the transaction has committed, or it is not.

    Args:
        connection: under the rights of whoever writes
        incident: the case
        expected_number: of the last event that whoever writes had seen
        event: what happened

    Returns:
        the number of the event

    Raises:
        WrittenMeanwhile: somebody else wrote that number first
    """
    row = {
        "incident": incident, "number": expected_number + 1, "kind": event.kind, "at": event.at,
        "by": event.by, "rank": event.rank, "body": json.dumps(event.body, ensure_ascii=False),
        "press": event.press,
    }  # fmt: skip
    if connection.execute(_APPEND, row).rowcount == 0:
        raise WrittenMeanwhile
    return expected_number + 1


def number_of_press(connection: Connection, incident: IncidentId, press: UUID) -> int | None:
    """Return which event of a case a press has written; None: it has written none."""
    number = connection.execute(_PRESSED, {"incident": incident, "press": press}).scalar()
    return None if number is None else int(number)


def note_standing(connection: Connection, incident: IncidentId, standing: Standing, at: datetime) -> None:
    """Say in the list where a case stands now."""
    row = {"incident": incident, "stage": standing.stage, "ending": standing.ending}
    connection.execute(_STANDS, row | {"found_at": standing.found_at, "at": at})


def link_call(connection: Connection, incident: IncidentId, call: CallId, at: datetime) -> None:
    """Say that a call, which whoever links it must see, belongs to a case."""
    connection.execute(_CALL, {"incident": incident, "call": call, "at": at})


def link_quote(connection: Connection, incident: IncidentId, quote: UUID, at: datetime) -> None:
    """Say that a quote, heard and confirmed, belongs to a case."""
    connection.execute(_QUOTE, {"incident": incident, "quote": quote, "at": at})


def call_judge(
    connection: Connection, incident: IncidentId, judge: AccountId, rank: str, at: datetime
) -> None:
    """Let somebody who is called to judge see the case, whatever their department."""
    connection.execute(_JUDGE, {"incident": incident, "account": judge, "rank": rank, "at": at})


def events_of(connection: Connection, incident: IncidentId) -> list[EventRow]:
    """Return the events of a case, in order.

    Raises:
        NotFound: there is none, or none that may be seen
    """
    rows = connection.execute(_EVENTS, {"incident": incident}).all()
    if not rows:
        raise NotFound
    return [
        EventRow(
            number=row.number, kind=row.kind, at=row.at, by=AccountId(row.by), rank=row.rank, body=row.body
        )
        for row in rows
    ]


def incident_row(connection: Connection, incident: IncidentId) -> IncidentRow:
    """Return what the register says of one case.

    Raises:
        NotFound: there is none, or none that may be seen
    """
    row = connection.execute(_ONE, {"incident": incident}).one_or_none()
    if row is None:
        raise NotFound
    return _read(row)


def list_incidents(connection: Connection, stage: str | None = None) -> list[IncidentRow]:
    """Return the cases that may be seen, the latest first."""
    return [_read(row) for row in connection.execute(_LIST, {"stage": stage, "limit": AT_MOST})]


def incidents_of_call(connection: Connection, call: CallId) -> list[IncidentRow]:
    """Return the cases that a call belongs to, as far as they may be seen."""
    return [_read(row) for row in connection.execute(_OF_CALL, {"call": call})]


def names_of(connection: Connection, accounts: list[AccountId]) -> dict[AccountId, str]:
    """Return what people are called."""
    rows = connection.execute(_NAMES, {"accounts": accounts})
    return {AccountId(row.id): str(row.display_name) for row in rows}


def _read(row: Row[Any]) -> IncidentRow:
    return IncidentRow(
        id=IncidentId(row.id), running=row.running, department=DepartmentId(row.department), way=row.way,
        stage=row.stage, found=row.found, ending=row.ending, since=row.since, opened_at=row.opened_at,
        opened_by=AccountId(row.opened_by), practice=row.practice,
    )  # fmt: skip
