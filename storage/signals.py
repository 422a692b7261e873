"""Signals (兆候): one row of each call, kind, rule and version, until the recording goes.

Found again they are the same rows; what a newer text or newer rules no longer find goes, unless somebody
has looked at it already.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, text

from core.ids import AccountId, CallId, DepartmentId, RecordingId

LONGEST_REASON = 500
How = Literal["seen", "look-into"]

_FORGET = text("""
    DELETE FROM signals s WHERE s.call_id = :call AND s.handled_at IS NULL
       AND (s.kind || ' ' || s.rule || ' ' || s.version) <> ALL (:found)
""")
_KEEP = text("""
    INSERT INTO signals (id, call_id, recording_id, department, kind, urgent, rule, version, value,
                         held_against, utterances, seconds, found_at)
    VALUES (:id, :call, :recording, :department, :kind, :urgent, :rule, :version, CAST(:value AS jsonb),
            CAST(:limit AS jsonb), :utterances, :seconds, :now)
    ON CONFLICT (call_id, kind, rule, version) DO UPDATE
       SET value = excluded.value, held_against = excluded.held_against,
           utterances = excluded.utterances, seconds = excluded.seconds
     WHERE signals.handled_at IS NULL
""")
_WAITING = text("""
    SELECT s.id, s.call_id, s.department, s.kind, s.urgent, s.rule, s.version, s.value, s.held_against,
           s.seconds, s.found_at, c.arrived_at
      FROM signals s JOIN calls c ON c.id = s.call_id
     WHERE s.handled_at IS NULL
     ORDER BY s.urgent DESC, (s.kind = 'danger-110') DESC, s.found_at, s.id LIMIT :at_most
""")
_COUNT = text("SELECT count(*) FROM signals WHERE handled_at IS NULL")
_HANDLED = text("SELECT count(*) FROM signals WHERE NOT urgent AND handled_at >= :since")
_HANDLE = text("""
    UPDATE signals SET handled_at = :at, handled_by = :by, handled_how = :how, handled_reason = :reason
     WHERE id = :id AND handled_at IS NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSignal:
    """What one rule found in a call: figures and places, no word."""

    kind: str
    urgent: bool
    rule: str
    version: str
    value: Mapping[str, int | float]
    limit: Mapping[str, int | float]
    utterances: Sequence[int]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSignal:
    """A signal that nobody has looked at."""

    id: UUID
    call: CallId
    department: DepartmentId
    kind: str
    urgent: bool
    rule: str
    version: str
    value: Mapping[str, int | float]
    limit: Mapping[str, int | float]
    seconds: float
    found_at: datetime
    arrived_at: datetime


def keep_signals(  # noqa: PLR0913, PLR0917  a signal's columns
    connection: Connection,
    call: CallId,
    recording: RecordingId,
    department: DepartmentId,
    found: Sequence[FoundSignal],
    now: datetime,
) -> None:
    """Keep what was found in a call now, and forget what is not found any more."""
    connection.execute(
        _FORGET, {"call": call, "found": [f"{one.kind} {one.rule} {one.version}" for one in found]}
    )
    for one in found:
        connection.execute(
            _KEEP,
            {
                "id": uuid4(), "call": call, "recording": recording, "department": department,
                "kind": one.kind, "urgent": one.urgent, "rule": one.rule, "version": one.version,
                "value": json.dumps(dict(one.value)), "limit": json.dumps(dict(one.limit)),
                "utterances": list(one.utterances), "seconds": one.seconds, "now": now,
            },
        )  # fmt: skip


def waiting_signals(connection: Connection, at_most: int) -> list[WaitingSignal]:
    """Return what nobody has looked at: danger, then life, then the oldest first."""
    return [_read(row) for row in connection.execute(_WAITING, {"at_most": at_most})]


def count_waiting(connection: Connection) -> int:
    """Count what nobody has looked at."""
    return int(connection.execute(_COUNT).scalar_one())


def count_handled(connection: Connection, since: datetime) -> int:
    """Count what was looked at since a moment, without danger and life: the used part of a day's share."""
    return int(connection.execute(_HANDLED, {"since": since}).scalar_one())


def handle_signal(  # noqa: PLR0913, PLR0917  a handled signal's columns
    connection: Connection, signal: UUID, how: How, reason: str | None, by: AccountId, at: datetime
) -> bool:
    """Write down that somebody looked; False where none of one's own departments waits under this id."""
    row = {"id": signal, "how": how, "reason": reason, "by": by, "at": at}
    return connection.execute(_HANDLE, row).rowcount > 0


def _read(row: Row[Any]) -> WaitingSignal:
    return WaitingSignal(
        id=row.id,
        call=CallId(row.call_id),
        department=DepartmentId(row.department),
        kind=row.kind,
        urgent=row.urgent,
        rule=row.rule,
        version=row.version,
        value=row.value,
        limit=row.held_against,
        seconds=row.seconds,
        found_at=row.found_at,
        arrived_at=row.arrived_at,
    )
