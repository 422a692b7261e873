"""A call that another process of ours led before: what is found in Asterisk, and how it goes on."""

from __future__ import annotations

import pytest

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Outcome, Phase
from telephony.call.machine import advance
from tests.unit.call_scenes import (
    ARRIVED,
    CALL,
    CALLER,
    FIRST,
    LEGS,
    NOON,
    TO_ANNOUNCING,
    TO_CONNECTING,
    TO_JOINING,
    TO_TALKING,
    last,
    play,
)

BRIDGE = f"br-{CALL}"
HANG_UP_CALLER = do.HangUpLeg(leg=CALLER)


def adopted(**found: object) -> on.Adopted:
    return on.Adopted(at=NOON, **{"caller_up": True, **found})  # type: ignore[arg-type]


def test_people_who_talk_go_on_talking_when_our_process_is_new() -> None:
    before, _ = play(*TO_TALKING)

    after, asked = advance(before, adopted(answered=LEGS[:1], joined=LEGS[:1]))

    assert after == before
    assert asked == ()


@pytest.mark.parametrize("scene", [TO_ANNOUNCING, TO_CONNECTING, TO_JOINING])
def test_people_who_talk_go_on_talking_even_if_the_journal_lost_how_they_met(
    scene: tuple[on.CallEvent, ...],
) -> None:
    call, asked = last(*scene, adopted(answered=LEGS[:2], joined=LEGS[:1]))

    assert (call.phase, call.operator_phone) == (Phase.TALKING, FIRST)
    assert do.HangUpLeg(leg=LEGS[1]) in asked
    assert do.HangUpLeg(leg=LEGS[0]) not in asked


def test_people_parted_by_a_lost_bridge_are_joined_again() -> None:
    call, asked = last(*TO_TALKING, adopted(answered=LEGS[:1]))

    assert call.phase is Phase.JOINING
    assert do.JoinLegs(bridge=BRIDGE, caller=CALLER, operator=LEGS[0]) in asked


def test_a_caller_left_alone_by_the_operator_while_nobody_watched_is_released() -> None:
    call, asked = last(*TO_TALKING, adopted())

    assert (call.phase, call.outcome) == (Phase.RELEASING, Outcome.TALKED)
    assert asked[0] == HANG_UP_CALLER


def test_a_caller_who_may_not_have_heard_the_announcement_hears_it_again() -> None:
    call, asked = last(*TO_ANNOUNCING, adopted())

    assert call.phase is Phase.ANNOUNCING
    assert asked[:2] == (
        do.StopAnnouncement(playback=f"pb-{CALL}-1"),
        do.PlayAnnouncement(leg=CALLER, playback=f"pb-{CALL}-2", announcement="recording"),
    )


def test_phones_that_still_ring_go_on_ringing_and_one_answered_meanwhile_is_joined() -> None:
    ringing, asked = last(*TO_CONNECTING, adopted(ringing=LEGS[1:]))
    joined, commands = last(*TO_CONNECTING, adopted(answered=LEGS[1:2], ringing=LEGS[2:]))

    assert ringing.phase is Phase.CONNECTING
    assert not any(isinstance(one, do.RingOperator) for one in asked)
    assert do.HangUpLeg(leg=LEGS[0]) in asked  # in case it rings after all
    assert joined.phase is Phase.JOINING
    assert do.JoinLegs(bridge=BRIDGE, caller=CALLER, operator=LEGS[1]) in commands
    assert do.HangUpLeg(leg=LEGS[2]) in commands


def test_phones_that_no_longer_ring_are_rung_again() -> None:
    call, asked = last(*TO_CONNECTING, adopted())

    assert (call.phase, call.round) == (Phase.CONNECTING, 2)
    assert sum(isinstance(one, do.RingOperator) for one in asked) == 3


@pytest.mark.parametrize("scene", [(ARRIVED,), TO_ANNOUNCING, TO_CONNECTING, TO_JOINING, TO_TALKING])
def test_a_caller_who_hung_up_while_nobody_watched_leaves_no_operator_behind(
    scene: tuple[on.CallEvent, ...],
) -> None:
    call, asked = last(*scene, adopted(caller_up=False, answered=LEGS[:1], ringing=LEGS[1:]))

    assert call.phase is Phase.ENDED
    assert {do.HangUpLeg(leg=leg) for leg in LEGS} <= set(asked)


def test_a_phone_that_a_killed_process_had_given_up_but_not_yet_hung_up_is_hung_up_by_its_successor() -> None:
    call, asked = last(*TO_JOINING, adopted(answered=LEGS[:2]))

    assert call.phase is Phase.JOINING
    assert do.HangUpLeg(leg=LEGS[1]) in asked
    assert do.HangUpLeg(leg=LEGS[0]) not in asked


def test_a_stranger_among_the_found_legs_is_hung_up() -> None:
    stranger = LegId(f"op-{CALL}-other-9")
    _, asked = last(*TO_CONNECTING, adopted(answered=(stranger,), ringing=LEGS))

    assert do.HangUpLeg(leg=stranger) in asked
