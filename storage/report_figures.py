"""Figures for reports (統計): counts and waiting times of many calls, of no single call, caller or person.

They come out of functions of the database (migration 0045) that count under the rights of whoever asks: a
supervisor's departments, the whole hall for an administrator. What is small is still in them: nobody shows
them but through ``incidents/reports``, which merges it. Practice never counts, nor what is kept to a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from core.ids import DepartmentId, LineId
from storage.ledger import HERE

REPEATED_WITHIN = timedelta(days=30)
"""Over how long the calls of one number are counted: the last so many days of the period."""

_PERIOD = "CAST(:since AS timestamptz), CAST(:until AS timestamptz)"
_ARGUMENTS = f"{_PERIOD}, CAST(:without AS date[]), :department"
_DEPARTMENTS = text(f"SELECT * FROM rights.report_departments({_ARGUMENTS})")  # noqa: S608  constants, as below
_HOURS = text(f"SELECT * FROM rights.report_hours({_ARGUMENTS})")  # noqa: S608
_CALLERS = text(f"SELECT * FROM rights.report_callers({_ARGUMENTS})")  # noqa: S608
_WAITS = text(f"SELECT * FROM rights.report_waits({_ARGUMENTS}) ORDER BY shown DESC")  # noqa: S608
_OUTCOMES = text(f"SELECT * FROM rights.report_outcomes({_ARGUMENTS})")  # noqa: S608
_PROMISES = text(
    f"SELECT * FROM rights.report_promises({_PERIOD}, CAST(:now AS timestamptz), :department)"  # noqa: S608
)
_TYPES = text(f"SELECT * FROM rights.report_types({_PERIOD})")  # noqa: S608
_SWITCHED = text("""
    SELECT began_at, least(until, coalesce(ended_at, until), CAST(:until AS timestamptz)) AS over
      FROM disaster_switches
     WHERE began_at < :until AND least(until, coalesce(ended_at, until)) > :since
     ORDER BY began_at
""")
_UNRECORDED = text("""
    SELECT day, sum(calls)::bigint AS calls FROM unrecorded_calls
     WHERE line = ANY (CAST(:lines AS text[])) AND day >= :first AND day < :after
     GROUP BY day ORDER BY day
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What figures somebody wants. Times are aware; ``until`` is not in it any more."""

    since: datetime
    until: datetime
    now: datetime
    department: str = ""
    """One of them; empty: all that the person's rights reach."""
    unrecorded_lines: Sequence[LineId] = ()
    """Lines that are never recorded, whose daily counts are wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFigures:
    """Calls that came in to a department."""

    department: DepartmentId
    calls: int
    answered: int
    seconds: float
    """Of talk, from the answer to the end."""
    people: int
    """How many different seats answered: to tell whether a figure would be one person's. Never shown."""
    flagged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFigures:
    """How long callers waited until somebody could talk with them, the announcement included. In seconds."""

    shown: bool
    """Whether the caller's number was shown."""
    calls: int
    answered: int
    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFigures:
    """Promises that came due in the period."""

    kept: int = 0
    late: int = 0
    broken: int = 0
    waiting: int = 0
    """Not done, and not due yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFigures:
    """All figures of one report."""

    departments: Sequence[DepartmentFigures] = ()
    hours: Mapping[tuple[int, int], int]
    """Calls by weekday (1 is Monday) and hour of arrival, in Japan."""
    callers: Mapping[int, int]
    """How many numbers called so often."""
    waits: Sequence[WaitFigures] = ()
    outcomes: Mapping[str, int]
    promises: PromiseFigures = PromiseFigures()
    unrecorded: Mapping[date, int]
    """Calls of a day on lines that are never recorded. Days that nobody counted are missing."""
    types: Mapping[str, int] | None = None
    """Cases that were decided as 該当, by code of their type; one may be of several. None where one of some
    departments was chosen: beside the hall's figures it would tell what is too few of the others."""
    disaster_days: Sequence[date] = ()
    """Days on which the disaster switch was on: none of their calls is in the figures."""
    disaster_calls: int = 0


def read_figures(connection: Connection, asked: Asked) -> ReportFigures:
    """Read what somebody's rights give of a period; nothing at all for whoever has no right to figures."""
    days = disaster_days(
        (row.began_at, row.over)
        for row in connection.execute(_SWITCHED, {"since": asked.since, "until": asked.until})
    )
    terms = {
        "since": asked.since, "until": asked.until, "now": asked.now, "without": days,
        "department": asked.department,
    }  # fmt: skip
    ended = min(asked.until, asked.now)
    departments = _departments(connection, terms)
    calls = sum(one.calls for one in departments)
    everything = _departments(connection, terms | {"without": []}) if days else departments
    return ReportFigures(
        departments=departments,
        hours={(row.weekday, row.hour): row.calls for row in connection.execute(_HOURS, terms)},
        callers={
            row.times: row.callers
            for row in connection.execute(
                _CALLERS, terms | {"since": max(asked.since, ended - REPEATED_WITHIN), "until": ended}
            )
        },
        waits=tuple(
            WaitFigures(
                shown=row.shown, calls=row.calls, answered=row.answered, median=row.median, p95=row.p95
            )
            for row in connection.execute(_WAITS, terms)
        ),
        outcomes={row.outcome: row.calls for row in connection.execute(_OUTCOMES, terms)},
        promises=_promises(connection, terms),
        unrecorded={row.day: row.calls for row in connection.execute(_UNRECORDED, _days_of(asked))},
        types=None
        if asked.department
        else {row.type: row.cases for row in connection.execute(_TYPES, terms)},
        disaster_days=days,
        disaster_calls=sum(one.calls for one in everything) - calls,
    )


def disaster_days(times: Iterable[tuple[datetime, datetime]]) -> list[date]:
    """Return every day of Japan that one of these times touches, in order; an end is not in it any more."""
    days = set[date]()
    for began, over in times:
        day, last = began.astimezone(HERE).date(), (over - timedelta.resolution).astimezone(HERE).date()
        while day <= last:
            days.add(day)
            day += timedelta(days=1)
    return sorted(days)


def _departments(connection: Connection, terms: Mapping[str, Any]) -> tuple[DepartmentFigures, ...]:
    return tuple(
        DepartmentFigures(
            department=DepartmentId(row.department), calls=row.calls, answered=row.answered,
            seconds=row.seconds, people=row.people, flagged=row.flagged,
        )
        for row in connection.execute(_DEPARTMENTS, terms)
    )  # fmt: skip


def _promises(connection: Connection, terms: Mapping[str, Any]) -> PromiseFigures:
    row = connection.execute(_PROMISES, terms).one()
    return PromiseFigures(kept=row.kept, late=row.late, broken=row.broken, waiting=row.waiting)


def _days_of(asked: Asked) -> Mapping[str, Any]:
    return {
        "lines": list(asked.unrecorded_lines),
        "first": asked.since.astimezone(HERE).date(),
        "after": asked.until.astimezone(HERE).date(),
    }
