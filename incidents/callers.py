"""What a desk is told of a number that calls: figures of one 実施機関, and what we owe. Never who it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection

from core.ids import CallId, DepartmentId
from incidents.caller_figures import PERIODS, CallerFigures, caller_figures
from incidents.came import EXPLAINS, OwedPromise, PastCall
from storage.callers import KeptCall, kept_of_number


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerAtDesk:
    """Figures of a number before the call that rings, one of each of ``PERIODS``."""

    figures: tuple[CallerFigures, ...]
    shared: bool
    """共用の番号: the figures are the number's, and no person's."""
    unkept: int
    """Promises of ours that were due and are not kept."""
    more: bool
    """There were more calls than were looked at."""
    department: DepartmentId | None
    """Whose calls alone are counted; None: those of the whole 実施機関."""
    of_people: dict[UUID, CallerFigures]
    """Of each person that a call is said to be from, the longest period."""


def caller_at_desk(
    connection: Connection, call: CallId, now: datetime, department: DepartmentId | None = None
) -> CallerAtDesk | None:
    """Return the figures of a call's number, this call not counted.

    Args:
        connection: under the rights of whoever looks
        call: the call that rings, goes on or is over
        now: when the periods end: the call's arrival
        department: count its calls alone; None: those of the whole 実施機関, for whom a right or an alert
            that stands gives them to

    Returns:
        None: no number, or none that whoever looks may know; practice; a call of ours
    """
    kept = kept_of_number(connection, call, now - PERIODS[-1] - EXPLAINS)
    if kept is None:
        return None
    calls = [_past(one) for one in kept.calls]
    promises = [
        OwedPromise(made_at=one.made_at, due_at=one.due_at, kept_at=one.kept_at) for one in kept.promises
    ]
    people = {one.person for one in kept.calls if one.person is not None}
    return CallerAtDesk(
        figures=caller_figures(calls, promises, now, department=department),
        shared=kept.shared,
        unkept=sum(one.broken_at(now) for one in promises),
        more=kept.more,
        of_people={UUID(one): caller_figures(calls, promises, now, one, department)[-1] for one in people},
        department=department,
    )


def _past(one: KeptCall) -> PastCall:
    at, department, seconds, signs, person, outcome = one
    return PastCall(
        at=datetime.fromtimestamp(at, UTC), department=department, seconds=seconds, outcome=outcome,
        answered="a" in signs, cut_off="i" in signs, by_us="u" in signs, passed_on="p" in signs,
        called_back="b" in signs, person=person,
    )  # fmt: skip
