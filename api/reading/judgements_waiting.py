"""Judgements that a clock or an operator calls for, for every page that a supervisor has open.

Whoever talks in a call does not judge it, so nobody is called to the own one. Nothing here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from api.reading.live import asked_at
from api.reading.live_clocks import live_clocks
from api.reading.live_need import weigh
from core.ids import AccountId, CallId
from storage.boards import found_about
from storage.ending_rule import Demands, judge_ending
from storage.endings import steps_of

AT_MOST = 5
"""The wallboard shows all of them."""

_LIVE = text("""
    SELECT c.id, c.line, c.practice, c.operator_phone, c.arrived_at, a.display_name
      FROM calls c LEFT JOIN accounts a ON a.id = c.operator_id
     WHERE c.ended_at IS NULL AND c.department = ANY (rights.departments())
       AND c.operator_id IS DISTINCT FROM :viewer
       AND (EXISTS (SELECT 1 FROM call_clocks k WHERE k.call_id = c.id AND k.stopped_at IS NULL)
            OR EXISTS (SELECT 1 FROM call_endings e WHERE e.call_id = c.id))
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementWaiting:
    """A call that waits for a judgement. ``operator`` is None where nobody is signed in."""

    call: CallId
    since: datetime
    line: str
    practice: bool
    phone: str | None
    operator: str | None


def judgements_waiting(
    connection: Connection, *, viewer: AccountId, demands: Demands, now: datetime
) -> list[JudgementWaiting]:
    """Return which calls of the viewer's departments wait for a judgement, the longest first."""
    live = connection.execute(_LIVE, {"viewer": viewer}).all()
    ids = [CallId(row.id) for row in live]
    clocks, steps, found_at = (
        live_clocks(connection, ids),
        steps_of(connection, ids),
        found_about(connection, ids),
    )
    found: list[JudgementWaiting] = []
    for row in live:
        noted = steps.get(row.id, [])
        judgement = judge_ending(noted, demands, found_at=found_at.get(row.id))
        since = weigh(
            now=now,
            began=row.arrived_at,
            talking_since=None,
            help_since=None,
            judgement_since=asked_at(noted) if judgement.asked else None,
            clocks=clocks.get(row.id, ()),
            long_after=None,
            answered_at=judgement.answered_at,
        ).judge_since
        if since is not None:
            found.append(
                JudgementWaiting(
                    call=CallId(row.id),
                    since=since,
                    line=row.line,
                    practice=row.practice,
                    phone=row.operator_phone,
                    operator=row.display_name,
                )
            )
    return sorted(found, key=lambda one: (one.since, one.call))[:AT_MOST]
