"""No figure that a report leaves out comes back by taking others from each other.

A figure cannot be computed if another hall, in which it is different, would have published the same report
to the letter. So for each one left out another hall is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.ids import DepartmentId
from core.profile.loading import load_profile
from incidents.reports.report import report
from incidents.reports.section import Section
from incidents.reports.traffic import departments_section
from storage.report_figures import DepartmentFigures, PromiseFigures, ReportFigures, WaitFigures

PROFILE = load_profile(Path("profiles/sakura.yaml"))
NAMES = [one.name for one in PROFILE.departments]
CODES = ("kaito", "orikaeshi", "tochu", "mukashi")
SOME = st.one_of(st.integers(0, 6), st.integers(0, 40))


@st.composite
def halls(draw: st.DrawFn) -> ReportFigures:
    """A month of a hall of one department whose parts agree with each other."""
    outcomes = {code: count for code in CODES if (count := draw(SOME))}
    unwritten, unanswered, nameless = draw(SOME), draw(st.integers(0, 7)), draw(st.integers(0, 12))
    answered = sum(outcomes.values()) + unwritten
    calls = answered + unanswered
    nameless = min(nameless, calls)
    lost = draw(st.integers(max(0, unanswered - (calls - nameless)), min(nameless, unanswered)))
    waits = [
        WaitFigures(shown=shown, calls=of, answered=of - missed, median=9.0, p95=30.0)
        for shown, of, missed in ((True, calls - nameless, unanswered - lost), (False, nameless, lost))
        if of
    ]
    return ReportFigures(
        departments=[
            DepartmentFigures(
                department=DepartmentId("hoken-nenkin"), calls=calls, answered=answered,
                seconds=answered * 60.0, people=5, flagged=min(calls, draw(st.integers(0, 7))),
            )
        ],
        hours={(1, 9): calls}, callers={}, outcomes=outcomes, unrecorded={}, waits=waits,
        promises=PromiseFigures(kept=draw(SOME), late=draw(SOME), broken=draw(SOME)),
    )  # fmt: skip


def with_unanswered(hall: ReportFigures, unanswered: int) -> Iterator[ReportFigures]:
    """Give the same hall where other calls were answered: one outcome, or what is not written, makes room."""
    (department,) = hall.departments
    answered = department.calls - unanswered
    more = answered - department.answered
    # How long people talked is told in minutes of all: the rest talked longer.
    other = [replace(department, answered=answered)]
    unwritten = department.answered - sum(hall.outcomes.values())
    waits, left = list[WaitFigures](), more
    for one in hall.waits:
        here = min(max(left, -one.answered), one.calls - one.answered)
        waits.append(replace(one, answered=one.answered + here))
        left -= here
    if unwritten + more >= 0:
        yield replace(hall, departments=other, waits=waits)
    for code, count in hall.outcomes.items():
        if count + more >= 0:
            yield replace(
                hall, departments=other, waits=waits, outcomes={**hall.outcomes, code: count + more}
            )


def told(sections: list[Section]) -> list[object]:
    return [(one.id, one.rows, one.says, one.in_words) for one in sections]


@settings(max_examples=200, deadline=None)
@given(hall=halls())
@example(
    hall=ReportFigures(
        departments=[
            DepartmentFigures(
                department=DepartmentId("hoken-nenkin"), calls=16, answered=15, seconds=900.0, people=5,
                flagged=0,
            )
        ],
        hours={(1, 9): 16}, callers={}, outcomes={"orikaeshi": 5, "tochu": 5, "mukashi": 5}, unrecorded={},
        waits=[WaitFigures(shown=True, calls=16, answered=15, median=9.0, p95=30.0)],
    )
)  # fmt: skip
def test_how_many_were_not_answered_comes_out_of_no_difference(hall: ReportFigures) -> None:
    published = told(report(hall, PROFILE))
    (department,) = hall.departments
    unanswered = department.calls - department.answered
    if not 0 < unanswered < 5 or department.calls < 5:
        return

    others = {
        count
        for count in range(1, 5)
        for other in with_unanswered(hall, count)
        if count != unanswered and told(report(other, PROFILE)) == published
    }
    assert others


@pytest.mark.parametrize("unanswered", [1, 2, 3, 4])
def test_outcomes_are_left_out_until_a_few_calls_can_hide_among_them(unanswered: int) -> None:
    department = DepartmentFigures(
        department=DepartmentId("shimin"), calls=60 + unanswered, answered=60, seconds=3600.0, people=5,
        flagged=0,
    )  # fmt: skip
    hall = ReportFigures(
        departments=[department], hours={}, callers={}, unrecorded={},
        outcomes={"kaito": 40, "orikaeshi": 20},
    )  # fmt: skip

    outcomes = next(one for one in report(hall, PROFILE) if one.id == "outcomes")

    assert [row[1] for row in outcomes.rows] == [40, "電話が少ないため出しません"]
    assert "まだ書いていない" in str(outcomes.rows[-1][0])


@settings(max_examples=40, deadline=None)
@given(calls=st.lists(st.one_of(st.integers(1, 5), st.integers(1, 9)), min_size=2, max_size=3))
@example(calls=[4, 4, 4])
@example(calls=[4, 4, 9])
@example(calls=[2, 3])
def test_no_department_that_is_told_with_others_comes_out_of_the_rest(calls: list[int]) -> None:
    calls = [*calls, 0]  # and one that nobody called, which the report does not name either
    section = departments_section(of_departments(calls), PROFILE)
    told_alone = {row[0] for row in section.rows}
    hidden = [place for place in range(len(calls)) if NAMES[place] not in told_alone]
    published, together = told([section]), sum(calls[place] for place in hidden)

    possible = {place: set[int]() for place in hidden}
    for others in product(range(together + 1), repeat=max(0, len(hidden) - 1)):
        last = together - sum(others)
        hall = dict(enumerate(calls)) | dict(zip(hidden, (*others, last), strict=False))
        if last >= 0 and told([departments_section(of_departments([*hall.values()]), PROFILE)]) == published:
            for place in hidden:
                possible[place].add(hall[place])
    # What is large enough to stand alone points at nobody, wherever it stands.
    assert all(len(possible[place]) > 1 for place in hidden if 0 < calls[place] < 5), (calls, possible)


def of_departments(calls: list[int]) -> ReportFigures:
    return ReportFigures(
        departments=[
            DepartmentFigures(
                department=one.id, calls=count, answered=count, seconds=count * 60.0, people=4, flagged=0
            )
            for one, count in zip(PROFILE.departments, calls, strict=False)
            if count
        ],
        hours={}, callers={}, outcomes={}, unrecorded={},
    )  # fmt: skip
