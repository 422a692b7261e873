"""統計 as people ask for it: months, a department of theirs, and the report that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.parts import ConsoleParts
from api.reading.report_period import Period, choose_period
from api.sessions import Session
from core.errors import NotFound
from core.ids import DepartmentId
from core.profile.department import Department
from core.profile.recording import RecordingMode
from core.rights import Condition, Matter, rules_of
from incidents.reports.choosing import is_told_alone, without_figures
from incidents.reports.report import left_out, report
from incidents.reports.section import Section
from storage.ledger import month_at
from storage.report_figures import Asked, read_figures


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSeen:
    """A report as somebody's rights give it."""

    period: Period
    department: str
    departments: Sequence[Department]
    """Which may be chosen."""
    sections: Sequence[Section]
    left_out: str | None


def report_seen(parts: ConsoleParts, session: Session, since: str, until: str, department: str) -> ReportSeen:
    """Make the report of a period.

    Args:
        parts: of the console
        session: who asks
        since: first month as 2026-04
        until: last month; what neither can be is told beside the figures
        department: one of theirs; empty: all of them

    Raises:
        NotFound: a department that is not theirs
    """
    profile, actor, now = parts.profile, session.actor, parts.clock.now()
    rules = rules_of(actor.roles, Matter.FIGURES)
    everywhere = any(rule.condition is Condition.COUNTED for rule in rules)
    own = [one for one in profile.departments if everywhere or one.id in actor.departments]
    if department and department not in {one.id for one in own}:
        raise NotFound
    period = choose_period(since, until, month_at(now))
    reached = {one.id for one in own if department in {"", one.id}}
    asked = Asked(
        since=period.first.since, until=period.last.until, now=now, department=department,
        unrecorded_lines=[
            one.id
            for one in profile.lines
            if one.recording is RecordingMode.NEVER and one.department in reached
            and (actor.lines is None or one.id in actor.lines)
        ],
    )  # fmt: skip
    with parts.database.begin(actor) as connection:
        figures = read_figures(connection, asked)
        everything = read_figures(connection, replace(asked, department="")) if department else figures
    sections, says = report(figures, profile), left_out(figures, profile)
    if department and not is_told_alone(everything, profile, DepartmentId(department)):
        sections, says = without_figures(sections), None
    return ReportSeen(
        period=period, department=department, departments=own, sections=sections, left_out=says,
    )  # fmt: skip
