"""What a judge sees beside the board: the calls of the case with their clocks; and a call's boards.

Read under the rights of whoever looks: a call that they may not see is not among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from api.parts import ConsoleParts
from api.reading.calls import CallSeen, CallsSeen
from api.reading.reading_along import ReadingAlong, reading_along
from core.actors import Actor, Role
from core.errors import NotFound
from core.ids import CallId, IncidentId
from core.profile.model import CityProfile
from incidents.cases.case import Case
from incidents.cases.rule import rule_of
from storage.alerts import ListedAlert, list_alerts
from storage.boards import stand_in_of
from storage.caller_numbers import CallerNumbers
from storage.endings import EndingNote, steps_of
from storage.incidents import IncidentRow, incidents_of_call

_CLOCKS = text("""
    SELECT call_id, kind, minutes, started_at, stopped_at FROM call_clocks
     WHERE call_id = ANY (:calls) ORDER BY started_at
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSeen:
    """A clock that somebody started in a call. ``minutes`` is what it was set to."""

    kind: str
    minutes: int
    started_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOfCase:
    """A call of a case, with what people did about time and words in it."""

    call: CallSeen
    clocks: tuple[ClockSeen, ...]
    steps: tuple[EndingNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardOfCall:
    """What a page of a call says of its judgement."""

    incidents: list[IncidentRow]
    may_call: bool
    ranked: bool
    """Whether the city names its heads: only then one can be absent."""
    stand_in: str | None
    """Who is registered as a deputy of the section (代理); None: nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideBoard:
    """What stands beside the board of a case."""

    calls: list[CallOfCase]
    along: ReadingAlong | None
    """The words of a call that still goes on, for whoever may read along."""
    live: CallSeen | None
    stand_in: str | None
    alerts: list[ListedAlert]
    """Those that rest on its finding, as far as this person may see them."""
    may_warn: bool
    """Whether they can place an alert that rests on the finding."""
    old_rule: bool
    """The city's rule is another one by now; the case is judged by its own."""


def beside_board(
    connection: Connection,
    actor: Actor,
    case: tuple[IncidentId, Case],
    parts: ConsoleParts,
    now: datetime,
) -> BesideBoard:
    """Return what somebody sees beside the board of a case.

    Args:
        connection: under the rights of who looks
        actor: the same
        case: the case, and its id
        parts: the console's
        now: the server's moment
    """
    incident, known = case
    calls = calls_of_case(connection, actor, parts.numbers, known.calls)
    live = next((one.call for one in calls if one.call.ended_at is None), None)
    supervisor = actor.has(Role.SUPERVISOR) and known.department in actor.departments
    return BesideBoard(
        calls=calls,
        along=reading_along(connection, actor, live.id, parts.profile, now) if live else None,
        live=live,
        stand_in=stand_in_of(connection, known.department) if known.rule.ranked else None,
        alerts=list_alerts(connection, now, finding=incident) if supervisor else [],
        may_warn=supervisor and known.finding is not None,
        old_rule=not known.rule.holds_still(rule_of(parts.profile)),
    )


def calls_of_case(
    connection: Connection, actor: Actor, numbers: CallerNumbers, calls: Iterable[CallId]
) -> list[CallOfCase]:
    """Return the calls of a case that somebody may see, in the order in which they were linked."""
    ids, seen = list(calls), CallsSeen(connection, actor, numbers)
    clocks: dict[str, list[ClockSeen]] = {}
    for row in connection.execute(_CLOCKS, {"calls": ids}):
        one = ClockSeen(
            kind=row.kind, minutes=row.minutes, started_at=row.started_at, stopped_at=row.stopped_at
        )
        clocks.setdefault(row.call_id, []).append(one)
    steps = steps_of(connection, ids)
    found: list[CallOfCase] = []
    for call in ids:
        try:
            shown = seen.one(call)
        except NotFound:
            continue
        found.append(
            CallOfCase(call=shown, clocks=tuple(clocks.get(call, ())), steps=tuple(steps.get(call, ())))
        )
    return found


def board_of_call(connection: Connection, actor: Actor, call: CallSeen, profile: CityProfile) -> BoardOfCall:
    """Return the cases of a call that somebody may see, and whether they can call judges about it."""
    inside = call.department in actor.departments and not call.urgent
    ranked = bool(profile.casework.heads)
    return BoardOfCall(
        incidents=incidents_of_call(connection, call.id),
        may_call=inside,
        ranked=ranked,
        stand_in=stand_in_of(connection, call.department) if inside and ranked else None,
    )
