"""What supervisors may have of a call, what they are refused, and in which order things happen to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.ids import LegId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Outcome, Phase
from telephony.call.guest import Mode
from telephony.call.guest_stretches import GuestStretch, follow_guests
from telephony.call.machine import advance
from telephony.call.orders import (
    DONE,
    GONE,
    NO_ANNOUNCEMENT,
    NO_LISTENING,
    NOT_NOW,
    NOT_PLAYED,
    OWN_CALL,
    REMIND_HEAD,
    SOMEBODY_FIRST,
    UNKNOWN_PHONE,
)
from telephony.call.parties import Part, present
from tests.unit.call_scenes import CALL, LEGS, NOON, TO_TALKING, play
from tests.unit.test_call_guest_properties import BOSS, HEAD, SCENE

TALK = play(*SCENE)[0]
LEG = LegId(f"sv-{CALL}-{BOSS}~1")


def order(call: Call, kind: str, number: str = "o-1", **body: str) -> tuple[Call, tuple[do.Command, ...]]:
    return advance(call, on.Ordered(at=NOON, order=number, kind=kind, body=body))


def answer_of(commands: tuple[do.Command, ...]) -> str | None:
    return next((one.result for one in commands if isinstance(one, do.ConcludeOrder)), None)


def brought(mode: Mode) -> Call:
    call, _ = order(TALK, mode.value, phone=BOSS)
    call, _ = advance(call, on.OperatorAnswered(at=NOON, leg=LEG))
    if mode is Mode.BARGE:
        call, _ = advance(call, on.AnnouncementEnded(at=NOON, playback=f"pb-{CALL}-t1", played=True))
    return advance(call, on.GuestPlaced(at=NOON, leg=LEG))[0]


@pytest.mark.parametrize(
    ("plan", "kind", "phone", "expected"),
    [
        ({"mode": "never"}, "listen", BOSS, NO_LISTENING),
        ({"mode": "never"}, "take-over", BOSS, NO_LISTENING),
        ({}, "listen", PhoneId("somebody@trunk-denwa"), UNKNOWN_PHONE),
        ({}, "whisper", PhoneId("kokuho-1"), OWN_CALL),
        ({"barge_announcement": ""}, "barge", BOSS, NO_ANNOUNCEMENT),
        ({}, "take-over", HEAD, REMIND_HEAD),
    ],
)
def test_what_may_not_be_is_refused_with_its_reason_and_rings_nobody(
    plan: dict[str, str], kind: str, phone: PhoneId, expected: str
) -> None:
    assert TALK.arrival is not None
    arrival = replace(TALK.arrival, plan=replace(TALK.arrival.plan, **plan))  # type: ignore[arg-type]
    call, commands = order(replace(TALK, arrival=arrival), kind, phone=phone)

    assert answer_of(commands) == expected
    assert call.guests == ()
    assert not any(isinstance(one, do.RingOperator) for one in commands)


def test_somebody_with_power_of_decision_may_take_over_once_reminded() -> None:
    call, commands = order(TALK, "take-over", phone=HEAD, reminded="1")

    assert answer_of(commands) is None
    assert [one.phone for one in call.guests] == [HEAD]


def test_listening_begins_when_the_phone_was_picked_up_and_is_answered_when_it_is_there() -> None:
    call, commands = order(TALK, "listen", phone=BOSS)
    assert do.RingOperator(leg=LEG, phone=BOSS, caller_leg=TALK.leg, seconds=20) in commands

    call, commands = advance(call, on.OperatorAnswered(at=NOON, leg=LEG))
    (listen,) = commands
    assert isinstance(listen, do.ListenIn)
    assert (listen.operator, listen.whisper) == (LEGS[0], False)

    call, commands = advance(call, on.GuestPlaced(at=NOON, leg=LEG))
    assert answer_of(commands) == DONE
    assert present(call) == {LEGS[0]: (Part.OPERATOR, PhoneId("kokuho-1"))}


def test_a_whisper_is_another_snoop_after_the_first_is_gone() -> None:
    _, commands = order(brought(Mode.LISTEN), "whisper", "o-2", phone=BOSS)

    hung_up, whisper = commands
    assert hung_up == do.HangUpLeg(leg=LegId(f"sn-{CALL}-{BOSS}~1~1"))
    assert isinstance(whisper, do.ListenIn)
    assert (whisper.snoop, whisper.whisper) == (f"sn-{CALL}-{BOSS}~1~2", True)


def test_nobody_comes_in_when_the_caller_could_not_be_told() -> None:
    call, _ = order(brought(Mode.LISTEN), "barge", "o-2", phone=BOSS)
    call, commands = advance(call, on.AnnouncementEnded(at=NOON, playback=f"pb-{CALL}-t1", played=False))

    assert answer_of(commands) == NOT_PLAYED
    assert not any(isinstance(one, do.JoinGuest) for one in commands)
    assert [one.mode for one in call.guests] == [Mode.LISTEN]


def test_a_supervisor_in_the_talk_is_a_party_and_stays_with_the_caller_when_the_operator_hangs_up() -> None:
    call = brought(Mode.BARGE)
    assert present(call)[LEG] == (Part.SUPERVISOR, BOSS)

    call, commands = advance(call, on.OperatorHungUp(at=NOON, leg=LEGS[0]))
    assert call.phase is Phase.TALKING
    assert call.operator is not None
    assert (call.operator.leg, call.operator_phone) == (LEG, BOSS)
    assert do.HangUpLeg(leg=call.leg) not in commands

    call, _ = advance(call, on.OperatorHungUp(at=NOON, leg=LEG))
    assert (call.phase, call.outcome) == (Phase.RELEASING, Outcome.TALKED)


def test_who_takes_over_is_the_operator_and_the_operator_is_released_only_then() -> None:
    call, _ = order(TALK, "take-over", phone=BOSS)
    call, commands = advance(call, on.OperatorAnswered(at=NOON, leg=LEG))
    assert commands == (do.JoinGuest(leg=LEG, bridge=TALK.bridge),)

    call, commands = advance(call, on.GuestPlaced(at=NOON, leg=LEG))
    assert do.HangUpLeg(leg=LEGS[0]) in commands
    assert answer_of(commands) == DONE
    assert call.operator is not None
    assert (call.operator.leg, call.guests) == (LEG, ())


def test_a_supervisor_who_leaves_takes_the_snoop_and_the_bridge_along() -> None:
    call, commands = order(brought(Mode.LISTEN), "leave", "o-2", phone=BOSS)

    assert call.guests == ()
    assert [type(one) for one in commands] == [do.HangUpLeg, do.HangUpLeg, do.RemoveBridge, do.ConcludeOrder]
    assert answer_of(order(TALK, "leave", phone=BOSS)[1]) == GONE


def test_words_are_played_only_if_the_profile_allows_them_and_while_they_talk() -> None:
    _, commands = order(TALK, "say", announcement="keikoku")
    assert commands == (
        do.TellBoth(bridge=TALK.bridge, playback=f"pb-{CALL}-t1", announcement="keikoku", order="o-1"),
    )
    assert answer_of(order(TALK, "say", announcement="rokuon")[1]) == NO_ANNOUNCEMENT
    ringing, _ = play(*SCENE[:3])
    assert answer_of(order(ringing, "say", announcement="keikoku")[1]) == NOT_NOW


def test_the_caller_is_made_softer_on_the_operators_leg_alone() -> None:
    _, commands = order(TALK, "quieter", step="2")

    assert commands == (do.SetLoudness(leg=LEGS[0], step=2, order="o-1"),)


def test_who_was_with_the_operator_is_written_with_its_times() -> None:
    call = brought(Mode.WHISPER)
    (began,) = follow_guests((), call, NOON)
    assert began == GuestStretch(leg=LEG, phone=BOSS, mode=Mode.WHISPER, since=NOON)

    (ended,) = follow_guests((began,), play(*TO_TALKING)[0], NOON)
    assert ended.until == NOON


@pytest.mark.parametrize("during_words", [True, False])
def test_words_that_a_held_caller_did_not_hear_let_nobody_come_in(during_words: bool) -> None:
    call, _ = order(TALK, "barge", phone=BOSS)
    if during_words:
        call, _ = advance(call, on.OperatorAnswered(at=NOON, leg=LEG))
    call, told = order(call, "hold", number="o-2")
    if not during_words:
        call, told = advance(call, on.OperatorAnswered(at=NOON, leg=LEG))
    call, _ = order(call, "resume", number="o-3")
    call, _ = advance(call, on.LegsJoined(at=NOON, operator=LEGS[0]))
    call, after = advance(call, on.AnnouncementEnded(at=NOON, playback=f"pb-{CALL}-t1", played=True))

    assert NOT_NOW in [one.result for one in told if isinstance(one, do.ConcludeOrder)]
    assert call.guests == ()
    assert not any(isinstance(one, do.JoinGuest) for one in after)


def test_an_order_to_take_over_is_answered_also_when_the_operator_was_faster_to_go() -> None:
    call, _ = order(TALK, "take-over", phone=BOSS)
    call, _ = advance(call, on.OperatorAnswered(at=NOON, leg=LEG))
    call, commands = advance(call, on.OperatorHungUp(at=NOON, leg=LEGS[0]))

    assert call.operator_phone == BOSS
    assert answer_of(commands) == DONE


def test_of_two_who_are_asked_to_take_over_the_first_has_the_call_and_the_other_is_let_go() -> None:
    one, _ = order(TALK, "take-over", phone=BOSS)
    both, _ = order(one, "take-over", "o-2", phone=HEAD, reminded="1")
    late = next(guest for guest in both.guests if guest.phone == HEAD)
    call, _ = advance(both, on.OperatorAnswered(at=NOON, leg=LEG))
    call, commands = advance(call, on.GuestPlaced(at=NOON, leg=LEG))

    assert (call.operator_phone, call.guests) == (BOSS, ())
    assert do.HangUpLeg(leg=late.leg) in commands
    assert [(one.order, one.result) for one in commands if isinstance(one, do.ConcludeOrder)] == [
        ("o-1", DONE),
        ("o-2", SOMEBODY_FIRST),
    ]


@pytest.mark.parametrize("both_up", [False, True])
def test_whoever_goes_on_for_an_operator_who_hung_up_is_the_only_one(both_up: bool) -> None:
    one, _ = order(TALK, "take-over", phone=BOSS)
    both, _ = order(one, "take-over", "o-2", phone=HEAD, reminded="1")
    call, _ = advance(both, on.OperatorAnswered(at=NOON, leg=LEG))
    if both_up:
        call, _ = advance(call, on.OperatorAnswered(at=NOON, leg=both.guests[1].leg))
    call, commands = advance(call, on.OperatorHungUp(at=NOON, leg=LEGS[0]))

    assert (call.operator_phone, call.guests) == (BOSS, ())
    assert do.HangUpLeg(leg=both.guests[1].leg) in commands
