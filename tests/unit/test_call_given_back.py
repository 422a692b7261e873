"""A call that we cannot serve is given back to the dialplan, with its announcement, and not before."""

from __future__ import annotations

import pytest

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Outcome, Phase, ServedBy
from tests.unit.call_scenes import (
    ARRIVED,
    CALL,
    CALLER,
    CALLER_GONE,
    LEGS,
    NOON,
    TO_ANNOUNCING,
    TO_CONNECTING,
    TO_JOINING,
    TO_TALKING,
    last,
    play,
    refused,
    timer,
)

BRIDGE = f"br-{CALL}"


def alarms(commands: object) -> list[str]:
    return [one.code for one in commands if isinstance(one, do.RaiseAlarm)]  # type: ignore[attr-defined]


def test_when_no_phone_could_even_be_asked_the_dialplan_serves_the_call() -> None:
    lost = [refused(on.Action.RING_OPERATOR, on.Refusal.TIMEOUT, leg) for leg in LEGS]
    call, asked = last(*TO_CONNECTING, *lost)

    assert (call.phase, call.served_by) == (Phase.RETURNED, ServedBy.DIALPLAN)
    assert do.ReturnToDialplan(leg=CALLER, announced=True) in asked


def test_a_join_that_we_fail_to_make_is_tried_again_and_then_left_to_the_dialplan() -> None:
    once = (*TO_JOINING, refused(on.Action.JOIN_LEGS, on.Refusal.FAILED))
    call, asked = last(*once)
    given_up, commands = last(*once, timer(on.Timer.JOIN))

    assert (call.phase, asked[0]) == (
        Phase.JOINING,
        do.JoinLegs(bridge=BRIDGE, caller=CALLER, operator=LEGS[0]),
    )
    assert given_up.phase is Phase.RETURNED
    assert commands[-2:] == (
        do.ReturnToDialplan(leg=CALLER, announced=True),
        do.RaiseAlarm(code="returned-to-dialplan"),
    )


@pytest.mark.parametrize(
    "news", [timer(on.Timer.ANSWER), refused(on.Action.ANSWER_CALLER, on.Refusal.CONFLICT, CALLER)]
)
def test_a_call_we_cannot_answer_is_served_by_the_dialplan_with_its_announcement(news: on.CallEvent) -> None:
    call, asked = last(ARRIVED, news)

    assert (call.phase, call.served_by) == (Phase.RETURNED, ServedBy.DIALPLAN)
    assert do.ReturnToDialplan(leg=CALLER, announced=False) in asked


def test_a_return_to_the_dialplan_that_fails_is_repeated_for_as_long_as_the_caller_waits() -> None:
    gave_back = (ARRIVED, timer(on.Timer.ANSWER))
    no = refused(on.Action.RETURN_TO_DIALPLAN, on.Refusal.TIMEOUT, CALLER)
    _, asked = last(*gave_back, no)
    call, again = last(*gave_back, no, timer(on.Timer.RETURN))

    assert isinstance(asked[0], do.SetTimer)
    assert alarms(asked) == ["return-refused"]
    assert again == (do.ReturnToDialplan(leg=CALLER, announced=False),)
    assert call.phase is Phase.RETURNED


def test_a_call_the_dialplan_has_already_taken_back_needs_nothing_more() -> None:
    call, asked = last(
        ARRIVED, timer(on.Timer.ANSWER), refused(on.Action.RETURN_TO_DIALPLAN, on.Refusal.CONFLICT, CALLER)
    )

    assert (call.phase, asked) == (Phase.RETURNED, ())


def test_a_call_the_dialplan_served_ends_with_an_outcome_nobody_claims_to_know() -> None:
    call, _ = play(ARRIVED, timer(on.Timer.ANSWER), CALLER_GONE)

    assert (call.phase, call.outcome) == (Phase.ENDED, Outcome.UNKNOWN)


def test_a_talk_that_ends_in_the_dialplan_s_hands_was_a_talk() -> None:
    parted = (*TO_TALKING, adopted(answered=LEGS[:1]))
    no = refused(on.Action.JOIN_LEGS, on.Refusal.FAILED)
    call, _ = play(*parted, no, no, CALLER_GONE)

    assert (call.served_by, call.outcome) == (ServedBy.DIALPLAN, Outcome.TALKED)


def test_a_call_whose_server_died_is_marked_interrupted() -> None:
    call, _ = play(*TO_TALKING, on.CallLost(at=NOON))
    early, _ = play(*TO_ANNOUNCING, on.CallLost(at=NOON))

    assert (call.phase, call.interrupted, call.outcome) == (Phase.ENDED, True, Outcome.TALKED)
    assert early.outcome is Outcome.UNKNOWN


def adopted(**found: object) -> on.Adopted:
    return on.Adopted(at=NOON, **{"caller_up": True, **found})  # type: ignore[arg-type]
