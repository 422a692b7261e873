"""Whoever goes in the middle of it, citizen or process of ours: nobody is left alone, nothing is lost."""

from __future__ import annotations

import os
import signal

import pytest

from telephony.call.call import LegState, Outcome
from tests.fixtures_telephony import (
    CALLER,
    CALLER_TONE,
    FIRST,
    OPERATOR_TONE,
    SECOND,
)
from tests.talk_passed_on import SECOND_TONE, Talk, assert_track_follows_parties, bring_to, heard_by_caller

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


@pytest.mark.parametrize("state", ["held", "passed on", "asking", "asked"])
def test_a_caller_who_hangs_up_leaves_nothing_behind(talking: Talk, state: str) -> None:
    bring_to(talking, state)

    assert talking.hang_up().outcome is Outcome.TALKED
    assert all(one.state is LegState.OVER for one in talking.call.operators)


@pytest.mark.parametrize("state", ["held", "passed on", "asking", "asked"])
def test_a_process_that_dies_leaves_nobody_alone_with_the_music(talking: Talk, state: str) -> None:
    # The other process is there already, as in a city: a phone rings for seconds, a start may take as long.
    successor = talking.hall.telephony()
    bring_to(talking, state)
    since = len(talking.phones.lines)
    os.kill(talking.telephony.process.pid, signal.SIGKILL)
    talking.telephony.process.wait(10)
    talking.telephony = successor
    talking.telephony.hear(lambda line: line.startswith("city-"))  # it leads the call
    if state in ("passed on", "asking"):
        # The phone that rang for the dead process rings anew for who leads the call on.
        talking.phones.hear(f"{SECOND} over", since=since)
        talking.phones.hear(f"{SECOND} ringing", since=since)
        talking.picked_up(SECOND, SECOND_TONE)
    if state == "asking":
        talking.phones.hears(FIRST, SECOND_TONE)
    if state != "passed on":
        talking.phones.hears_something(CALLER)
        talking.order("resume" if state == "held" else "complete")
    moved = state != "held"
    last, tone = (SECOND, SECOND_TONE) if moved else (FIRST, OPERATOR_TONE)
    talking.phones.hears(CALLER, tone)
    talking.phones.hears(last, CALLER_TONE)

    call = talking.hang_up()
    assert (call.outcome, call.operator_phone) == (Outcome.TALKED, last)
    assert_track_follows_parties(talking.hall)


@pytest.mark.parametrize("way", ["asked", "passed on"])
def test_everybody_who_speaks_with_the_caller_is_on_the_recording(talking: Talk, way: str) -> None:
    bring_to(talking, way)
    if way == "asked":
        talking.order("complete")
    else:
        talking.picked_up(SECOND, SECOND_TONE)
    talking.phones.hears(CALLER, SECOND_TONE)
    talking.go_on()
    talking.hang_up()

    assert heard_by_caller(talking.hall, OPERATOR_TONE)
    assert heard_by_caller(talking.hall, SECOND_TONE)
