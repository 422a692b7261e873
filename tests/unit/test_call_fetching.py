"""A desk phone hands its caller to a colleague it has called by itself: joined, or both calls go on."""

from __future__ import annotations

import pytest

from core.ids import PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import LegState, Phase, operator_leg
from telephony.call.stretches import aside_of
from tests.unit.call_scenes import CALL, CALLER, LEGS, NOON, PHONES, TO_TALKING, arrived, last, play, refused

COLLEAGUE = operator_leg(CALL, PHONES[1], 2)
WISH = on.ReferAsked(at=NOON, leg=LEGS[0], phones=(PHONES[1],), fetched=f"PJSIP/{PHONES[1]}-0000000b")
YES, NO = (do.AnswerRefer(leg=LEGS[0], accepted=accepted) for accepted in (True, False))
UP = on.OperatorAnswered(at=NOON, leg=COLLEAGUE)


def test_nothing_is_taken_apart_before_the_colleague_is_there() -> None:
    call, asked = last(*TO_TALKING, WISH)

    assert [type(one) for one in asked] == [do.FetchColleague, do.SetTimer]
    assert (call.phase, call.held_at, aside_of(call)) == (Phase.TALKING, None, None)


def test_the_colleague_is_joined_with_the_caller_and_the_phone_hears_yes() -> None:
    call, asked = last(*TO_TALKING, WISH, UP)

    assert asked.index(YES) < asked.index(do.HangUpLeg(leg=LEGS[0]))
    assert do.JoinLegs(bridge=call.bridge, caller=CALLER, operator=COLLEAGUE) in asked
    talk, _ = play(*TO_TALKING, WISH, UP, on.LegsJoined(at=NOON, operator=COLLEAGUE))
    assert (talk.phase, talk.operator_phone) == (Phase.TALKING, PHONES[1])


@pytest.mark.parametrize(
    "failure",
    [
        on.OperatorHungUp(at=NOON, leg=COLLEAGUE),
        refused(on.Action.RING_OPERATOR, on.Refusal.TIMEOUT, leg=COLLEAGUE),
        on.TimerFired(at=NOON, timer=on.Timer.CONSULT),
    ],
)
def test_whatever_fails_the_talk_goes_on_and_the_phone_hears_no(failure: on.CallEvent) -> None:
    call, asked = last(*TO_TALKING, WISH, failure)

    assert NO in asked
    assert do.HangUpLeg(leg=COLLEAGUE) in asked
    assert do.HangUpLeg(leg=LEGS[0]) not in asked
    assert (call.phase, call.consult, call.consult_result) == (Phase.TALKING, None, "lost")
    assert [one.state for one in call.operators if one.leg == COLLEAGUE] == [LegState.OVER]


def test_a_phone_that_hangs_up_at_once_still_leaves_the_caller_to_the_colleague() -> None:
    gone = on.OperatorHungUp(at=NOON, leg=LEGS[0])

    call, _ = play(*TO_TALKING, WISH, gone)
    assert call.phase is Phase.CONNECTING
    _, asked = last(*TO_TALKING, WISH, gone, UP)

    assert do.JoinLegs(bridge=call.bridge, caller=CALLER, operator=COLLEAGUE) in asked


@pytest.mark.parametrize("phones", [(), (PHONES[0],)])
def test_a_wish_that_names_nobody_or_the_phone_itself_is_refused(phones: tuple[()]) -> None:
    wish = on.ReferAsked(at=NOON, leg=LEGS[0], phones=phones, fetched="PJSIP/x-0000000b")

    assert last(*TO_TALKING, wish)[1] == (NO,)


def test_a_process_that_died_meanwhile_leaves_caller_and_operator_together() -> None:
    found = on.Adopted(at=NOON, caller_up=True, answered=(LEGS[0], COLLEAGUE), joined=(LEGS[0],))

    call, asked = last(*TO_TALKING, WISH, found)

    assert (call.phase, call.consult) == (Phase.TALKING, None)
    assert do.HangUpLeg(leg=COLLEAGUE) in asked
    assert call.operator is not None
    assert call.operator.leg == LEGS[0]


@pytest.mark.parametrize("kind", ["take-back", "complete"])
def test_while_the_colleague_is_fetched_the_console_orders_nothing_that_leaves_the_phone_waiting(
    kind: str,
) -> None:
    before, _ = play(*TO_TALKING, WISH)
    order = on.Ordered(at=NOON, order="o", kind=kind)

    assert last(*TO_TALKING, WISH, order) == (
        before,
        (do.ConcludeOrder(order="o", result="not-now", at=NOON),),
    )


def test_a_supervisor_who_takes_over_meanwhile_is_not_left_waiting_for_the_colleague() -> None:
    scene = (arrived(desk_phones=(*PHONES, PhoneId("shidosha"))), *TO_TALKING[1:])
    over = on.Ordered(at=NOON, order="o", kind="take-over", body={"phone": "shidosha"})
    calling, _ = play(*scene, over)
    mine = calling.guests[0].leg
    entering = (over, on.OperatorAnswered(at=NOON, leg=mine), WISH, on.GuestPlaced(at=NOON, leg=mine))

    call, asked = last(*scene, *entering)

    assert (call.consult, call.operator and call.operator.leg) == (None, mine)
    assert {do.HangUpLeg(leg=COLLEAGUE), do.CancelTimer(timer=on.Timer.CONSULT)} <= set(asked)
    ended, _ = play(*scene, *entering, on.OperatorHungUp(at=NOON, leg=mine))
    assert ended.phase is Phase.RELEASING
