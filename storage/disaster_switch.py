"""災害時: one switch for the whole hall that shortens or drops announcements and turns signals off.

It always has a reason and an end, and ends by itself; who switched, when and why is kept for good. While it
is on it is not switched again: ending it first keeps clear which reason and which end hold. Nothing about who
is served changes. The dialplan learns of it from a duty of the worker (`disaster_push.py`), so it holds while
our processes are dead, until its end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, text

from core.actors import Actor
from core.errors import DomainError
from core.ids import AccountId

LONGEST = timedelta(days=14)
LONGEST_REASON = 500
"""Characters."""

_LISTED = """
    SELECT d.id, d.began_at, d.until, d.reason, d.announcements, d.signals_off, d.by, d.ended_at,
           a.display_name AS by_name, e.display_name AS ended_by_name
      FROM disaster_switches d LEFT JOIN accounts a ON a.id = d.by LEFT JOIN accounts e ON e.id = d.ended_by
"""
_CURRENT = text("""
    SELECT id, began_at, until, reason, announcements, signals_off, by, ended_at,
           NULL AS by_name, NULL AS ended_by_name FROM disaster_switches
     WHERE ended_at IS NULL AND began_at <= :now AND until > :now ORDER BY began_at DESC LIMIT 1
""")
_LIST = text(_LISTED + " ORDER BY d.began_at DESC LIMIT 50")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('tsuwaroku.disaster-switch'))")
_ON = text("""
    INSERT INTO disaster_switches (id, began_at, until, reason, announcements, signals_off, by)
    SELECT :id, :began_at, :until, :reason, :announcements, :signals_off, :by
     WHERE NOT EXISTS (SELECT 1 FROM disaster_switches WHERE ended_at IS NULL AND until > :began_at)
""")
_OFF = text("""
    UPDATE disaster_switches SET ended_at = :now, ended_by = :by
     WHERE id = :id AND ended_at IS NULL AND until > :now
""")


class DisasterSwitchRefused(DomainError):
    """災害時の切り替えには、理由と、14日以内の終わりの時刻が要ります。"""

    code = "disaster-switch-refused"
    http_status = 422


class DisasterAlreadyOn(DomainError):
    """The switch is on already; end it first, so that it is clear which reason and end hold."""

    code = "disaster-already-on"
    http_status = 409


class Announcements(StrEnum):
    """What becomes of the announcement before a recording."""

    FULL = "full"
    SHORT = "short"
    NONE = "none"
    """Recordings are then 未告知: closed for use until a supervisor opens them with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisasterSwitch:
    """One time that the switch was on. Times are aware; names only where people read them."""

    until: datetime
    reason: str
    announcements: Announcements
    signals_off: bool
    began_at: datetime
    by: AccountId
    id: UUID = field(default_factory=uuid4)
    ended_at: datetime | None = None
    by_name: str = ""
    ended_by_name: str | None = None

    def on(self, now: datetime) -> bool:
        """Say whether it is on now."""
        return self.ended_at is None and now < self.until


def current_switch(connection: Connection, now: datetime) -> DisasterSwitch | None:
    """Return the switch that is on; None in ordinary times. For every signed-in person and the worker."""
    row = connection.execute(_CURRENT, {"now": now}).one_or_none()
    return None if row is None else _read(row)


def list_switches(connection: Connection) -> list[DisasterSwitch]:
    """Return the last 50 times with the names of who switched, newest first. For signed-in people."""
    return [_read(row) for row in connection.execute(_LIST)]


def switch_on(connection: Connection, switch: DisasterSwitch) -> None:
    """Switch on.

    Args:
        connection: under the rights of who switches, a supervisor or administrator
        switch: reason, end and what it changes; ``began_at`` is this moment, ``by`` who switches

    Raises:
        DisasterSwitchRefused: no reason that can be read, or no end within LONGEST
        DisasterAlreadyOn: it is on
    """
    said, now = switch.reason.strip(), switch.began_at
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        raise DisasterSwitchRefused
    if not now < switch.until <= now + LONGEST:
        raise DisasterSwitchRefused
    connection.execute(_LOCK)
    done = connection.execute(
        _ON,
        {
            "id": switch.id, "began_at": now, "until": switch.until, "reason": said,
            "announcements": switch.announcements.value, "signals_off": switch.signals_off, "by": switch.by,
        },
    )  # fmt: skip
    if not done.rowcount:
        raise DisasterAlreadyOn


def switch_off(connection: Connection, switch: UUID, actor: Actor, *, now: datetime) -> bool:
    """End it before its time; False if that one is over already."""
    return connection.execute(_OFF, {"id": switch, "now": now, "by": actor.account}).rowcount > 0


def signals_are_off(connection: Connection, now: datetime) -> bool:
    """Say whether signals are off now."""
    switch = current_switch(connection, now)
    return switch is not None and switch.signals_off


def _read(row: Row[Any]) -> DisasterSwitch:
    return DisasterSwitch(
        id=row.id,
        began_at=row.began_at,
        until=row.until,
        reason=row.reason,
        announcements=Announcements(row.announcements),
        signals_off=row.signals_off,
        by=AccountId(row.by),
        ended_at=row.ended_at,
        by_name=row.by_name or "",
        ended_by_name=row.ended_by_name,
    )
