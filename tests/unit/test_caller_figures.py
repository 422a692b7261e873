"""What the hall brought about itself never counts against whoever called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.caller_figures import Came, OwedPromise, PastCall, caller_figures, why_they_came

NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

CALLS = st.lists(
    st.builds(
        PastCall,
        at=st.integers(0, 45 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
        department=st.sampled_from(("zeimu", "fukushi", "kokuho")),
        seconds=st.integers(0, 7200),
        answered=st.booleans(),
        cut_off=st.booleans(),
        outcome=st.sampled_from((None, "answered", "hikitsugi", "orikaeshi")),
    ),
    max_size=30,
).map(lambda calls: sorted(calls, key=lambda call: call.at))


def call(hours_ago: float, **changed: object) -> PastCall:
    made = PastCall(
        at=NOW - hours_ago * HOUR, department="zeimu", seconds=600, answered=True, outcome="answered"
    )
    return replace(made, **changed)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("before", "came"),
    [
        (call(2), Came.OWN),
        (call(2, answered=False), Came.UNANSWERED),
        (call(2, cut_off=True), Came.CUT_OFF),
        (call(2, outcome="hikitsugi"), Came.SENT),
        (call(2, outcome="orikaeshi"), Came.CALL_BACK),
        (call(2, outcome=None), Came.UNKNOWN),
        (call(30, answered=False), Came.OWN),
    ],
)
def test_a_call_is_read_by_how_the_one_before_came_out(before: PastCall, came: Came) -> None:
    assert why_they_came([before, call(1)]) == [Came.OWN, came]


def test_five_calls_after_a_broken_promise_are_none_of_their_own_accord() -> None:
    five = [call(hours, department=f"d{hours}") for hours in (5, 4, 3, 2, 1)]

    kept = caller_figures(five, [OwedPromise(due_at=NOW - 9 * HOUR, kept_at=NOW - 8 * HOUR)], NOW)[0]
    broken = caller_figures(five, [OwedPromise(due_at=NOW - 9 * HOUR)], NOW)[0]

    assert (kept.own, len(kept.own_departments)) == (5, 5)
    assert (broken.calls, broken.own, broken.because_of_us, broken.own_departments) == (5, 0, 5, ())


@given(CALLS)
def test_every_call_stands_in_one_of_three_counts_and_longer_periods_hold_shorter_ones(
    calls: list[PastCall],
) -> None:
    told = caller_figures(calls, (), NOW)

    assert all(one.own + one.because_of_us + one.unknown == one.calls for one in told)
    assert all(set(one.own_departments) <= set(one.departments) for one in told)
    for shorter, longer in pairwise(told):
        assert shorter.calls <= longer.calls
        assert shorter.seconds <= longer.seconds
        assert shorter.own <= longer.own
    assert told[2].seconds == sum(one.seconds for one in calls if one.at >= NOW - timedelta(days=30))


@given(CALLS, st.integers(0, 29))
def test_no_fault_of_ours_makes_a_call_more_their_own(calls: list[PastCall], which: int) -> None:
    before = caller_figures(calls, (), NOW)
    worse = [replace(one, answered=False) if at == which else one for at, one in enumerate(calls)]

    after = caller_figures(worse, (), NOW)

    assert all(now.own <= then.own for now, then in zip(after, before, strict=True))
    assert all(not Came(one).counts for one in Came if one.because_of_us)


def test_calls_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="earliest first"):
        why_they_came([call(1), call(2)])
