"""Signals (兆候): one row of each call, kind, rule and version, until the recording goes.

Found again they are the same rows; what a newer text or newer rules no longer find goes, unless somebody
has looked at it already, or unless live text found that a life is at stake: that waits for a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, text

from core.errors import NotFound
from core.ids import AccountId, CallId, DepartmentId, IncidentId, RecordingId

LONGEST_REASON = 500
How = Literal["seen", "look-into", "case"]

_FORGET = text("""
    DELETE FROM signals s WHERE s.call_id = :call AND s.handled_at IS NULL AND NOT (s.live AND s.urgent)
       AND (s.kind || ' ' || s.rule || ' ' || s.version) <> ALL (:found)
""")
_KEEP = text("""
    INSERT INTO signals (id, call_id, recording_id, department, kind, urgent, rule, version, value,
                         held_against, utterances, seconds, found_at)
    VALUES (:id, :call, :recording, :department, :kind, :urgent, :rule, :version, CAST(:value AS jsonb),
            CAST(:limit AS jsonb), :utterances, :seconds, :now)
    ON CONFLICT (call_id, kind, rule, version) DO UPDATE
       SET value = excluded.value, held_against = excluded.held_against, recording_id = excluded.recording_id,
           utterances = excluded.utterances, seconds = excluded.seconds
     WHERE signals.handled_at IS NULL
""")
# What was found before there was a recording goes with it all the same.
_FASTEN = text("UPDATE signals SET recording_id = :recording WHERE call_id = :call AND recording_id IS NULL")
_KEEP_LIVE = text("""
    INSERT INTO signals (id, call_id, department, kind, urgent, rule, version, value, held_against,
                         utterances, seconds, found_at, live)
    SELECT :id, c.id, c.department, :kind, true, :rule, :version, CAST(:value AS jsonb), '{}', '{}',
           greatest(0, extract(epoch FROM :at - coalesce(c.connected_at, c.arrived_at))), :now, true
      FROM calls c WHERE c.id = :call AND NOT c.practice AND c.ended_at IS NULL
    ON CONFLICT (call_id, kind, rule, version) DO NOTHING
""")
_TELL = text("SELECT pg_notify('tsuwaroku_calls', :call)")
_READ = text("UPDATE calls SET signals_read_at = :now WHERE id = :call")
_FORGET_SOUNDLESS = text("""
    DELETE FROM signals WHERE recording_id IS NULL AND handled_at IS NULL AND found_at < :before
""")
_COLUMNS = """s.id, s.call_id, s.department, s.kind, s.urgent, s.rule, s.version, s.value, s.held_against,
           s.seconds, s.found_at, s.live, s.utterances, s.handled_at, s.handled_how, s.handled_reason,
           s.incident_id, c.arrived_at, c.line, c.ended_at,
           (SELECT a.display_name FROM accounts a WHERE a.id = s.handled_by) AS handled_by,
           (SELECT i.running FROM incidents i WHERE i.id = s.incident_id) AS incident
      FROM signals s JOIN calls c ON c.id = s.call_id"""
_WAITING = text(f"""
    SELECT {_COLUMNS} WHERE s.handled_at IS NULL
     ORDER BY s.urgent DESC, (s.kind = 'danger-110') DESC, s.found_at, s.id LIMIT :at_most
""")
_URGENT = text(f"""
    SELECT {_COLUMNS} WHERE s.handled_at IS NULL AND s.urgent AND s.found_at > :since
     ORDER BY (s.kind = 'danger-110') DESC, s.found_at, s.id LIMIT :at_most
""")
_LOOKED_AT = text(f"""
    SELECT {_COLUMNS} WHERE s.handled_at >= :since ORDER BY s.handled_at DESC, s.id LIMIT :at_most
""")
_ONE = text(f"SELECT {_COLUMNS} WHERE s.id = :id")
_COUNT = text("SELECT count(*) FROM signals WHERE handled_at IS NULL")
_HANDLED = text("SELECT count(*) FROM signals WHERE NOT urgent AND handled_at >= :since")
_HANDLE = text("""
    UPDATE signals SET handled_at = :at, handled_by = :by, handled_how = :how, handled_reason = :reason,
           incident_id = :incident
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
class SignalRow:
    """A signal, and where it went once somebody has looked."""

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
    line: str
    ended: bool
    """Whether the call is over."""
    live: bool
    """Found in live text, while the call went on."""
    utterances: tuple[int, ...]
    handled_at: datetime | None
    handled_by: str | None
    handled_how: How | None
    handled_reason: str | None
    incident: IncidentId | None
    """The case that was opened from it, as far as it is kept."""
    incident_number: int | None
    """What people call it by; None where they may not see it."""


def keep_signals(  # noqa: PLR0913, PLR0917  a signal's columns
    connection: Connection,
    call: CallId,
    recording: RecordingId | None,
    department: DepartmentId,
    found: Sequence[FoundSignal],
    now: datetime,
) -> None:
    """Keep what was found in a call now, and forget what is not found any more.

    Args:
        connection: the worker role's
        call: an ended one
        recording: with which the unhandled vanish; None where no sound is kept
        department: whose supervisors look
        found: by the rules of now
        now: this moment
    """
    connection.execute(_READ, {"call": call, "now": now})
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
    if recording is not None:
        connection.execute(_FASTEN, {"call": call, "recording": recording})
    if any(one.urgent for one in found):
        # Pages ask by themselves every 20 s, which is long where somebody may die. All else waits for people.
        connection.execute(_TELL, {"call": call})


def keep_live_signal(
    connection: Connection, call: CallId, found: FoundSignal, at: datetime, now: datetime
) -> bool:
    """Keep that live text found a life at stake in a call that goes on, and wake the pages.

    Returns:
        whether it is new; False of practice calls too
    """
    row = {
        "id": uuid4(), "call": call, "kind": found.kind, "rule": found.rule, "version": found.version,
        "value": json.dumps(dict(found.value)), "at": at, "now": now,
    }  # fmt: skip
    if connection.execute(_KEEP_LIVE, row).rowcount == 0:
        return False
    connection.execute(_TELL, {"call": call})
    return True


def note_read(connection: Connection, call: CallId, now: datetime) -> None:
    """Write down that there is nothing to look for in a call."""
    connection.execute(_READ, {"call": call, "now": now})


def forget_soundless(connection: Connection, before: datetime) -> int:
    """Forget what nobody has looked at since a moment, of calls without any recording to vanish with."""
    return connection.execute(_FORGET_SOUNDLESS, {"before": before}).rowcount


def urgent_signals(connection: Connection, since: datetime, at_most: int) -> list[SignalRow]:
    """Return where a life is at stake and nobody has looked yet: danger first."""
    return [_read(row) for row in connection.execute(_URGENT, {"since": since, "at_most": at_most})]


def handled_signals(connection: Connection, since: datetime, at_most: int) -> list[SignalRow]:
    """Return what people looked at since a moment, the latest first."""
    return [_read(row) for row in connection.execute(_LOOKED_AT, {"since": since, "at_most": at_most})]


def find_signal(connection: Connection, signal: UUID) -> SignalRow:
    """Return one signal, looked at or not.

    Raises:
        NotFound: there is none, or none of one's own departments
    """
    row = connection.execute(_ONE, {"id": signal}).one_or_none()
    if row is None:
        raise NotFound
    return _read(row)


def waiting_signals(connection: Connection, at_most: int) -> list[SignalRow]:
    """Return what nobody has looked at: danger, then life, then the oldest first."""
    return [_read(row) for row in connection.execute(_WAITING, {"at_most": at_most})]


def count_waiting(connection: Connection) -> int:
    """Count what nobody has looked at."""
    return int(connection.execute(_COUNT).scalar_one())


def count_handled(connection: Connection, since: datetime) -> int:
    """Count what was looked at since a moment, without danger and life: the used part of a day's share."""
    return int(connection.execute(_HANDLED, {"since": since}).scalar_one())


def handle_signal(  # noqa: PLR0913, PLR0917  a handled signal's columns
    connection: Connection,
    signal: UUID,
    how: How,
    reason: str | None,
    by: AccountId,
    at: datetime,
    *,
    incident: IncidentId | None = None,
) -> bool:
    """Write down that somebody looked; False where none of one's own departments waits under this id."""
    row = {"id": signal, "how": how, "reason": reason, "by": by, "at": at, "incident": incident}
    return connection.execute(_HANDLE, row).rowcount > 0


def _read(row: Row[Any]) -> SignalRow:
    return SignalRow(
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
        line=row.line,
        ended=row.ended_at is not None,
        live=row.live,
        utterances=tuple(row.utterances),
        handled_at=row.handled_at,
        handled_by=row.handled_by,
        handled_how=row.handled_how,
        handled_reason=row.handled_reason,
        incident=None if row.incident_id is None else IncidentId(row.incident_id),
        incident_number=row.incident,
    )
