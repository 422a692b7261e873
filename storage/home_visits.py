"""Visits outside the hall (訪問): begun, heard of, ended, and told of when they fall silent. Per department.

Kept are the hall's own people, where they went and how they are reached; nothing of whom they visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.ids import AccountId, DepartmentId
from storage.alarms import raise_alarm
from storage.presses import write_once

LONGEST_PLACE, LONGEST_VISITORS, LONGEST_REACH = 200, 200, 100
"""Characters."""
AT_MOST = 200

_COLUMNS = (
    "id, department, place, visitors, reach, limit_minutes, word_minutes, grace_minutes, begun_at, heard_at,"
    " told_at, ended_at"
)
_BEGIN = text("""
    INSERT INTO home_visits (id, department, place, visitors, reach, limit_minutes, word_minutes,
                             grace_minutes, begun_at, begun_by, heard_at, heard_by)
    VALUES (:id, :department, :place, :visitors, :reach, :limit, :word, :grace, :at, :by, :at, :by)
    ON CONFLICT (id) DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM home_visits WHERE id = :id AND department = :department AND place = :place
       AND visitors = :visitors AND reach = :reach AND begun_by = :by
""")
_HEAR = text("""
    UPDATE home_visits SET heard_at = greatest(heard_at, :at), heard_by = :by, told_at = NULL
     WHERE id = :id AND ended_at IS NULL
""")
_END = text("""
    UPDATE home_visits SET ended_at = greatest(heard_at, :at), ended_by = :by, told_at = NULL
     WHERE id = :id AND ended_at IS NULL
""")
_OPEN = text(
    f"SELECT {_COLUMNS} FROM home_visits WHERE ended_at IS NULL ORDER BY begun_at, id LIMIT {AT_MOST}"  # noqa: S608  constants
)
_TELL = text("""
    UPDATE home_visits SET told_at = :at
     WHERE id = :id AND ended_at IS NULL AND told_at IS NULL AND heard_at = :heard
""")
_FORGET = text("DELETE FROM home_visits WHERE ended_at < :before")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVisit:
    """A visit that begins. ``id`` is made by the page: sent twice, it is one visit."""

    id: UUID
    department: DepartmentId
    place: str
    visitors: str
    reach: str
    limit_minutes: int
    word_minutes: int
    grace_minutes: int
    at: datetime
    by: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeVisit:
    """A visit as the page and the watch read it. Minutes are those of the profile when it began."""

    id: UUID
    department: DepartmentId
    place: str
    visitors: str
    reach: str
    limit_minutes: int
    word_minutes: int
    grace_minutes: int
    begun_at: datetime
    heard_at: datetime
    told_at: datetime | None
    ended_at: datetime | None


def begin_visit(connection: Connection, visit: NewVisit) -> None:
    """Write down that somebody sets out.

    Raises:
        PressUsed: another visit has this id
    """
    write_once(
        connection,
        _BEGIN,
        _SAME,
        {
            "id": visit.id, "department": visit.department, "place": visit.place, "visitors": visit.visitors,
            "reach": visit.reach, "limit": visit.limit_minutes, "word": visit.word_minutes,
            "grace": visit.grace_minutes, "at": visit.at, "by": visit.by,
        },
    )  # fmt: skip


def hear_of_visit(connection: Connection, visit: UUID, at: datetime, by: AccountId) -> bool:
    """Write down a word from the visitors; False when no such visit of one's own departments is open."""
    return connection.execute(_HEAR, {"id": visit, "at": at, "by": by}).rowcount > 0


def end_visit(connection: Connection, visit: UUID, at: datetime, by: AccountId) -> bool:
    """Write down that the visitors are back; False when no such visit of one's own departments is open."""
    return connection.execute(_END, {"id": visit, "at": at, "by": by}).rowcount > 0


def open_visits(connection: Connection) -> list[HomeVisit]:
    """Return the visits that go on, the oldest first."""
    return [_read(row) for row in connection.execute(_OPEN)]


def tell_silence(connection: Connection, visit: HomeVisit, now: datetime) -> bool:
    """Raise the alarm of a silent visit, once for each silence; False when it was told or a word came.

    The worker's: told and alarm stand or fall together.
    """
    row = {"id": visit.id, "at": now, "heard": visit.heard_at}
    if not connection.execute(_TELL, row).rowcount:
        return False
    raise_alarm(connection, "visit-silent", visit=visit.id)
    return True


def forget_visits(connection: Connection, before: datetime) -> int:
    """Delete visits that ended before a moment, with their alarms; the worker's."""
    return connection.execute(_FORGET, {"before": before}).rowcount


def _read(row: Row[Any]) -> HomeVisit:
    return HomeVisit(
        id=row.id,
        department=DepartmentId(row.department),
        place=row.place,
        visitors=row.visitors,
        reach=row.reach,
        limit_minutes=row.limit_minutes,
        word_minutes=row.word_minutes,
        grace_minutes=row.grace_minutes,
        begun_at=row.begun_at,
        heard_at=row.heard_at,
        told_at=row.told_at,
        ended_at=row.ended_at,
    )
