"""A report counts the months that it says, whatever was asked for, and tells what it made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reading.report_period import (
    A_DAY,
    FUTURE,
    MONTHS_SHOWN,
    REVERSED,
    TOO_OLD,
    UNREADABLE,
    choose_period,
)
from storage.ledger import Month

NEWEST = Month(year=2026, number=11)


@pytest.mark.parametrize(
    ("since", "until", "first", "last", "notes"),
    [
        ("", "", "2026-11", "2026-11", ()),
        ("2026-04", "2026-09", "2026-04", "2026-09", ()),
        ("2026-09", "2026-04", "2026-04", "2026-09", (REVERSED,)),
        ("2026-10", "2027-03", "2026-10", "2026-11", (FUTURE,)),
        ("2027-01", "2027-03", "2026-11", "2026-11", (FUTURE,)),
        ("2027-03", "2026-10", "2026-10", "2026-11", (FUTURE, REVERSED)),
        ("2000-01", "2026-10", "2024-12", "2026-10", (TOO_OLD,)),
        ("2000-01", "2001-01", "2024-12", "2024-12", (TOO_OLD,)),
        ("2026-10-05", "2026-10-05", "2026-10", "2026-10", (A_DAY,)),
        ("2026-13", "昨日", "2026-11", "2026-11", (UNREADABLE,)),
    ],
)
def test_what_was_asked_for_becomes_months_and_what_was_changed_is_told(
    since: str, until: str, first: str, last: str, notes: tuple[str, ...]
) -> None:
    period = choose_period(since, until, NEWEST)

    assert (str(period.first), str(period.last), period.notes) == (first, last, notes)
    assert period.unfinished == (last == str(NEWEST))


WRITTEN = st.one_of(
    st.text(max_size=12), st.dates().map(str), st.dates().map(lambda day: f"{day:%Y-%m}"), st.just("")
)


@given(since=WRITTEN, until=WRITTEN)
def test_nothing_that_is_written_breaks_it_and_no_other_period_is_counted_in_silence(
    since: str, until: str
) -> None:
    period = choose_period(since, until, NEWEST)

    assert period.first.since <= period.last.since <= NEWEST.since
    assert {period.first, period.last} <= set(period.choice)
    assert len(period.choice) == MONTHS_SHOWN
    assert all(one in {"", str(period.first), str(period.last)} or period.notes for one in (since, until))


@given(one=st.integers(0, MONTHS_SHOWN - 1), other=st.integers(0, MONTHS_SHOWN - 1))
def test_what_can_be_counted_is_counted_as_asked_and_nothing_is_told(one: int, other: int) -> None:
    choice = choose_period("", "", NEWEST).choice
    older, newer = choice[max(one, other)], choice[min(one, other)]

    period = choose_period(str(older), str(newer), NEWEST)

    assert (period.first, period.last, period.notes) == (older, newer, ())
