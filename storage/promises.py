"""What we promised callers: who of ours calls back, about what, by when. Per department, until it is done.

A promise outlives the call it was made in. It hangs on a number's keyed hash, or on the call alone when the
caller has no number: such callers are never taken for one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.ids import AccountId, CallId, DepartmentId
from storage.presses import write_once

LONGEST_WHAT, LONGEST_WHO = 1000, 100
"""Characters."""
AT_MOST = 500

_COLUMNS = (
    "p.id, p.department, p.call_id, p.what, p.who, p.due_at, p.made_at, p.kept_at,"
    " EXISTS (SELECT 1 FROM calls c WHERE c.id = p.call_id AND c.practice) AS practice"
)
_MAKE = text("""
    INSERT INTO promises (id, department, call_id, caller_hash, what, who, due_at, made_at, made_by)
    SELECT :id, c.department, c.id, c.caller_hash, :what, :who, :due_at, :at, :by
      FROM calls c WHERE c.id = :call
    ON CONFLICT (id) DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM promises WHERE id = :id AND call_id = :call AND what = :what AND who = :who
       AND due_at = :due_at AND made_by = :by
""")
_KEEP = text("UPDATE promises SET kept_at = :at, kept_by = :by WHERE id = :id AND kept_at IS NULL")
_OPEN = text(
    f"SELECT {_COLUMNS} FROM promises p WHERE p.kept_at IS NULL ORDER BY p.due_at, p.id LIMIT :limit"  # noqa: S608  constants
)
_KEPT = text(
    f"SELECT {_COLUMNS} FROM promises p WHERE p.kept_at > :since ORDER BY p.kept_at DESC LIMIT 50"  # noqa: S608  constants
)
_TO_CALLER = text(
    f"""
    SELECT {_COLUMNS} FROM promises p
     WHERE p.department = :department AND p.caller_hash = :caller AND p.kept_at IS NULL
     ORDER BY p.due_at, p.id LIMIT 5
    """  # noqa: S608  constants
)
_IN_CALL = text(
    f"SELECT {_COLUMNS} FROM promises p WHERE p.call_id = :call ORDER BY p.made_at, p.id"  # noqa: S608  constants
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPromise:
    """A promise made in a call. ``id`` is made by the page: sent twice, it is one promise."""

    id: UUID
    call: CallId
    what: str
    who: str
    due_at: datetime
    at: datetime
    by: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise as the register shows it."""

    id: UUID
    department: DepartmentId
    call: CallId | None
    what: str
    who: str
    due_at: datetime
    made_at: datetime
    kept_at: datetime | None
    practice: bool
    """Made in a practice call: nobody waits for it."""


def make_promise(connection: Connection, promise: NewPromise) -> None:
    """Write a promise down, for the department and the number of its call.

    Raises:
        PressUsed: another promise has this id
    """
    write_once(
        connection,
        _MAKE,
        _SAME,
        {
            "id": promise.id, "call": promise.call, "what": promise.what, "who": promise.who,
            "due_at": promise.due_at, "at": promise.at, "by": promise.by,
        },
    )  # fmt: skip


def keep_promise(connection: Connection, promise: UUID, at: datetime, by: AccountId) -> bool:
    """Mark a promise as kept; False when there is none of one's own departments that is open."""
    return connection.execute(_KEEP, {"id": promise, "at": at, "by": by}).rowcount > 0


def open_promises(connection: Connection) -> list[Promise]:
    """Return what is still to be done, the nearest first."""
    return [_read(row) for row in connection.execute(_OPEN, {"limit": AT_MOST})]


def kept_promises(connection: Connection, since: datetime) -> list[Promise]:
    """Return what was done since a moment, the newest first."""
    return [_read(row) for row in connection.execute(_KEPT, {"since": since})]


def promised_to(connection: Connection, department: DepartmentId, caller: bytes) -> list[Promise]:
    """Return what this department still owes a number."""
    rows = connection.execute(_TO_CALLER, {"department": department, "caller": caller})
    return [_read(row) for row in rows]


def promised_in(connection: Connection, call: CallId) -> list[Promise]:
    """Return what was promised in a call."""
    return [_read(row) for row in connection.execute(_IN_CALL, {"call": call})]


def _read(row: Row[Any]) -> Promise:
    return Promise(
        id=row.id,
        department=DepartmentId(row.department),
        call=None if row.call_id is None else CallId(row.call_id),
        what=row.what,
        who=row.who,
        due_at=row.due_at,
        made_at=row.made_at,
        kept_at=row.kept_at,
        practice=row.practice,
    )
