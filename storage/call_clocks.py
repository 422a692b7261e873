"""Clocks that a person starts in a call: 膠着, 伝えた時間, 特別扱い. They ask people to judge; none acts.

One clock of a kind runs at a time: starting it again is the same clock. When those who judge are called and
when a judgement is due stands in the row, as the profile said when the clock was started.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, text

from core.ids import AccountId, CallId
from core.profile.desk import Clocks
from storage.presses import PressUsed


class ClockKind(StrEnum):
    """What a clock was started for."""

    DEADLOCK = "deadlock"  # 膠着
    AGREED = "agreed"  # 30分／60分と伝えた
    SPECIAL = "special"  # 特別扱い


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTimes:
    """How a clock runs: its minutes, when judges are called, when a judgement is due."""

    minutes: int
    ask_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock of a call that runs."""

    id: UUID
    kind: ClockKind
    started_at: datetime
    minutes: int
    ask_at: datetime | None
    due_at: datetime
    started_by: str | None


def times_of(kind: ClockKind, minutes: int, started: datetime, clocks: Clocks) -> ClockTimes:
    """Say when people are called.

    Args:
        kind: what for
        minutes: the slot that was told to the caller; for other kinds the profile says how long
        started: when the clock begins
        clocks: the profile's minutes

    Raises:
        ValueError: a slot that the profile does not know
    """

    def after(length: int) -> datetime:
        return started + timedelta(minutes=length)

    match kind:
        case ClockKind.DEADLOCK:
            length = clocks.deadlock_minutes
            return ClockTimes(minutes=length, ask_at=after(clocks.deadlock_ask_minutes), due_at=after(length))
        case ClockKind.SPECIAL:
            length = clocks.special_minutes
            return ClockTimes(minutes=length, ask_at=after(length), due_at=after(length))
        case ClockKind.AGREED:
            if minutes not in clocks.agreed_minutes:
                raise ValueError("the profile has no such slot")
            return ClockTimes(
                minutes=minutes, ask_at=after(minutes), due_at=after(minutes + clocks.agreed_over_minutes)
            )


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:call, 1))")
_START = text("""
    INSERT INTO call_clocks (id, call_id, kind, started_at, started_by, minutes, ask_at, due_at)
    SELECT :id, :call, :kind, :at, :by, :minutes, :ask_at, :due_at
     WHERE NOT EXISTS (SELECT 1 FROM call_clocks WHERE call_id = :call AND kind = :kind
                          AND stopped_at IS NULL)
    ON CONFLICT (id) DO NOTHING
""")
_STOP = text("""
    UPDATE call_clocks SET stopped_at = :at, stopped_by = :by
     WHERE id = :id AND call_id = :call AND stopped_at IS NULL
""")
_KNOWN = text("SELECT 1 FROM call_clocks WHERE id = :id AND call_id = :call")
_RUNNING = text("""
    SELECT k.id, k.kind, k.started_at, k.minutes, k.ask_at, k.due_at, a.display_name
      FROM call_clocks k LEFT JOIN accounts a ON a.id = k.started_by
     WHERE k.call_id = :call AND k.stopped_at IS NULL ORDER BY k.started_at, k.id
""")


def start_clock(  # noqa: PLR0913, PLR0917  a clock's columns
    connection: Connection,
    clock: UUID,
    call: CallId,
    kind: ClockKind,
    times: ClockTimes,
    at: datetime,
    by: AccountId,
) -> Clock | None:
    """Start a clock.

    Returns:
        the one of its kind that runs already, and goes on; None when this one was started

    Raises:
        PressUsed: a clock that stopped, or another one, has this id
    """
    connection.execute(_LOCK, {"call": call})
    row = {
        "id": clock, "call": call, "kind": kind.value, "at": at, "by": by,
        "minutes": times.minutes, "ask_at": times.ask_at, "due_at": times.due_at,
    }  # fmt: skip
    if connection.execute(_START, row).rowcount:
        return None
    running = next((one for one in running_clocks(connection, call) if one.kind is kind), None)
    if running is None:
        raise PressUsed
    return running


def stop_clock(connection: Connection, clock: UUID, call: CallId, at: datetime, by: AccountId) -> bool:
    """Stop a clock; stopping it again changes nothing. False where the call has no such clock."""
    row = {"id": clock, "call": call, "at": at, "by": by}
    if connection.execute(_STOP, row).rowcount:
        return True
    return connection.execute(_KNOWN, row).one_or_none() is not None


def running_clocks(connection: Connection, call: CallId) -> list[Clock]:
    """Return the clocks of a call that run, oldest first."""
    return [
        Clock(
            id=row.id,
            kind=ClockKind(row.kind),
            started_at=row.started_at,
            minutes=row.minutes,
            ask_at=row.ask_at,
            due_at=row.due_at,
            started_by=row.display_name,
        )
        for row in connection.execute(_RUNNING, {"call": call})
    ]
