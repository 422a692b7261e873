"""Alarms as people see them: the open ones first, with a count for the top of every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from core.errors import AccessDenied, NotFound
from core.ids import AccountId, CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSeen:
    """One alarm."""

    id: int
    at: datetime
    code: str
    call: CallId | None
    practice: bool
    acknowledged_at: datetime | None
    acknowledged_by: str | None


def open_alarms(connection: Connection) -> int:
    """Count the alarms nobody has acknowledged. Practice never counts."""
    return connection.execute(_COUNT).scalar_one()


def list_alarms(connection: Connection) -> list[AlarmSeen]:
    """Return the open alarms, newest first, then the last acknowledged ones: 200 at most."""
    return [
        AlarmSeen(
            id=row.id,
            at=row.at,
            code=row.code,
            call=CallId(row.call_id) if row.call_id else None,
            practice=row.practice,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=row.display_name,
        )
        for row in connection.execute(_LIST)
    ]


def acknowledge_alarm(connection: Connection, alarm: int, by: AccountId, now: datetime) -> None:
    """Write down that somebody took notice. Twice is the same: the first one stays.

    Raises:
        NotFound: there is no such alarm, or this person may not see it.
        AccessDenied: it is not this person's to take notice of; whoever opened a call urgently is not.
    """
    if connection.execute(_ACKNOWLEDGE, {"alarm": alarm, "by": by, "now": now}).rowcount:
        return
    seen = connection.execute(_EXISTS, {"alarm": alarm}).one_or_none()
    if seen is None:
        raise NotFound
    if seen.acknowledged_at is None:
        raise AccessDenied


_COUNT = text("SELECT count(*) FROM alarms WHERE acknowledged_at IS NULL AND NOT practice")
_EXISTS = text("SELECT acknowledged_at FROM alarms WHERE id = :alarm")
_ACKNOWLEDGE = text("""
    UPDATE alarms SET acknowledged_at = :now, acknowledged_by = :by
     WHERE id = :alarm AND acknowledged_at IS NULL
""")
_LIST = text("""
    SELECT l.id, l.at, l.code, l.call_id, l.practice, l.acknowledged_at, a.display_name
      FROM alarms l LEFT JOIN accounts a ON a.id = l.acknowledged_by
     ORDER BY (l.acknowledged_at IS NULL) DESC, l.at DESC
     LIMIT 200
""")
