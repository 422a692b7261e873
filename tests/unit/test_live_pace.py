"""When more is said than can be written down: quick guesses go first, then the calls that need it least."""

from __future__ import annotations

from core.ids import CallId
from storage.live_text import Following
from transcription.live.pace import Need, Pace

OLD, FLAGGED, HELP, YOUNG = (CallId(f"city-{one}.0") for one in "1234")
CALLS = [
    Need(call=OLD, helped=False, flagged=False),
    Need(call=FLAGGED, helped=False, flagged=True),
    Need(call=HELP, helped=True, flagged=False),
    Need(call=YOUNG, helped=False, flagged=False),
]


def after(pace: Pace, *, late: float, seconds: float, since: float = 100.0, calls: int = 4) -> Pace:
    """Go on for some seconds in which a sentence always waits that long."""
    for tenth in range(int(seconds * 10) + 1):
        pace = pace.judge(late, calls, since + tenth / 10)
    return pace


def test_a_machine_that_keeps_up_follows_every_call() -> None:
    pace = after(Pace(), late=0.4, seconds=60)

    assert set(pace.share(CALLS).values()) == {Following.ON}


def test_the_first_thing_left_out_are_quick_guesses() -> None:
    pace = after(Pace(), late=2.5, seconds=60)

    assert set(pace.share(CALLS).values()) == {Following.SLOW}


def test_then_the_youngest_of_the_calls_that_need_it_least_waits() -> None:
    pace = after(Pace(), late=7.0, seconds=5)

    assert pace.share(CALLS) == {
        HELP: Following.SLOW, FLAGGED: Following.SLOW, OLD: Following.SLOW, YOUNG: Following.WAITING,
    }  # fmt: skip


def test_the_call_that_needs_help_is_followed_to_the_last() -> None:
    pace = after(Pace(), late=30.0, seconds=120)

    followed = [call for call, state in pace.share(CALLS).items() if state is not Following.WAITING]
    assert followed == [HELP]
    assert pace.share(CALLS[:1]) == {OLD: Following.SLOW}


def test_after_a_calm_while_one_call_after_the_other_is_followed_again() -> None:
    pressed = after(Pace(), late=30.0, seconds=120)

    calm = after(pressed, late=0.2, seconds=10, since=300.0)
    assert calm.waiting == pressed.waiting - 1
    rested = after(calm, late=0.2, seconds=60, since=311.0)
    assert set(rested.share(CALLS).values()) == {Following.ON}


def test_calls_that_are_over_let_the_others_in_at_once() -> None:
    pressed = after(Pace(), late=30.0, seconds=120)

    assert pressed.judge(0.5, 1, 230.0).waiting == 0
