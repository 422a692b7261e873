"""One call, told as the town hall would tell it: what each turn makes of the call and asks of Asterisk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import LegState, Outcome, Phase, call_of_name, offered, operator_leg
from telephony.call.machine import UnexpectedEvent, advance, fold
from tests.unit.call_scenes import (
    ANSWERED,
    ARRIVED,
    CALL,
    CALLER,
    CALLER_GONE,
    FIRST,
    JOINED,
    LEGS,
    NOON,
    PICKED_UP,
    SECOND,
    TO_ANNOUNCING,
    TO_CONNECTING,
    TO_JOINING,
    TO_TALKING,
    TOLD,
    arrived,
    key,
    last,
    left,
    play,
    refused,
    timer,
)

BRIDGE = f"br-{CALL}"
HANG_UP_CALLER = do.HangUpLeg(leg=CALLER)


def test_an_arriving_caller_is_answered_at_once() -> None:
    call, asked = last(ARRIVED)

    assert call.phase is Phase.ANSWERING
    assert asked[0] == do.AnswerCaller(leg=CALLER)


def test_all_phones_of_the_line_ring_at_once_while_the_caller_hears_ringing() -> None:
    call, asked = last(*TO_CONNECTING)

    assert call.phase is Phase.CONNECTING
    assert (call.announcement_played, call.announced_at) == (True, TOLD.at)
    assert [one.leg for one in asked if isinstance(one, do.RingOperator)] == list(LEGS)
    assert do.StartRingback(leg=CALLER, playback=f"rb-{CALL}") in asked
    assert do.SetTimer(timer=on.Timer.RING, seconds=30.0) in asked


def test_the_first_to_answer_is_joined_and_the_other_phones_stop_ringing() -> None:
    call, asked = last(*TO_JOINING)

    assert call.phase is Phase.JOINING
    assert asked[:2] == (
        do.StopRingback(leg=CALLER, playback=f"rb-{CALL}"),
        do.JoinLegs(bridge=BRIDGE, caller=CALLER, operator=LEGS[0]),
    )
    assert {do.HangUpLeg(leg=LEGS[1]), do.HangUpLeg(leg=LEGS[2])} <= set(asked)


def test_whoever_answers_second_is_hung_up_and_nobody_else_is_disturbed() -> None:
    for scene in (TO_JOINING, TO_TALKING):
        before, _ = play(*scene)

        after, asked = advance(before, on.OperatorAnswered(at=NOON, leg=LEGS[1]))

        assert after == before
        assert asked == (do.HangUpLeg(leg=LEGS[1]),)


def test_once_joined_they_talk_and_the_call_knows_with_whom_and_since_when() -> None:
    call, _ = play(*TO_TALKING)

    assert call.phase is Phase.TALKING
    assert (call.operator_phone, call.connected_at) == (FIRST, NOON)


def test_when_the_caller_hangs_up_the_operator_is_released_and_nothing_is_left() -> None:
    call, asked = last(*TO_TALKING, CALLER_GONE)

    assert (call.phase, call.outcome, call.ended_at) == (Phase.ENDED, Outcome.TALKED, CALLER_GONE.at)
    assert asked == (do.HangUpLeg(leg=LEGS[0]), do.RemoveBridge(bridge=BRIDGE))


def test_when_the_operator_hangs_up_the_caller_is_released() -> None:
    call, asked = last(*TO_TALKING, left(LEGS[0], on.Cause.NORMAL))

    assert (call.phase, call.outcome) == (Phase.RELEASING, Outcome.TALKED)
    assert asked[0] == HANG_UP_CALLER
    assert fold(CALL, [*TO_TALKING, left(LEGS[0], on.Cause.NORMAL), CALLER_GONE]).phase is Phase.ENDED


@pytest.mark.parametrize("scene", [(ARRIVED,), TO_ANNOUNCING, TO_CONNECTING, TO_JOINING])
def test_a_caller_may_hang_up_at_any_time_before_an_operator_and_that_is_all(
    scene: tuple[on.CallEvent, ...],
) -> None:
    call, asked = play(*scene, CALLER_GONE)

    assert (call.phase, call.outcome) == (Phase.ENDED, Outcome.ABANDONED)
    rung = {one.leg for one in asked if isinstance(one, do.RingOperator)}
    assert rung == {one.leg for one in asked if isinstance(one, do.HangUpLeg)}


def test_a_phone_that_cannot_be_rung_does_not_keep_the_others_from_ringing() -> None:
    call, asked = last(*TO_CONNECTING, refused(on.Action.RING_OPERATOR, on.Refusal.FAILED, LEGS[0]))

    assert call.phase is Phase.CONNECTING
    assert [one.state for one in call.operators] == [LegState.OVER, LegState.RINGING, LegState.RINGING]
    assert asked == (do.HangUpLeg(leg=LEGS[0]),)


@pytest.mark.parametrize(
    "news",
    [
        refused(on.Action.JOIN_LEGS, on.Refusal.GONE, LEGS[0]),
        refused(on.Action.JOIN_LEGS, on.Refusal.GONE),
        left(LEGS[0], on.Cause.NORMAL),
    ],
)
def test_an_operator_who_vanishes_before_the_join_is_replaced_by_the_rest_of_the_line(
    news: on.CallEvent,
) -> None:
    call, asked = last(*TO_JOINING, news)

    assert (call.phase, call.round) == (Phase.CONNECTING, 2)
    assert [one.leg for one in asked if isinstance(one, do.RingOperator)] == [
        operator_leg(CALL, phone, 2) for phone in (SECOND, call.plan.phones[2])
    ]
    assert do.RemoveBridge(bridge=BRIDGE) in asked


def test_the_only_phone_of_a_line_is_rung_again_and_after_that_the_caller_is_told() -> None:
    alone = (arrived(phones=(FIRST,)), ANSWERED, TOLD, PICKED_UP, left(LEGS[0], on.Cause.NORMAL))
    again = operator_leg(CALL, FIRST, 2)
    call, _ = play(*alone)
    sorry, _ = play(*alone, on.OperatorAnswered(at=NOON, leg=again), left(again, on.Cause.NORMAL))

    assert (call.phase, [one.leg for one in call.operators]) == (Phase.CONNECTING, [LEGS[0], again])
    assert (sorry.phase, sorry.outcome) == (Phase.APOLOGISING, Outcome.NO_ANSWER)


def test_a_join_refused_because_the_caller_is_gone_ends_the_call() -> None:
    call, asked = last(*TO_JOINING, refused(on.Action.JOIN_LEGS, on.Refusal.GONE, CALLER))

    assert call.phase is Phase.ENDED
    assert do.HangUpLeg(leg=LEGS[0]) in asked


def test_star_one_from_the_operators_phone_places_a_mark_at_that_moment() -> None:
    star, one = key("*", seconds=60), key("1", seconds=60.4)
    call, asked = last(*TO_TALKING, star, one)

    assert asked == (do.RecordMark(number=1, at=one.at),)
    assert call.marks == 1


@pytest.mark.parametrize(
    "keys",
    [
        (key("*", leg=CALLER), key("1", leg=CALLER)),
        (key("*"), key("1", leg=CALLER)),
        (key("*"), key("1", seconds=3.1)),
        (key("1"), key("*")),
        (key("*"), key("2"), key("1")),
    ],
)
def test_nothing_else_places_a_mark(keys: tuple[on.CallEvent, ...]) -> None:
    call, asked = play(*TO_TALKING, *keys)

    assert call.marks == 0
    assert not any(isinstance(one, do.RecordMark) for one in asked)


def test_every_star_one_is_a_mark_of_its_own() -> None:
    call, asked = play(*TO_TALKING, key("*"), key("*"), key("1"), key("1"), key("*"), key("1"))

    assert call.marks == 2
    assert [one.number for one in asked if isinstance(one, do.RecordMark)] == [1, 2]


def adopted(**found: object) -> on.Adopted:
    return on.Adopted(at=NOON, **{"caller_up": True, **found})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scene", "event"),
    [
        ((), ANSWERED),
        ((), replace(ARRIVED, call="city-1.1")),
        ((), adopted()),
        ((ARRIVED,), ARRIVED),
        ((ARRIVED,), TOLD),
        (TO_ANNOUNCING, PICKED_UP),
        (TO_CONNECTING, on.OperatorAnswered(at=NOON, leg=LegId("op-somebody-else"))),
        (TO_TALKING, left(LegId("op-somebody-else"), on.Cause.NORMAL)),
        (TO_CONNECTING, JOINED),
    ],
)
def test_what_cannot_happen_is_refused_and_changes_nothing(
    scene: tuple[on.CallEvent, ...], event: on.CallEvent
) -> None:
    call, _ = play(*scene)

    with pytest.raises(UnexpectedEvent):
        advance(call, event)


@pytest.mark.parametrize(
    "event",
    [
        ANSWERED, TOLD, left(LEGS[0], on.Cause.NORMAL), CALLER_GONE, on.CallLost(at=NOON), key("*"),
        timer(on.Timer.RING), refused(on.Action.HANG_UP_LEG, on.Refusal.GONE, LEGS[0]),
    ],
)  # fmt: skip
def test_news_that_comes_after_the_end_is_taken_quietly(event: on.CallEvent) -> None:
    ended, _ = play(*TO_TALKING, CALLER_GONE)

    assert advance(ended, event) == (ended, ())


def test_a_phone_picked_up_after_the_end_is_hung_up() -> None:
    ended, _ = play(*TO_CONNECTING, CALLER_GONE)

    assert advance(ended, PICKED_UP) == (ended, (do.HangUpLeg(leg=LEGS[0]),))


def test_trouble_around_a_call_becomes_an_alarm_and_changes_nothing() -> None:
    for scene in ((), TO_TALKING, (*TO_TALKING, CALLER_GONE)):
        call, _ = play(*scene)

        assert advance(call, on.TroubleSeen(at=NOON, code="journal-late")) == (
            call,
            (do.RaiseAlarm(code="journal-late"),),
        )


@pytest.mark.parametrize(
    ("name", "call"),
    [
        (f"op-{CALL}-kokuho-1", CALL),
        (f"op-{CALL}-kokuho-1.5~2", CALL),
        (f"pb-{CALL}-3", CALL),
        (f"br-{CALL}", CALL),
        ("br-1795290506.12", "1795290506.12"),
        ("city-1795290506.0", None),
        ("op-", None),
        ("", None),
    ],
)
def test_a_name_tells_which_call_it_belongs_to(name: str, call: str | None) -> None:
    assert call_of_name(name) == call


def test_a_call_that_has_not_arrived_has_neither_leg_nor_plan() -> None:
    with pytest.raises(LookupError):
        _ = offered(CALL).leg
