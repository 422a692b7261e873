"""Whether one department may be asked for by itself, beside the report of all. Pure.

What the report of all tells only together with others would come out again as a difference: the sum of two
departments less the one that was asked for is the other.
"""

from __future__ import annotations

from core.ids import DepartmentId
from core.profile.model import CityProfile
from incidents.reports.section import Section, withheld
from incidents.reports.traffic import departments_section
from storage.report_figures import ReportFigures

TOLD_TOGETHER = "この部署は、ほかの部署とまとめた数字だけを出します。「すべて」を選ぶと見られます。"


def is_told_alone(everything: ReportFigures, profile: CityProfile, department: DepartmentId) -> bool:
    """Say whether the report of everything that somebody may see tells a department by itself.

    Args:
        everything: figures of all departments that the person's rights reach, in the same period
        profile: of the city
        department: which is asked for
    """
    if {one.department for one in everything.departments} <= {department}:
        return True  # there is nothing to take it from
    if all(one.department != department for one in everything.departments):
        return True  # no call: nobody's
    name = profile.department(department).name
    return any(row[0] == name for row in departments_section(everything, profile).rows)


def without_figures(sections: list[Section]) -> list[Section]:
    """Return the same subjects, none of which shows a figure."""
    return [withheld(one.id, one.title, TOLD_TOGETHER) for one in sections]
