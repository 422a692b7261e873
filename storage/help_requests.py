"""応援 on the screens: who comes, and taking the call for help back. The first who accepts comes.

Whoever asks is never counted: nothing here reads requests by person. The telephones that ring when nobody
accepts are the telephone side's (``telephony/help/help_calls.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.ids import AccountId, CallId

CANCEL_WITHIN = timedelta(seconds=5)
"""So long whoever asked may take it back: a slip of the hand. After that somebody is on the way."""

_ACCEPT = text("""
    UPDATE help_requests SET accepted_at = :at, accepted_by = :by
     WHERE id = :id AND accepted_at IS NULL AND cancelled_at IS NULL AND closed_at IS NULL
""")
_CANCEL = text("""
    UPDATE help_requests SET cancelled_at = :at, closed_at = :at
     WHERE id = :id AND accepted_at IS NULL AND cancelled_at IS NULL AND closed_at IS NULL
       AND asked_at > :since AND asked_by = :by
""")
_THERE = text("""
    UPDATE help_requests SET closed_at = :at
     WHERE id = :id AND accepted_at IS NOT NULL AND closed_at IS NULL
""")
_COLUMNS = """
    SELECT h.id, h.call_id, h.asked_at, h.asked_by, h.accepted_at, h.accepted_by, h.accepted_phone,
           h.cancelled_at, h.closed_at, h.rung, h.ringing_since, a.display_name
      FROM help_requests h LEFT JOIN accounts a ON a.id = h.accepted_by
"""
_ONE = text(_COLUMNS + " WHERE h.id = :id")
_OPEN = text(
    _COLUMNS
    + " WHERE h.closed_at IS NULL AND h.cancelled_at IS NULL AND h.call_id = ANY (:calls) ORDER BY h.asked_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRequest:
    """One call for help. ``ringing`` is the telephone that rings now, because no screen has accepted."""

    id: UUID
    call: CallId
    asked_at: datetime
    asked_by: AccountId | None
    """None: pressed at a telephone, or by a program."""
    accepted_at: datetime | None
    accepted_by: AccountId | None
    helper: str | None
    """Name of who comes; None when a telephone accepted at which nobody is signed in."""
    accepted_phone: str | None
    cancelled_at: datetime | None
    closed_at: datetime | None
    ringing: str | None

    @property
    def waiting(self) -> bool:
        """Whether nobody comes yet."""
        return self.accepted_at is None and self.cancelled_at is None and self.closed_at is None


def accept_help(connection: Connection, request: UUID, by: AccountId, at: datetime) -> HelpRequest | None:
    """Accept a call for help, if nobody has.

    Returns:
        the request as it stands now, with whoever came first; None when it may not be seen or is not there
    """
    connection.execute(_ACCEPT, {"id": request, "by": by, "at": at})
    return find_help(connection, request)


def cancel_help(connection: Connection, request: UUID, by: AccountId, at: datetime) -> HelpRequest | None:
    """Take one's own call for help back, within CANCEL_WITHIN and before anybody accepted.

    Returns:
        the request as it stands now: without ``cancelled_at`` it was too late, or
        somebody else's; None when it is not there
    """
    connection.execute(_CANCEL, {"id": request, "by": by, "at": at, "since": at - CANCEL_WITHIN})
    return find_help(connection, request)


def close_help(connection: Connection, request: UUID, at: datetime) -> HelpRequest | None:
    """Write down that somebody is there: the request has been answered."""
    connection.execute(_THERE, {"id": request, "at": at})
    return find_help(connection, request)


def find_help(connection: Connection, request: UUID) -> HelpRequest | None:
    """Return one request, or None when there is none that may be seen."""
    row = connection.execute(_ONE, {"id": request}).one_or_none()
    return None if row is None else _request(row)


def open_help(connection: Connection, calls: list[CallId]) -> dict[CallId, HelpRequest]:
    """Return the open requests of these calls, by call; of several the oldest counts."""
    found: dict[CallId, HelpRequest] = {}
    for row in connection.execute(_OPEN, {"calls": list(calls)}):
        request = _request(row)
        found.setdefault(request.call, request)
    return found


def _request(one: Row[Any]) -> HelpRequest:
    return HelpRequest(
        id=one.id,
        call=CallId(one.call_id),
        asked_at=one.asked_at,
        asked_by=AccountId(one.asked_by) if one.asked_by else None,
        accepted_at=one.accepted_at,
        accepted_by=AccountId(one.accepted_by) if one.accepted_by else None,
        helper=one.display_name,
        accepted_phone=one.accepted_phone,
        cancelled_at=one.cancelled_at,
        closed_at=one.closed_at,
        ringing=one.rung[-1] if one.rung and one.ringing_since and one.accepted_at is None else None,
    )
