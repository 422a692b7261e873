"""Limits are what a person comes to who counts days on a calendar, one by one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.profile.disclosure import LargeRequest, RequestKind, Term
from disclosure.clock import Amending, Course, Extension, Limits, Split, Trouble, limits_of
from tests.calendar_of_sakura import HALL, open_by_another_calendar

TERM = Term(
    kind=RequestKind.PERSONAL,
    agencies=("shicho",),
    days=30,
    extension_days=30,
    large=LargeRequest(days=60, pauses=False),
    basis="個人情報の保護に関する法律 第83条",
)
RECEIVED = date(2027, 4, 1)
DATES = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def limits(term: Term = TERM, received: date = RECEIVED, **happened: object) -> Limits:
    return limits_of(Course(received=received, **happened), term, HALL)  # type: ignore[arg-type]


def counted(received: date, length: int, amendings: list[Amending]) -> date:
    """Count as a person does: a finger on the calendar, a day of 補正 is passed over."""
    day, count = received, 0
    while True:
        ahead = day + timedelta(days=1)
        if not any(one.done is not None and one.asked < ahead <= one.done for one in amendings):
            if count == length:
                return day
            count += 1
        day = ahead


@st.composite
def amendings_from(draw: st.DrawFn, received: date) -> list[Amending]:
    found: list[Amending] = []
    for _ in range(draw(st.integers(0, 4))):
        asked = received + timedelta(days=draw(st.integers(0, 90)))
        found.append(Amending(asked=asked, done=asked + timedelta(days=draw(st.integers(0, 40)))))
    return found


@given(st.data(), DATES, st.integers(1, 60))
def test_a_limit_is_found_by_counting_days(data: st.DataObject, received: date, length: int) -> None:
    amendings = data.draw(amendings_from(received))
    term = TERM.model_copy(update={"days": length})

    told = limits(term, received, amendings=tuple(amendings))

    assert told.limit == counted(received, length, amendings)


@given(st.data(), DATES, st.integers(0, 30), st.integers(0, 30))
def test_an_extension_in_time_is_counted_on(
    data: st.DataObject, received: date, after: int, more: int
) -> None:
    amendings = data.draw(amendings_from(received))

    told = limits(
        received=received,
        amendings=tuple(amendings),
        extension=Extension(decided=received + timedelta(days=after), days=more),
    )

    assert told.limit == counted(received, 30 + more, amendings)
    assert told.troubles == ()


@given(DATES, st.integers(1, 90))
def test_the_target_is_open_and_nothing_open_lies_between_it_and_the_limit(
    received: date, length: int
) -> None:
    told = limits(TERM.model_copy(update={"days": length}), received)

    assert told.limit is not None
    assert told.target is not None
    assert open_by_another_calendar(told.target)
    later = [told.target + timedelta(days=one + 1) for one in range((told.limit - told.target).days)]
    assert not any(open_by_another_calendar(one) for one in later)


@pytest.mark.parametrize(
    ("received", "limit", "target"),
    [
        pytest.param(
            date(2026, 12, 1), date(2026, 12, 31), date(2026, 12, 28), id="over the end of the year"
        ),
        pytest.param(date(2027, 4, 5), date(2027, 5, 5), date(2027, 4, 30), id="golden week"),
        pytest.param(date(2028, 1, 30), date(2028, 2, 29), date(2028, 2, 29), id="a leap day"),
        pytest.param(date(2027, 1, 30), date(2027, 3, 1), date(2027, 3, 1), id="no leap day"),
    ],
)
def test_ends_that_are_easily_got_wrong(received: date, limit: date, target: date) -> None:
    told = limits(received=received)

    assert (told.limit, told.target) == (limit, target)


def test_a_clock_that_waits_for_the_requester_stands_still() -> None:
    asked = RECEIVED + timedelta(days=10)

    told = limits(amendings=(Amending(asked=asked),))

    assert (told.limit, told.target, told.waiting_since) == (None, None, asked)


def test_asking_for_a_correction_after_the_end_stops_nothing() -> None:
    late = Amending(asked=RECEIVED + timedelta(days=31))

    assert limits(amendings=(late,)).limit == RECEIVED + timedelta(days=30)


@pytest.mark.parametrize(
    ("extension", "limit", "trouble"),
    [
        (Extension(decided=RECEIVED + timedelta(days=30), days=30), 60, ()),
        (Extension(decided=RECEIVED + timedelta(days=31), days=30), 30, (Trouble.EXTENDED_LATE,)),
        (Extension(decided=RECEIVED, days=31), 60, (Trouble.EXTENDED_TOO_LONG,)),
        (Extension(decided=RECEIVED, days=-5), 30, ()),
    ],
)
def test_an_extension_holds_as_far_as_it_may(
    extension: Extension, limit: int, trouble: tuple[Trouble, ...]
) -> None:
    told = limits(extension=extension)

    assert told.limit == RECEIVED + timedelta(days=limit)
    assert told.troubles == trouble


def test_a_large_request_is_answered_in_part_and_the_rest_on_the_day_that_was_told() -> None:
    rest = date(2027, 12, 1)
    split = Split(told=RECEIVED + timedelta(days=30), rest_until=rest)
    waited = (Amending(asked=RECEIVED, done=RECEIVED + timedelta(days=4)),)
    pausing = TERM.model_copy(update={"large": LargeRequest(days=60, pauses=True)})

    assert (limits(split=split).limit, limits(split=split).rest) == (RECEIVED + timedelta(days=60), rest)
    assert limits(split=split, amendings=waited).limit == RECEIVED + timedelta(days=60)
    assert limits(pausing, split=split, amendings=waited).limit == RECEIVED + timedelta(days=64)


def test_the_special_rule_needs_its_row_and_its_time() -> None:
    late = Split(told=RECEIVED + timedelta(days=31), rest_until=date(2027, 12, 1))
    without = TERM.model_copy(update={"large": None})

    told, none = limits(split=late), limits(without, split=late)

    assert (told.limit, told.rest, told.troubles) == (
        RECEIVED + timedelta(days=30),
        None,
        (Trouble.SPLIT_LATE,),
    )
    assert none.troubles == (Trouble.NO_SPECIAL_RULE,)
