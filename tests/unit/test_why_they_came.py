"""The one rule of why somebody called: what signals and figures knew apart, and in doubt it was the hall."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.caller_figures import caller_figures, one_person
from incidents.came import Came, OwedPromise, PastCall, why_they_came

NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OUTCOMES = st.sampled_from((None, "kaito", "hikitsugi", "orikaeshi", "tochu"))
TOLD = st.booleans()
OURS = ("sent_on", "asked_again", "passed_on", "by_us", "cut_off", "called_back")


def call(hours_ago: float, **known: object) -> PastCall:
    made = PastCall(
        at=NOW - hours_ago * HOUR, department="zeimu", seconds=600, answered=True, outcome="kaito"
    )
    return replace(made, **known)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("before", "now", "came"),
    [
        (call(20, sent_on=True), {"department": "shimin"}, Came.SENT),
        (call(20, sent_on=True), {}, Came.OWN),  # to another section, and they call the same one
        (call(26, sent_on=True), {"department": "shimin"}, Came.OWN),
        (call(70, asked_again=True), {}, Came.ASKED_TO),
        (call(70, asked_again=True), {"department": "shimin"}, Came.OWN),
        (call(80, asked_again=True), {}, Came.OWN),
        (call(70, by_us=True, answered=False), {"department": "shimin"}, Came.ASKED_TO),
        (call(20, passed_on=True), {}, Came.SENT),
        (call(20, outcome="tochu"), {}, Came.CUT_OFF),
        (call(20, outcome=None), {}, Came.UNKNOWN),
        (call(20, outcome=None, heard=True), {}, Came.OWN),
        (call(26, outcome=None), {}, Came.OWN),
        (call(200), {"called_back": True}, Came.ASKED_TO),
    ],
)
def test_a_call_is_read_by_what_is_known_of_the_one_before(
    before: PastCall, now: dict[str, object], came: Came
) -> None:
    assert why_they_came([before, call(0, **now)])[1] is came


def test_a_call_that_nobody_answered_explains_every_one_of_the_next_hours_and_the_next_one_of_the_day() -> (
    None
):
    missed = call(9, answered=False, outcome=None)

    assert why_they_came([missed, call(7), call(6.5), call(5)])[1:] == [
        Came.UNANSWERED, Came.UNANSWERED, Came.OWN,
    ]  # fmt: skip
    assert why_they_came([missed, call(1)])[1] is Came.UNANSWERED


def test_a_promise_is_broken_from_when_it_was_due_until_it_was_kept() -> None:
    promises = [
        OwedPromise(made_at=NOW - 30 * HOUR, due_at=NOW - 20 * HOUR, kept_at=NOW - 10 * HOUR),
        OwedPromise(made_at=NOW - 30 * HOUR, due_at=NOW - 15 * HOUR, kept_at=NOW - 6 * HOUR),
        OwedPromise(made_at=NOW - 2 * HOUR, due_at=NOW - 1 * HOUR),
    ]
    when = (25, 18, 12, 8, 4, 0.5)
    told = why_they_came([call(one) for one in when], promises)

    assert [one is Came.BROKEN_PROMISE for one in told] == [False, True, True, True, False, True]
    assert told == [
        Came.BROKEN_PROMISE if any(one.broken_at(NOW - hours * HOUR) for one in promises) else Came.OWN
        for hours in when
    ]


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=12, unique=True), st.data())
def test_whatever_more_is_known_of_us_no_call_becomes_more_their_own(
    minutes: list[int], data: st.DataObject
) -> None:
    calls = [
        call(one / 60, outcome=data.draw(OUTCOMES), **{data.draw(st.sampled_from(OURS)): data.draw(TOLD)})
        for one in sorted(minutes, reverse=True)
    ]
    which = data.draw(st.integers(0, len(calls) - 1))
    ours = data.draw(st.sampled_from(OURS))
    more = [replace(one, **{ours: True}) if at == which else one for at, one in enumerate(calls)]

    before, after = why_they_came(calls), why_they_came(more)

    for one, then, now in zip(more, before, after, strict=True):
        assert one.by_us or not now.counts or then.counts


def test_calls_of_ours_are_counted_nowhere_and_each_person_has_their_own() -> None:
    calls = [call(5, person="a"), call(4, by_us=True), call(3, person="b"), call(2, person="a"), call(1)]

    whole, hanako = caller_figures(calls, (), NOW)[0], caller_figures(calls, (), NOW, "a")[0]

    assert (whole.calls, whole.own, whole.because_of_us) == (4, 1, 3)
    assert (hanako.calls, hanako.own, hanako.seconds) == (2, 1, 1200)


@pytest.mark.parametrize(
    ("number", "shared", "person", "counts"),
    [
        (True, False, None, True), (True, False, "a", True),
        (True, True, None, False), (True, True, "a", True),
        (False, False, None, False), (False, False, "a", False), (False, True, "a", False),
    ],
)  # fmt: skip
def test_a_shared_number_is_one_person_only_where_somebody_said_who_and_a_class_never(
    number: bool, shared: bool, person: str | None, counts: bool
) -> None:
    assert one_person(number=number, shared=shared, person=person) is counts
