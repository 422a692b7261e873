"""Periods of months end where the Civil Code ends them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.remedies import choice_until, months_from, opens_after_objection, remedies_of
from tests.calendar_of_sakura import HALL

DATES = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        pytest.param(date(2027, 1, 15), 3, date(2027, 4, 15), id="the same day"),
        pytest.param(date(2026, 11, 29), 3, date(2027, 2, 28), id="a day that February has not"),
        pytest.param(date(2026, 11, 30), 3, date(2027, 2, 28), id="from the first: whole months"),
        pytest.param(date(2027, 11, 30), 3, date(2028, 2, 29), id="whole months to a leap day"),
        pytest.param(date(2027, 1, 30), 3, date(2027, 4, 30), id="from the 31st to a month of 30"),
        pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), id="half a year"),
        pytest.param(date(2027, 2, 28), 12, date(2028, 2, 29), id="a year of whole months"),
        pytest.param(date(2028, 2, 28), 12, date(2029, 2, 28), id="from a leap day"),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, last: date) -> None:
    assert months_from(day, months) == last


@given(DATES, st.integers(1, 24))
def test_a_later_beginning_never_ends_earlier(day: date, months: int) -> None:
    ends, next_ends = months_from(day, months), months_from(day + timedelta(days=1), months)

    assert ends <= next_ends
    assert day < ends <= day + timedelta(days=31 * months)


def test_what_a_decision_concerned_stays_until_nobody_can_contest_it() -> None:
    known = remedies_of(date(2027, 1, 12), date(2027, 1, 15), HALL)
    unknown = remedies_of(date(2027, 1, 12), None, HALL)

    assert (known.review, known.lawsuit) == (date(2027, 4, 15), date(2027, 7, 15))
    assert known.until == date(2027, 7, 15)
    assert unknown.until == date(2028, 1, 12)


def test_what_ends_on_a_closed_day_ends_on_the_next_open_one() -> None:
    assert remedies_of(date(2026, 9, 25), date(2026, 9, 30), HALL).review == date(2027, 1, 4)
    assert choice_until(date(2027, 4, 4), 30, HALL) == date(2027, 5, 6)


@given(DATES)
def test_two_whole_weeks_lie_between_an_objection_overruled_and_the_disclosure(decided: date) -> None:
    opens = opens_after_objection(decided)

    between = [decided + timedelta(days=one) for one in range(1, (opens - decided).days)]
    assert len(between) == 14
