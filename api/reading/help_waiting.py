"""Calls for help that nobody has accepted yet, for every page that a supervisor has open.

Read under the rights of whoever looks, so only of departments that are theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

AT_MOST = 5
"""The wallboard shows all of them."""

_WAITING = text("""
    SELECT h.id, h.asked_at, c.line, c.practice, c.operator_phone, a.display_name
      FROM help_requests h JOIN calls c ON c.id = h.call_id LEFT JOIN accounts a ON a.id = c.operator_id
     WHERE h.accepted_at IS NULL AND h.cancelled_at IS NULL AND h.closed_at IS NULL AND c.ended_at IS NULL
     ORDER BY h.asked_at LIMIT :limit
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpWaiting:
    """Somebody who waits. ``operator`` is None where nobody is signed in."""

    id: UUID
    asked_at: datetime
    line: str
    practice: bool
    phone: str | None
    operator: str | None


def help_waiting(connection: Connection) -> list[HelpWaiting]:
    """Return who waits for help, the longest first."""
    return [
        HelpWaiting(
            id=row.id,
            asked_at=row.asked_at,
            line=row.line,
            practice=row.practice,
            phone=row.operator_phone,
            operator=row.display_name,
        )
        for row in connection.execute(_WAITING, {"limit": AT_MOST})
    ]
