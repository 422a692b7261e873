"""How a call is passed on, asked about or not, step by step; with real telephones in passing_on."""

from __future__ import annotations

import pytest

from core.ids import LegId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import LegState, Outcome, Phase, operator_leg
from telephony.call.orders import DONE, NOT_NOW, UNKNOWN_TARGET, OrderKind
from telephony.call.stretches import aside_of
from tests.unit.call_scenes import (
    CALL,
    CALLER,
    FIRST,
    LEGS,
    SECOND,
    THIRD,
    TO_TALKING,
    last,
    left,
    timer,
)
from tests.unit.passing_scenes import (
    ASIDE,
    ASKED,
    BRIDGE,
    HOME_AGAIN,
    LATER,
    OTHER,
    TO_ASKED,
    TO_ASKING,
    TO_HELD,
    TO_PASSED_ON,
    answered,
    is_with,
    joined_with,
    ordered,
    result,
)


@pytest.mark.parametrize(
    ("scene", "order"),
    [
        (TO_TALKING, OrderKind.RESUME),
        (TO_HELD, OrderKind.HOLD),
        (TO_TALKING, OrderKind.COMPLETE),
        (TO_TALKING, OrderKind.TAKE_BACK),
        (TO_ASKING, OrderKind.RESUME),
        (TO_ASKING, OrderKind.CONSULT),
        (TO_ASKED, OrderKind.TRANSFER),
        (TO_PASSED_ON, OrderKind.HOLD),
    ],
)
def test_what_cannot_be_done_now_is_said_and_changes_nothing(
    scene: tuple[on.CallEvent, ...], order: OrderKind
) -> None:
    before, _ = last(*scene)
    call, commands = last(*scene, ordered(order, THIRD))

    assert (call, result(commands)) == (before, NOT_NOW)


@pytest.mark.parametrize("kind", [OrderKind.TRANSFER, OrderKind.CONSULT])
@pytest.mark.parametrize("phones", [(), (FIRST,)])
def test_a_call_is_passed_on_to_nobody_and_not_to_oneself(
    kind: OrderKind, phones: tuple[PhoneId, ...]
) -> None:
    call, commands = last(*TO_TALKING, ordered(kind, *phones))

    assert (call.phase, result(commands)) == (Phase.TALKING, UNKNOWN_TARGET)


def test_an_operator_who_passes_on_is_free_at_once_and_the_caller_hears_ringing() -> None:
    call, commands = last(*TO_PASSED_ON)

    assert do.HangUpLeg(leg=LEGS[0]) in commands
    assert do.StartRingback(leg=CALLER, playback=f"rb-{CALL}") in commands
    assert [one.phone for one in commands if isinstance(one, do.RingOperator)] == [SECOND]
    assert (call.phase, result(commands)) == (Phase.CONNECTING, DONE)


@pytest.mark.parametrize("news", [left(ASKED, on.Cause.BUSY), timer(on.Timer.RING)])
def test_what_nobody_takes_rings_at_home_again_and_only_then_there_is_an_apology(news: on.CallEvent) -> None:
    coming, commands = last(*TO_PASSED_ON, news)
    sorry, _ = last(*TO_PASSED_ON, news, timer(on.Timer.RING))

    assert [one.leg for one in commands if isinstance(one, do.RingOperator)] == [HOME_AGAIN]
    assert coming.phase is Phase.CONNECTING
    assert (sorry.phase, sorry.outcome) == (Phase.APOLOGISING, Outcome.TALKED)


@pytest.mark.parametrize(
    ("news", "why"),
    [
        ((left(ASKED, on.Cause.BUSY),), "busy"),
        ((left(ASKED, on.Cause.UNREACHABLE),), "unreachable"),
        ((timer(on.Timer.RING),), "no-answer"),
        ((answered(ASKED), left(ASKED, on.Cause.NORMAL)), "gone"),
    ],
)
def test_a_call_that_comes_back_says_why(news: tuple[on.CallEvent, ...], why: str) -> None:
    coming, _ = last(*TO_PASSED_ON, *news)
    back, _ = last(*TO_PASSED_ON, *news, answered(HOME_AGAIN), on.LegsJoined(at=LATER, operator=HOME_AGAIN))

    assert (aside_of(coming), coming.consult_result) == ("coming-back", why)
    assert (back.phase, back.operator_phone, back.consult_result) == (Phase.TALKING, FIRST, why)


def test_of_several_phones_what_rang_says_most_and_what_was_asked_before_says_nothing() -> None:
    to_two = (*TO_ASKING, left(ASKED, on.Cause.BUSY), on.LegsJoined(at=LATER, operator=LEGS[0]))
    second, third = operator_leg(CALL, SECOND, 3), operator_leg(CALL, THIRD, 3)
    passed_on = (*to_two, ordered(OrderKind.TRANSFER, SECOND, THIRD))
    ringing, _ = last(*passed_on)
    coming, _ = last(*passed_on, left(second, on.Cause.UNREACHABLE), timer(on.Timer.RING))
    away, _ = last(*passed_on, left(second, on.Cause.UNREACHABLE), left(third, on.Cause.BUSY))

    assert ringing.consult_result is None
    assert (coming.consult_result, away.consult_result) == ("no-answer", "busy")


def test_a_colleague_is_asked_aside_and_the_caller_hears_nothing_of_it() -> None:
    asking, commands = last(*TO_ASKING)
    asked, then = last(*TO_ASKING, answered(ASKED))

    assert do.HoldCaller(bridge=BRIDGE, leg=CALLER) in commands
    assert do.LeaveBridge(bridge=BRIDGE, leg=LEGS[0]) in commands
    assert do.JoinConsult(bridge=ASIDE, operator=LEGS[0], target=ASKED) in then
    assert asking.operator == asked.operator
    assert asked.consulted is not None


def test_of_several_colleagues_the_first_to_answer_is_asked() -> None:
    call, commands = last(*TO_TALKING, ordered(OrderKind.CONSULT, SECOND, THIRD), answered(OTHER))

    assert do.HangUpLeg(leg=ASKED) in commands
    assert call.consulted is not None
    assert call.consulted.phone == THIRD


@pytest.mark.parametrize("how", [ordered(OrderKind.COMPLETE), left(LEGS[0], on.Cause.NORMAL)])
def test_the_asked_colleague_takes_the_call_when_the_operator_leaves(how: on.CallEvent) -> None:
    call, commands = last(*TO_ASKED, how)

    assert commands.index(do.HangUpLeg(leg=LEGS[0])) < commands.index(
        do.JoinLegs(bridge=BRIDGE, caller=CALLER, operator=ASKED)
    )
    assert is_with(call, ASKED)
    assert call.consult_result == "passed-on"


def test_a_colleague_who_hangs_up_before_the_join_gives_the_call_back_to_its_phone() -> None:
    call, commands = last(*TO_ASKED, ordered(OrderKind.COMPLETE), left(ASKED, on.Cause.NORMAL))

    assert [one.phone for one in commands if isinstance(one, do.RingOperator)] == [FIRST]
    assert call.phase is Phase.CONNECTING


@pytest.mark.parametrize(
    ("scene", "news", "why"),
    [
        (TO_ASKING, left(ASKED, on.Cause.BUSY), "busy"),
        (TO_ASKING, left(ASKED, on.Cause.UNREACHABLE), "unreachable"),
        (TO_ASKING, timer(on.Timer.CONSULT), "no-answer"),
        (TO_ASKED, left(ASKED, on.Cause.NORMAL), "gone"),
        (TO_ASKED, ordered(OrderKind.TAKE_BACK), "taken-back"),
    ],
)
def test_an_operator_without_a_colleague_is_back_with_the_caller_and_told_why(
    scene: tuple[on.CallEvent, ...], news: on.CallEvent, why: str
) -> None:
    call, commands = last(*scene, news)

    assert is_with(call, LEGS[0])
    assert joined_with(commands) == LEGS[0]
    assert call.consult_result == why
    assert all(one.state is LegState.OVER for one in call.operators if one.leg != LEGS[0])


def test_an_operator_who_hangs_up_while_it_rings_leaves_the_caller_with_the_ringing() -> None:
    call, commands = last(*TO_ASKING, left(LEGS[0], on.Cause.NORMAL))

    assert do.StopMusic(leg=CALLER) in commands
    assert do.StartRingback(leg=CALLER, playback=f"rb-{CALL}") in commands
    assert do.HangUpLeg(leg=ASKED) not in commands
    assert call.phase is Phase.CONNECTING


@pytest.mark.parametrize(
    ("found", "phase", "with_whom"),
    [
        (on.Adopted(at=LATER, caller_up=True, answered=(LEGS[0], ASKED)), Phase.TALKING, LEGS[0]),
        (on.Adopted(at=LATER, caller_up=True, answered=(LEGS[0],)), Phase.JOINING, LEGS[0]),
        (on.Adopted(at=LATER, caller_up=True, answered=(ASKED,)), Phase.JOINING, ASKED),
        (on.Adopted(at=LATER, caller_up=True), Phase.CONNECTING, None),
    ],
)
def test_whoever_leads_a_consultation_on_leaves_no_caller_alone_with_the_music(
    found: on.Adopted, phase: Phase, with_whom: LegId | None
) -> None:
    call, commands = last(*TO_ASKED, found)

    assert call.phase is phase
    assert (call.operator.leg if call.operator else None) == with_whom
    assert (call.held_at is None) == (do.StopMusic(leg=CALLER) in commands)


def test_a_desk_phone_that_names_nobody_is_refused_and_talks_on() -> None:
    before, _ = last(*TO_TALKING)
    call, commands = last(*TO_TALKING, on.ReferAsked(at=LATER, leg=LEGS[0]))

    assert call == before
    assert commands == (do.AnswerRefer(leg=LEGS[0], accepted=False),)


@pytest.mark.parametrize("kind", [OrderKind.TAKE_BACK, OrderKind.COMPLETE])
def test_music_that_a_dead_process_left_on_ends_before_anybody_is_joined(kind: OrderKind) -> None:
    found = on.Adopted(at=LATER, caller_up=True, answered=(LEGS[0], ASKED))
    call, commands = last(*TO_ASKED, ordered(kind), found)

    assert call.operator is not None
    join = next(number for number, one in enumerate(commands) if isinstance(one, do.JoinLegs))
    assert do.StopMusic(leg=CALLER) in commands[:join]
    assert do.StopRingback(leg=call.operator.leg, playback=f"rb-{CALL}-consult") in commands[:join]
