"""Requests from outside (開示請求など) as rows: numbered, opened, narrowed to some people, closed.

Under an open one facts are looked for and recordings accepted (``request_desk``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from core.actors import Actor
from core.errors import AccessDenied, NotFound
from core.ids import AccountId, RequestId
from core.rights import Matter, allows


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRequest:
    """A request under which somebody looks."""

    id: RequestId
    number: str
    """The city's own number of it."""
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    provisional: bool
    """仮受付: the number is ours, until the city gives it its own."""
    closed_workspace: bool
    """存否応答拒否 may be due: it shows to those let in alone."""


def open_request(  # noqa: PLR0913  whose request of which number, when, complete or not
    connection: Connection,
    actor: Actor,
    request: RequestId,
    number: str,
    now: datetime,
    *,
    provisional: bool = False,
) -> None:
    """Open a request, in the transaction of whoever opens it. Sent twice, it is one.

    Raises:
        AccessDenied: not a records officer, or of no department
    """
    if not allows(actor.roles, Matter.REQUESTS) or not actor.departments:
        raise AccessDenied
    row = {
        "id": request, "number": number, "departments": sorted(actor.departments), "by": actor.account,
        "now": now, "provisional": provisional,
    }  # fmt: skip
    connection.execute(_OPEN, row)


def provisional_requests(connection: Connection) -> Sequence[RecordRequest]:
    """Return the requests that have no number of the city's yet (仮受付), the latest first."""
    return [one for one in requests_of(connection) if one.provisional and one.closed_at is None]


def name_request(connection: Connection, request: RequestId, number: str) -> None:
    """Give a provisional request (仮受付) the city's number. With that very number already, nothing changes.

    Raises:
        NotFound: there is none, or none that may be seen, or it has another number
    """
    row = {"id": request, "number": number}
    if connection.execute(_NAME, row).rowcount == 0 and connection.execute(_NAMED, row).one_or_none() is None:
        raise NotFound


def narrow_workspace(
    connection: Connection, actor: Actor, request: RequestId, others: Collection[AccountId] | None
) -> None:
    """Close a request to everybody but oneself and some colleagues (第81条), or open it to the office again.

    Args:
        connection: under the rights of somebody who is in it
        actor: who does it, and stays in it
        request: open
        others: who else stays in it; None: the whole office

    Raises:
        NotFound: there is none, or it is closed
    """
    only_for = None if others is None else sorted({actor.account, *others})
    if connection.execute(_NARROW, {"id": request, "only_for": only_for}).rowcount == 0:
        raise NotFound


def fellow_officers(connection: Connection) -> list[tuple[AccountId, str]]:
    """Return who else answers requests for the own departments, with their names."""
    return [(AccountId(row.id), row.display_name) for row in connection.execute(_FELLOWS)]


def colleagues_on_calls(connection: Connection) -> list[tuple[AccountId, str]]:
    """Return who can have taken part in a call of the own departments, with their names."""
    return [(AccountId(row.id), row.display_name) for row in connection.execute(_ON_CALLS)]


def close_request(connection: Connection, actor: Actor, request: RequestId, now: datetime) -> None:
    """Close a request, in the transaction of whoever closes it.

    Raises:
        NotFound: no such request, closed already, or another office's
    """
    if connection.execute(_CLOSE, {"id": request, "by": actor.account, "now": now}).rowcount == 0:
        raise NotFound


def requests_of(connection: Connection) -> Sequence[RecordRequest]:
    """Return every request that this person may see, open ones first, newest first."""
    return [_request(row) for row in connection.execute(_LIST)]


def request_of(connection: Connection, request: RequestId) -> RecordRequest:
    """Return one request.

    Raises:
        NotFound: there is none, or it is another office's
    """
    row = connection.execute(_ONE, {"id": request}).one_or_none()
    if row is None:
        raise NotFound
    return _request(row)


def _request(row: Row[Any]) -> RecordRequest:
    return RecordRequest(
        id=RequestId(row.id), number=row.number, opened_by=row.display_name, opened_at=row.opened_at,
        closed_at=row.closed_at, provisional=row.provisional, closed_workspace=row.closed_workspace,
    )  # fmt: skip


_OPEN = text("""
    INSERT INTO record_requests (id, number, departments, opened_by, opened_at, provisional)
    VALUES (:id, :number, :departments, :by, :now, :provisional) ON CONFLICT (id) DO NOTHING
""")
_CLOSE = text("""
    UPDATE record_requests SET closed_at = :now, closed_by = :by WHERE id = :id AND closed_at IS NULL
""")
_NAME = text("""
    UPDATE record_requests SET number = :number, provisional = false WHERE id = :id AND provisional
""")
_NAMED = text("SELECT 1 FROM record_requests WHERE id = :id AND number = :number AND NOT provisional")
_NARROW = text("""
    UPDATE record_requests SET only_for = CAST(:only_for AS uuid[]) WHERE id = :id AND closed_at IS NULL
""")
_FELLOWS = text("SELECT id, display_name FROM rights.fellow_officers()")
_ON_CALLS = text("SELECT id, display_name FROM rights.colleagues_on_calls()")
_REQUESTS = """
    SELECT q.id, q.number, q.opened_at, q.closed_at, a.display_name, q.provisional,
           q.only_for IS NOT NULL AS closed_workspace
      FROM record_requests q JOIN accounts a ON a.id = q.opened_by
"""
_LIST = text(_REQUESTS + " ORDER BY q.closed_at IS NOT NULL, q.opened_at DESC LIMIT 200")
_ONE = text(_REQUESTS + " WHERE q.id = :id")
