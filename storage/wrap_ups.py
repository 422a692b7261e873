"""After a call: how it came out, a memo, and what we answered (前回回答 at the next call of this number)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from core.ids import AccountId, CallId, DepartmentId

LONGEST = 4000
"""Characters of a memo or an answer."""

_SAVE = text("""
    INSERT INTO call_wrap_ups (call_id, outcome, memo, answer, at, by)
    VALUES (:call, :outcome, :memo, :answer, :at, :by)
    ON CONFLICT (call_id) DO UPDATE SET outcome = excluded.outcome, memo = excluded.memo,
        answer = excluded.answer, at = excluded.at, by = excluded.by
""")
_OF_CALL = text("""
    SELECT w.outcome, w.memo, w.answer, w.at, a.display_name
      FROM call_wrap_ups w JOIN accounts a ON a.id = w.by WHERE w.call_id = :call
""")
_LAST_ANSWER = text("""
    SELECT w.outcome, w.memo, w.answer, w.at, a.display_name
      FROM calls c JOIN call_wrap_ups w ON w.call_id = c.id JOIN accounts a ON a.id = w.by
     WHERE c.caller_hash = :caller AND c.department = :department AND NOT c.practice
       AND c.arrived_at < :before AND w.answer <> ''
     ORDER BY c.arrived_at DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """How a call came out. ``outcome`` is a code of the profile."""

    outcome: str
    memo: str
    answer: str
    at: datetime
    name: str


def save_wrap_up(connection: Connection, call: CallId, wrap_up: WrapUp, by: AccountId) -> None:
    """Write how a call came out, or write it anew."""
    connection.execute(
        _SAVE,
        {
            "call": call,
            "outcome": wrap_up.outcome,
            "memo": wrap_up.memo,
            "answer": wrap_up.answer,
            "at": wrap_up.at,
            "by": by,
        },
    )


def wrap_up_of(connection: Connection, call: CallId) -> WrapUp | None:
    """Return how a call came out, or None while nobody has written it."""
    return _read(connection.execute(_OF_CALL, {"call": call}).one_or_none())


def last_answer(
    connection: Connection, department: DepartmentId, caller: bytes, before: datetime
) -> WrapUp | None:
    """Return what this department last answered a number (前回回答), practice never.

    Args:
        connection: under the rights of whoever asks
        department: whose answer
        caller: keyed hash of the number; a caller without a number has none and no last answer
        before: when the call arrived that asks
    """
    found = connection.execute(
        _LAST_ANSWER, {"department": department, "caller": caller, "before": before}
    ).one_or_none()
    return _read(found)


def _read(row: Row[Any] | None) -> WrapUp | None:
    if row is None:
        return None
    return WrapUp(outcome=row.outcome, memo=row.memo, answer=row.answer, at=row.at, name=row.display_name)
