"""Open days are those of another calendar, minus what the city closes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.profile.disclosure import Weekday
from disclosure.open_days import NeverOpen, OpenDays
from tests.calendar_of_sakura import CLOSED, HALL, open_by_another_calendar

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS)
def test_a_day_is_open_where_another_calendar_says_so(day: date) -> None:
    assert HALL.is_open(day) == open_by_another_calendar(day)


@given(DAYS)
def test_the_nearest_open_days_have_none_between(day: date) -> None:
    before, after = HALL.on_or_before(day), HALL.on_or_after(day)

    assert before <= day <= after
    assert open_by_another_calendar(before)
    assert open_by_another_calendar(after)
    between = [before + timedelta(days=one) for one in range(1, (after - before).days)]
    assert not any(open_by_another_calendar(one) for one in between)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        pytest.param(date(2027, 5, 4), date(2027, 4, 30), date(2027, 5, 6), id="golden week"),
        pytest.param(date(2026, 12, 31), date(2026, 12, 28), date(2027, 1, 4), id="over the year"),
        pytest.param(date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29), id="a leap day is a Tuesday"),
        pytest.param(
            date(2026, 9, 22), date(2026, 9, 18), date(2026, 9, 24), id="a day between two holidays"
        ),
        pytest.param(date(2027, 7, 1), date(2027, 6, 30), date(2027, 7, 2), id="the city's own day"),
    ],
)
def test_days_that_are_easily_got_wrong(day: date, before: date, after: date) -> None:
    assert (HALL.on_or_before(day), HALL.on_or_after(day)) == (before, after)


def test_a_hall_that_is_never_open_is_a_fault_and_no_endless_search() -> None:
    never = OpenDays(CLOSED.model_copy(update={"weekdays": tuple(Weekday), "open_although": ()}))

    with pytest.raises(NeverOpen):
        never.on_or_after(date(2027, 1, 1))
