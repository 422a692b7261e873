"""What a report says of figures: many, in the profile's order, and nobody's own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import DepartmentId
from core.profile.model import CityProfile
from incidents.reports.choosing import is_told_alone
from incidents.reports.conduct import promises_section, told_waits, types_section, waits_section
from incidents.reports.pictures import DARKEST, Bars, Week, bars, week
from incidents.reports.report import left_out, report
from incidents.reports.section import Section
from incidents.reports.traffic import callers_section, calls_section, departments_section, hours_section
from storage.report_figures import DepartmentFigures, PromiseFigures, ReportFigures, WaitFigures


def of(department: str, calls: int, *, people: int = 5, unanswered: int = 0) -> DepartmentFigures:
    answered = calls - unanswered
    return DepartmentFigures(
        department=DepartmentId(department), calls=calls, answered=answered, seconds=answered * 120.0,
        people=people, flagged=3,
    )  # fmt: skip


def figures(**some: object) -> ReportFigures:
    nothing: dict[str, object] = {"hours": {}, "callers": {}, "outcomes": {}, "unrecorded": {}}
    return ReportFigures(**(nothing | some))  # type: ignore[arg-type]


def wait(*, shown: bool, answered: int, calls: int | None = None) -> WaitFigures:
    return WaitFigures(shown=shown, calls=calls or answered, answered=answered, median=12.4, p95=40.2)


def test_departments_stand_in_the_profiles_order_and_the_small_ones_together(
    sakura_profile: CityProfile,
) -> None:
    seen = departments_section(
        figures(departments=[of("zeimu", 90), of("fukushi", 3), of("hoken-nenkin", 40), of("shimin", 4)]),
        sakura_profile,
    )

    assert seen.rows == (("保険年金課", 40, 80), ("税務課", 90, 180), ("まとめ（2部署）", 7, 14))


def test_a_department_of_one_seat_is_told_with_others_only(sakura_profile: CityProfile) -> None:
    seen = departments_section(
        figures(departments=[of("hoken-nenkin", 40), of("shimin", 30, people=1), of("zeimu", 90)]),
        sakura_profile,
    )

    assert [row[0] for row in seen.rows] == ["税務課", "まとめ（2部署）"]
    assert departments_section(figures(departments=[of("shimin", 30, people=2)]), sakura_profile).rows == ()


def test_minutes_of_two_seats_are_nobodys_to_read(sakura_profile: CityProfile) -> None:
    seen = calls_section(figures(departments=[of("shimin", 30, people=2)]), sakura_profile)

    assert seen.rows[-1] == ("話した時間（分）", "応対した席が少ないため出しません")
    assert ("フラグを付けた電話", "1〜4件") in seen.rows


def test_few_unanswered_calls_do_not_come_out_of_a_difference(sakura_profile: CityProfile) -> None:
    seen = calls_section(figures(departments=[of("shimin", 30, unanswered=2)]), sakura_profile)

    assert "28" not in str(seen.rows)
    assert ("話さずに終わった電話", "1〜4件") in seen.rows


def test_who_calls_very_often_is_no_row_of_their_own(sakura_profile: CityProfile) -> None:
    seen = callers_section(figures(callers={1: 200, 2: 30, 3: 8, 4: 2, 7: 4, 40: 1}), sakura_profile)

    assert seen.rows == (("1回", 200), ("2回", 30), ("3〜5回", 10), ("6回以上", 5))


def test_waiting_is_compared_only_where_both_are_many(sakura_profile: CityProfile) -> None:
    departments = [of("shimin", 400)]
    alike = waits_section(
        figures(
            departments=departments, waits=[wait(shown=True, answered=300), wait(shown=False, answered=100)]
        ),
        sakura_profile,
    )
    few = waits_section(
        figures(
            departments=departments, waits=[wait(shown=True, answered=396), wait(shown=False, answered=4)]
        ),
        sakura_profile,
    )

    assert alike.rows == (("表示あり", 300, 300, 12, 40), ("表示なし", 100, 100, 12, 40))
    assert few.rows == ()
    assert told_waits(wait(shown=False, answered=99), 5) == (12.4, None)
    assert told_waits(wait(shown=False, answered=9), 5) == (None, None)


def test_types_of_few_cases_are_told_together_or_not_at_all(sakura_profile: CityProfile) -> None:
    first, second, third = (one.code for one in sakura_profile.harassment_types[:3])
    seen = types_section(figures(types={first: 9, second: 2, third: 4, "OLD": 7}), sakura_profile)

    assert [row[1] for row in seen.rows if row[1]] == [9, 7, 6]
    assert types_section(figures(types={first: 2, second: 1}), sakura_profile).rows == ()
    assert types_section(figures(types=None), sakura_profile).rows == ()


def test_a_few_broken_promises_are_told_as_a_few(sakura_profile: CityProfile) -> None:
    seen = promises_section(figures(promises=PromiseFigures(kept=40, late=0, broken=2)), sakura_profile)

    assert [row[1] for row in seen.rows] == [40, 0, "1〜4件", 0]


def test_a_rare_hour_is_neither_told_nor_the_rest_of_a_sum(sakura_profile: CityProfile) -> None:
    seen = hours_section(figures(hours={(1, 9): 30, (1, 10): 2, (2, 9): 12}), sakura_profile)

    assert seen.rows == (("9時台", 30, *["0〜4"] * 6),)
    assert "合わせて14件" in seen.says[1]
    assert seen.in_words == "いちばん多いのは月曜日の9時台で、30件"


def test_days_of_disaster_are_named(sakura_profile: CityProfile) -> None:
    said = left_out(figures(disaster_days=[date(2026, 4, 3)], disaster_calls=3), sakura_profile)

    assert said is not None
    assert "4月3日" in said
    assert "1〜4件" in said
    assert left_out(figures(), sakura_profile) is None


COUNT = st.integers(0, 60)


@given(
    departments=st.lists(st.tuples(COUNT, st.integers(0, 6)), max_size=4),
    hours=st.dictionaries(st.tuples(st.integers(1, 7), st.integers(0, 23)), COUNT, max_size=20),
    callers=st.dictionaries(st.integers(1, 80), st.integers(1, 30), max_size=12),
    days=st.dictionaries(st.dates(), COUNT, max_size=12),
)
def test_no_table_holds_a_small_count(
    sakura_profile: CityProfile,
    departments: list[tuple[int, int]],
    hours: dict[tuple[int, int], int],
    callers: dict[int, int],
    days: dict[date, int],
) -> None:
    names = [one.id for one in sakura_profile.departments]
    seen = report(
        figures(
            departments=[
                of(name, calls, people=people)
                for name, (calls, people) in zip(names, departments, strict=False)
            ],
            hours=hours, callers=callers, unrecorded=days,
        ),
        sakura_profile,
    )  # fmt: skip

    for section in seen:
        assert not _small(section, sakura_profile.access.publish_from), section
        assert section.rows or section.says
        if section.rows and isinstance(section.picture, Bars):
            assert section.in_words


def _small(section: Section, smallest: int) -> list[object]:
    told = {"calls": slice(1, 2), "departments": slice(1, 2)}.get(section.id, slice(1, None))
    rows = section.rows[:-1] if section.id == "calls" else section.rows  # the last one is minutes
    return [cell for row in rows for cell in row[told] if isinstance(cell, int) and 0 < cell < smallest]


@given(counts=st.dictionaries(st.tuples(st.integers(1, 7), st.integers(0, 23)), COUNT))
def test_squares_stay_within_the_picture(counts: dict[tuple[int, int], int]) -> None:
    drawn: Week = week(counts)

    assert all(one.left + drawn.width <= 100.01 and one.top < drawn.height for one in drawn.squares)
    assert all(0 <= one.level <= DARKEST for one in drawn.squares)


@pytest.mark.parametrize("rows", [[], [("a", 0.0, "0件")], [("a", 4.0, "4件"), ("b", 8.0, "8件")]])
def test_the_longest_bar_is_as_wide_as_the_picture_and_order_stays(
    rows: list[tuple[str, float, str]],
) -> None:
    drawn = bars(rows)

    assert [one.label for one in drawn.bars] == [label for label, _, _ in rows]
    assert max((one.width for one in drawn.bars), default=100) in {0, 100}


def test_a_department_told_with_others_is_not_told_alone_either(sakura_profile: CityProfile) -> None:
    everything = figures(departments=[of("hoken-nenkin", 40), of("shimin", 30, people=1), of("zeimu", 90)])

    told = {
        one: is_told_alone(everything, sakura_profile, DepartmentId(one))
        for one in ("hoken-nenkin", "shimin", "zeimu", "fukushi")
    }

    # 保険年金課 would tell the one seat of 市民課 as the difference.
    assert told == {"hoken-nenkin": False, "shimin": False, "zeimu": True, "fukushi": True}
    alone = figures(departments=[of("shimin", 30, people=1)])
    assert is_told_alone(alone, sakura_profile, DepartmentId("shimin"))
