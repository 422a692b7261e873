"""A whole report: its sections in the order in which they are read. Pure.

Who adds a subject adds its figures to ``storage/report_figures.py`` and one function
to SECTIONS: page and files follow.
"""

from __future__ import annotations

from collections.abc import Callable

from core.profile.model import CityProfile
from incidents.reports.conduct import (
    outcomes_section,
    promises_section,
    types_section,
    unrecorded_section,
    waits_section,
)
from incidents.reports.section import Section, banded
from incidents.reports.traffic import callers_section, calls_section, departments_section, hours_section
from storage.report_figures import ReportFigures

SECTIONS: dict[str, Callable[[ReportFigures, CityProfile], Section]] = {
    "calls": calls_section,
    "departments": departments_section,
    "hours": hours_section,
    "callers": callers_section,
    "outcomes": outcomes_section,
    "types": types_section,
    "promises": promises_section,
    "waits": waits_section,
    "unrecorded": unrecorded_section,
}


def report(figures: ReportFigures, profile: CityProfile) -> list[Section]:
    """Return every section of a report."""
    return [section(figures, profile) for section in SECTIONS.values()]


def left_out(figures: ReportFigures, profile: CityProfile) -> str | None:
    """Name the days of disaster, whose calls stand in no figure but the promises; None: there were none."""
    if not figures.disaster_days:
        return None
    days = "、".join(f"{day.month}月{day.day}日" for day in figures.disaster_days)
    calls = banded(figures.disaster_calls, profile.access.publish_from)
    count = f"{calls:,}件" if isinstance(calls, int) else calls
    return f"災害時に切り替えた日（{days}）の電話{count}は、約束のほかの数字に入れていません。"
