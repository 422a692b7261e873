"""判断ボード beside the events of a case: who is waited for, who stands in, what a finding is to a call.

A case is judged out of its events (``incidents/``). What stands here is read by every page that somebody has
open, so it asks the database one short question and folds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from core.ids import AccountId, CallId, DepartmentId, IncidentId

CHANNEL = "tsuwaroku_boards"
"""NOTIFY carries the id of a case whose judges are called, or hear something new."""
AT_MOST = 5
"""The register of cases shows all of them."""

# Called since the last withdrawal, and without a view since: a view before it counts no more.
_WAITING = text("""
    SELECT i.id, i.running, i.department, i.practice, last.called_at,
           (SELECT c.id FROM incident_calls l JOIN calls c ON c.id = l.call_id
             WHERE l.incident_id = i.id AND c.ended_at IS NULL LIMIT 1) AS live
      FROM incident_judges j JOIN incidents i ON i.id = j.incident_id
     CROSS JOIN LATERAL
           (SELECT max(e.at) FILTER (WHERE e.kind = 'judges-called') AS called_at,
                   max(e.number) FILTER (WHERE e.kind = 'judges-called') AS called,
                   max(e.number) FILTER (WHERE e.kind = 'finding-withdrawn') AS withdrawn,
                   max(e.number) FILTER (WHERE e.kind = 'view' AND e.by = :account) AS viewed,
                   bool_or(e.kind = 'call-linked' AND e.body ->> 'talked' = CAST(:account AS text)) AS talked
              FROM incident_events e WHERE e.incident_id = i.id) last
     WHERE j.account_id = :account AND NOT i.found AND i.ending IS NULL AND NOT last.talked
       AND last.called > coalesce(last.withdrawn, 0)
       AND coalesce(last.viewed, 0) <= coalesce(last.withdrawn, 0)
     ORDER BY last.called_at, i.id LIMIT :limit
""")
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('board ' || :call, 0))")
_FOUND = text("SELECT call_id, found_at FROM rights.found_about(:calls)")
# Through the function: who stands in is asked by whoever calls the judges, also by an operator.
_STANDS_IN = text("""
    SELECT a.display_name FROM accounts a
     WHERE a.disabled_at IS NULL AND :department = ANY (rights.deputises(a.id)) ORDER BY a.login LIMIT 1
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardWaiting:
    """A case whose board waits for the view of the person who looks."""

    incident: IncidentId
    running: int
    department: DepartmentId
    practice: bool
    called_at: datetime
    live: CallId | None
    """A call of it that still goes on."""


def boards_waiting(connection: Connection, account: AccountId) -> list[BoardWaiting]:
    """Return the boards that wait for somebody's view, the longest first, as far as they may see the case."""
    return [
        BoardWaiting(
            incident=IncidentId(row.id), running=row.running, department=DepartmentId(row.department),
            practice=row.practice, called_at=row.called_at,
            live=None if row.live is None else CallId(row.live),
        )
        for row in connection.execute(_WAITING, {"account": account, "limit": AT_MOST})
    ]  # fmt: skip


def hold_boards_of(connection: Connection, call: CallId) -> None:
    """Let nobody else open a board of this call until the transaction ends: one call, one board."""
    connection.execute(_HOLD, {"call": call})


def found_about(connection: Connection, calls: list[CallId]) -> dict[CallId, datetime]:
    """Return since when a finding stands about these calls; a call without one is not among them.

    Whoever talks in a call learns it, and the supervisors of its department; nobody learns of the case by it.
    """
    rows = connection.execute(_FOUND, {"calls": list(calls)})
    return {CallId(row.call_id): row.found_at for row in rows}


def stand_in_of(connection: Connection, department: DepartmentId) -> str | None:
    """Return the name of who stands in for the supervisors of a department now (代理); None: nobody does."""
    name = connection.execute(_STANDS_IN, {"department": department}).scalar()
    return None if name is None else str(name)
