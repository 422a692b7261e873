"""Requests as they are led: numbered events, written once, and who asks, sealed.

This is the door for rows. What an event means, and whether it may happen, ``disclosure/`` decides; it hands
over what is to be written together with the number of the last event it had seen. The request itself, its
number and the departments that it reaches, stand in ``record_requests``: under it facts are looked for and
recordings accepted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from core.errors import NotFound, WrittenMeanwhile
from core.ids import AccountId, RequestId
from storage.presses import write_once

AT_MOST = 200

_APPEND = text("""
    INSERT INTO disclosure_events (request_id, number, kind, at, by, counts_on, body, press)
    VALUES (:request, :number, :kind, :at, :by, :on, CAST(:body AS jsonb), :press) ON CONFLICT DO NOTHING
""")
_PRESSED = text("SELECT number FROM disclosure_events WHERE request_id = :request AND press = :press")
_EVENTS = text("""
    SELECT e.number, e.kind, e.at, e.by, e.counts_on, e.body, a.display_name
      FROM disclosure_events e JOIN accounts a ON a.id = e.by
     WHERE e.request_id = :request ORDER BY e.number
""")
_LED = text("""
    SELECT q.id FROM record_requests q
     WHERE EXISTS (SELECT 1 FROM disclosure_events e WHERE e.request_id = q.id)
     ORDER BY q.closed_at IS NOT NULL, q.opened_at DESC LIMIT :limit
""")
_IS_LED = text("SELECT 1 FROM disclosure_events WHERE request_id = :request LIMIT 1")
_OF_MANY = text("""
    SELECT e.request_id, e.number, e.kind, e.at, e.by, e.counts_on, e.body, a.display_name
      FROM disclosure_events e JOIN accounts a ON a.id = e.by
     WHERE e.request_id = ANY (:requests) ORDER BY e.request_id, e.number
""")
_PERSON = text("""
    INSERT INTO disclosure_people (id, request_id, part, name_sealed, address_sealed, written_at, written_by)
    VALUES (:id, :request, :part, :name, :address, :at, :by) ON CONFLICT (id) DO NOTHING
""")
_SAME_PERSON = text("""
    SELECT 1 FROM disclosure_people WHERE id = :id AND request_id = :request AND part = :part
""")
_PEOPLE = text("""
    SELECT id, part, name_sealed, address_sealed FROM disclosure_people WHERE request_id = :request
     ORDER BY written_at, id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One event as it is written down. ``kind`` and ``body`` are the words of ``disclosure/``."""

    kind: str
    at: datetime
    by: AccountId
    on: date
    body: Mapping[str, Any]
    number: int = 0
    writer: str = ""
    press: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPerson:
    """Somebody of a request, as they lie there."""

    id: UUID
    part: str
    name: bytes
    address: bytes | None


def append(connection: Connection, request: RequestId, expected_number: int, event: StepRow) -> int:
    """Write the next event of a request.

    Args:
        connection: under the rights of whoever writes
        request: open, and their office's
        expected_number: of the last event that whoever writes had seen
        event: what happened

    Returns:
        the number of the event

    Raises:
        WrittenMeanwhile: somebody else wrote that number first
    """
    row = {
        "request": request, "number": expected_number + 1, "kind": event.kind, "at": event.at, "by": event.by,
        "on": event.on, "body": json.dumps(event.body, ensure_ascii=False), "press": event.press,
    }  # fmt: skip
    if connection.execute(_APPEND, row).rowcount == 0:
        raise WrittenMeanwhile
    return expected_number + 1


def number_of_press(connection: Connection, request: RequestId, press: UUID) -> int | None:
    """Return which event of a request a press has written; None: it has written none."""
    number = connection.execute(_PRESSED, {"request": request, "press": press}).scalar()
    return None if number is None else int(number)


def events_of(connection: Connection, request: RequestId) -> list[StepRow]:
    """Return the events of a request, in order.

    Raises:
        NotFound: there is none, or none that may be seen, or it is not led here
    """
    rows = connection.execute(_EVENTS, {"request": request}).all()
    if not rows:
        raise NotFound
    return [_step(row) for row in rows]


def is_led(connection: Connection, request: RequestId) -> bool:
    """Say whether a request is led step by step: then it ends by its steps alone."""
    return connection.execute(_IS_LED, {"request": request}).first() is not None


def led_requests(connection: Connection) -> dict[RequestId, list[StepRow]]:
    """Return the events of every request that this person may see, open ones first, ``AT_MOST`` requests."""
    found = {
        RequestId(one): list[StepRow]() for one in connection.execute(_LED, {"limit": AT_MOST}).scalars()
    }
    for row in connection.execute(_OF_MANY, {"requests": list(found)}):
        found[RequestId(row.request_id)].append(_step(row))
    return found


def add_person(
    connection: Connection,
    request: RequestId,
    person: SealedPerson,
    *,
    at: datetime,
    by: AccountId,
) -> None:
    """Keep somebody of a request; sent twice, it is one.

    Raises:
        PressUsed: somebody else has this id
    """
    row = {
        "id": person.id, "request": request, "part": person.part, "name": person.name,
        "address": person.address, "at": at, "by": by,
    }  # fmt: skip
    write_once(connection, _PERSON, _SAME_PERSON, row)


def people_of(connection: Connection, request: RequestId) -> Sequence[SealedPerson]:
    """Return who belongs to a request, the first first."""
    return [
        SealedPerson(
            id=row.id, part=row.part, name=bytes(row.name_sealed),
            address=None if row.address_sealed is None else bytes(row.address_sealed),
        )
        for row in connection.execute(_PEOPLE, {"request": request})
    ]  # fmt: skip


def _step(row: Any) -> StepRow:  # noqa: ANN401  a row of either question
    return StepRow(
        number=row.number, kind=row.kind, at=row.at, by=AccountId(row.by), on=row.counts_on, body=row.body,
        writer=row.display_name,
    )  # fmt: skip
