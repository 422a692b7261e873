"""応援 at the telephones: which request rings where now. Each step is taken by one process: the row decides.

A request that no screen has accepted in time rings telephones one after another. Nothing here touches the
citizen's call, and nothing counts who asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from core.ids import CallId, DepartmentId, PhoneId
from storage.database import Database
from storage.seats import who_sat_through

_WAITING = text("""
    SELECT h.id, h.call_id, h.asked_at, h.rung, h.ringing_since, c.department,
           coalesce(h.phone, c.operator_phone) AS asker
      FROM help_requests h JOIN calls c ON c.id = h.call_id
     WHERE h.accepted_at IS NULL AND h.cancelled_at IS NULL AND h.closed_at IS NULL AND c.ended_at IS NULL
     ORDER BY h.asked_at
""")
_OVER = text("""
    UPDATE help_requests h SET closed_at = c.ended_at, ringing_since = NULL FROM calls c
     WHERE c.id = h.call_id AND c.ended_at IS NOT NULL AND h.closed_at IS NULL
""")
_CLAIM = text("""
    UPDATE help_requests SET rung = rung || CAST(:phone AS text), ringing_since = :at
     WHERE id = :id AND cardinality(rung) = :tried AND accepted_at IS NULL AND cancelled_at IS NULL
       AND closed_at IS NULL
""")
_SILENT = text("""
    UPDATE help_requests SET ringing_since = NULL WHERE id = :id AND cardinality(rung) = :tried
""")
_PICKED_UP = text("""
    UPDATE help_requests SET ringing_since = :at
     WHERE id = :id AND cardinality(rung) = :tried AND ringing_since IS NOT NULL
""")
_ACCEPT = text("""
    UPDATE help_requests
       SET accepted_at = :at, accepted_by = :by, accepted_phone = :phone, ringing_since = NULL
     WHERE id = :id AND accepted_at IS NULL AND cancelled_at IS NULL AND closed_at IS NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingHelp:
    """A request that nobody has accepted, in a call that goes on."""

    id: UUID
    call: CallId
    department: DepartmentId
    asker: PhoneId | None
    asked_at: datetime
    rung: tuple[PhoneId, ...]
    """Telephones tried so far; the last one rings since ``ringing_since``."""
    ringing_since: datetime | None


class HelpRinging:
    """The rows of help, as the telephone side reads and writes them. Every method may raise DatabaseAway.

    Args:
        database: the worker role's
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> Sequence[WaitingHelp]:
        """Return who waits for help, oldest first; requests of calls that are over are closed."""
        with self._database.begin() as connection:
            connection.execute(_OVER)
            rows = connection.execute(_WAITING).all()
        return [
            WaitingHelp(
                id=row.id,
                call=CallId(row.call_id),
                department=DepartmentId(row.department),
                asker=None if row.asker is None else PhoneId(row.asker),
                asked_at=row.asked_at,
                rung=tuple(PhoneId(one) for one in row.rung),
                ringing_since=row.ringing_since,
            )
            for row in rows
        ]

    def claim(self, waiting: WaitingHelp, phone: PhoneId, at: datetime) -> bool:
        """Take the next step of a request, to ring a phone; False when another process was faster."""
        wanted = {"id": waiting.id, "phone": phone, "at": at, "tried": len(waiting.rung)}
        with self._database.begin() as connection:
            return connection.execute(_CLAIM, wanted).rowcount > 0

    def silent(self, request: UUID, tried: int) -> None:
        """Write that the phone tried last rings no more, so that the next one may."""
        with self._database.begin() as connection:
            connection.execute(_SILENT, {"id": request, "tried": tried})

    def picked_up(self, request: UUID, tried: int, at: datetime) -> None:
        """Write that somebody picked up and is being asked: no other phone rings meanwhile."""
        with self._database.begin() as connection:
            connection.execute(_PICKED_UP, {"id": request, "tried": tried, "at": at})

    def accept(self, request: UUID, phone: PhoneId, at: datetime) -> bool:
        """Accept a request at a phone, for whoever sits there; False when it is no longer wanted."""
        with self._database.begin() as connection:
            by = who_sat_through(connection, phone, at, at)
            accepted = connection.execute(_ACCEPT, {"id": request, "phone": phone, "at": at, "by": by})
            return accepted.rowcount > 0
