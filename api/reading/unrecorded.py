"""録れていない電話 as people see it: each one for the department's supervisors, counts for administrators.

Row-level security decides what comes out; nothing here widens that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from core.errors import NotFound
from core.ids import AccountId, CallId, DepartmentId, LineId

AT_MOST = 200
LOOKED_AT_WITHIN = timedelta(hours=36)
"""Every night, and half a day for a night that was missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtSeen:
    """One thing that does not fit, as a supervisor sees it."""

    id: int
    subject: CallId
    has_call: bool
    reason: str
    line: LineId | None
    department: DepartmentId
    practice: bool
    at: datetime
    recorded: float | None
    """Seconds that were recorded, where that is what does not fit."""
    expected: float | None
    found_at: datetime
    settled_at: datetime | None
    seen_at: datetime | None
    seen_by: str | None
    seen_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenServer:
    """A telephone server that had calls, and whose folder nobody looked into for long, or ever."""

    name: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtCount:
    """How many of a kind there are in a department, for who keeps the machine."""

    department: DepartmentId | None
    reason: str
    practice: bool
    open: int
    seen: int


def list_doubts(connection: Connection) -> list[DoubtSeen]:
    """Return what waits for somebody, newest first, then what was looked at or settled: 200 at most."""
    return [_seen(row) for row in connection.execute(_LIST, {"limit": AT_MOST})]


def count_doubts(connection: Connection) -> list[DoubtCount]:
    """Count by department and kind; empty for whoever is no administrator."""
    return [
        DoubtCount(
            department=DepartmentId(row.department) if row.department else None,
            reason=row.reason,
            practice=row.practice,
            open=row.open,
            seen=row.seen,
        )
        for row in connection.execute(_COUNTS)
    ]


def compared_at(connection: Connection) -> datetime | None:
    """Tell when the worker last said how many wait; None when no worker has run yet."""
    found: datetime | None = connection.execute(_COMPARED).scalar_one_or_none()
    return found


def unseen_servers(connection: Connection, now: datetime) -> list[UnseenServer]:
    """Return the telephone servers of the last comparisons whose folder no comparison has seen of late."""
    rows = connection.execute(_UNSEEN, {"since": now - LOOKED_AT_WITHIN})
    return [UnseenServer(name=row.part, seen_at=row.at) for row in rows]


def mark_seen(connection: Connection, doubt: int, by: AccountId, reason: str, now: datetime) -> None:
    """Write down that a supervisor looked, and what came of it. Twice is the same: the first one stays.

    Raises:
        NotFound: there is no such thing, or this person may not see it.
    """
    if connection.execute(_EXISTS, {"doubt": doubt}).one_or_none() is None:
        raise NotFound
    connection.execute(_MARK, {"doubt": doubt, "by": by, "reason": reason, "now": now})


def _seen(row: Row[Any]) -> DoubtSeen:
    detail: Mapping[str, float] = row.detail
    return DoubtSeen(
        id=row.id,
        subject=CallId(row.subject),
        has_call=row.has_call,
        reason=row.reason,
        line=LineId(row.line) if row.line else None,
        department=DepartmentId(row.department),
        practice=row.practice,
        at=row.at,
        recorded=detail.get("recorded"),
        expected=detail.get("expected"),
        found_at=row.found_at,
        settled_at=row.settled_at,
        seen_at=row.seen_at,
        seen_by=row.display_name,
        seen_reason=row.seen_reason,
    )


_LIST = text("""
    SELECT d.*, a.display_name, EXISTS (SELECT 1 FROM calls c WHERE c.id = d.subject) AS has_call
      FROM recording_doubts d LEFT JOIN accounts a ON a.id = d.seen_by
     ORDER BY (d.seen_at IS NULL AND d.settled_at IS NULL) DESC, d.at DESC, d.id DESC
     LIMIT :limit
""")
_COUNTS = text("SELECT * FROM recording_doubt_counts()")
_COMPARED = text("SELECT max(at) FROM watch_readings WHERE name = 'unrecorded_compared'")
_UNSEEN = text("""
    SELECT c.part, s.at FROM watch_readings c
      LEFT JOIN watch_readings s ON s.name = 'unrecorded_server_seen' AND s.part = c.part
     WHERE c.name = 'unrecorded_server_calls' AND c.at > :since AND (s.at IS NULL OR s.at < :since)
     ORDER BY c.part
""")
_EXISTS = text("SELECT 1 FROM recording_doubts WHERE id = :doubt")
_MARK = text("""
    UPDATE recording_doubts SET seen_at = :now, seen_by = :by, seen_reason = :reason
     WHERE id = :doubt AND seen_at IS NULL
""")
