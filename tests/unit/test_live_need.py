"""Which live call stands first: by what its operator needs, with words for why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.reading.live_need import Need, RunningClock, Weighed, weigh

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def needs(
    *clocks: RunningClock,
    talking: float | None = 3,
    help_since: datetime | None = None,
    judgement_since: datetime | None = None,
    answered_at: datetime | None = None,
) -> Weighed:
    return weigh(
        now=NOW,
        began=ago(5),
        talking_since=None if talking is None else ago(talking),
        help_since=help_since,
        judgement_since=judgement_since,
        clocks=clocks,
        long_after=timedelta(minutes=30),
        answered_at=answered_at,
    )


def started(kind: str, minutes: float, ask: float, due: float) -> RunningClock:
    began = ago(minutes)
    return RunningClock(
        kind=kind,
        started_at=began,
        ask_at=began + timedelta(minutes=ask),
        due_at=began + timedelta(minutes=due),
    )


def test_a_call_that_nobody_worries_about_needs_nothing_and_is_told_nothing() -> None:
    assert needs() == Weighed(need=Need.NONE, since=ago(5), why=())
    assert needs(talking=None).need is Need.NONE


@pytest.mark.parametrize(
    ("minutes", "need"),
    [(6.99, Need.NONE), (7.0, Need.JUDGEMENT), (14.9, Need.JUDGEMENT), (15.1, Need.JUDGEMENT)],
)
def test_a_deadlock_calls_those_who_judge_before_its_time_is_over(minutes: float, need: Need) -> None:
    assert needs(started("deadlock", minutes, 7, 15)).need is need


@pytest.mark.parametrize(
    ("minutes", "need"), [(29.9, Need.NONE), (30.0, Need.OVER_TIME), (45.0, Need.JUDGEMENT)]
)
def test_an_agreed_time_is_over_first_and_is_judged_a_quarter_of_an_hour_later(
    minutes: float, need: Need
) -> None:
    found = needs(started("agreed", minutes, 30, 45))

    assert found.need is need


def test_help_stands_before_everything_and_the_other_reasons_are_told_too() -> None:
    found = needs(started("deadlock", 9, 7, 15), talking=40, help_since=ago(1), judgement_since=ago(1))

    assert found.need is Need.HELP
    assert found.since == ago(1)
    assert found.why == (
        "応援を呼んでいます",
        "膠着から9分00秒。判断する人を呼んでいます",
        "対応を中止するかの判断を求めています",
        "通話が30分を超えています",
    )


def test_those_who_judge_are_called_from_the_first_reason_on_and_no_more_after_their_word() -> None:
    deadlock, agreed = started("deadlock", 9, 7, 15), started("agreed", 50, 30, 45)

    assert needs(deadlock, agreed, judgement_since=ago(1)).judge_since == ago(5)
    assert needs(deadlock, answered_at=ago(1)).judge_since is None
    assert needs(deadlock, answered_at=ago(1)).why == ()
    assert needs(deadlock, answered_at=ago(10)).judge_since == ago(2), "a word before the clock was started"
    assert needs(agreed, answered_at=ago(40)).judge_since == ago(5), "a word before the agreed time was over"
    assert needs(agreed, answered_at=ago(1)).why == ()


def test_words_of_an_agreed_time_say_by_how_much_it_is_over() -> None:
    assert needs(started("agreed", 46, 30, 45)).why == ("伝えた時間を15分超えました。判断を求めています",)


def test_in_a_disaster_nobody_is_told_that_a_call_is_long_but_whoever_asks_for_help_is_seen() -> None:
    def weighed(help_since: datetime | None) -> Need:
        return weigh(
            now=NOW,
            began=ago(90),
            talking_since=ago(80),
            help_since=help_since,
            judgement_since=None,
            clocks=(),
            long_after=None,
        ).need

    assert weighed(None) is Need.NONE
    assert weighed(ago(1)) is Need.HELP
