"""休みと声かけ: when a rest ends, when people are reminded, and when nothing of it is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.profile.care import Care
from core.profile.draft import draft_of
from core.profile.rules_care import RULES
from incidents.care import SPEAK, Check, checks_of, forget_at, next_check, put_off, rest_until, waits

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CITY = Care()
rising = st.sets(st.integers(1, 100), min_size=1, max_size=6).map(lambda days: tuple(sorted(days)))


def test_the_superior_is_reminded_at_once_and_after_days_a_week_and_a_month() -> None:
    checks = checks_of(NOON, CITY)

    assert [one.days for one in checks] == [SPEAK, 3, 7, 30]
    assert [(one.due_at - NOON).days for one in checks] == [0, 3, 7, 30]
    assert rest_until(NOON, CITY) - NOON == timedelta(minutes=30)


def test_a_reminder_that_was_put_off_comes_again_and_one_that_was_answered_does_not() -> None:
    later = Check(days=SPEAK, due_at=NOON, put_off_until=put_off(NOON, CITY))
    done = Check(days=SPEAK, due_at=NOON, done_at=NOON)

    assert not waits(later, NOON + timedelta(hours=3))
    assert waits(later, NOON + timedelta(hours=4))
    assert not waits(done, NOON + timedelta(days=9))


def test_after_a_holiday_one_reminder_comes_and_not_three() -> None:
    shown = next_check(checks_of(NOON, CITY), NOON + timedelta(days=8))

    assert shown is not None
    assert shown.days == 7


@given(rising, st.integers(0, 200))
def test_nothing_is_shown_before_its_day(days: tuple[int, ...], passed: int) -> None:
    shown = next_check(checks_of(NOON, Care(check_days=days, forget_days=120)), NOON + timedelta(days=passed))

    assert shown is not None
    assert shown.days <= passed


def test_everything_is_forgotten_after_the_last_check() -> None:
    assert forget_at(NOON, CITY) > checks_of(NOON, CITY)[-1].due_at


def told(**care: object) -> list[str]:
    return [one.reason for rule in RULES for one in rule(draft_of({"care": care}))]


def test_a_profile_that_forgets_too_early_or_counts_backwards_is_told_so() -> None:
    assert told() == told(check_days=[2, 9], forget_days=10) == []
    assert "小さい順" in told(check_days=[7, 3])[0]
    assert "小さい順" in told(check_days=[0, 3])[0]
    assert "30日後に声をかける前に" in told(forget_days=30)[0]
    assert "60日後に声をかける前に" in told(check_days=[3, 60])[0]
