"""A caller who loses the operator does not lose the supervisor who stands with them, whatever the moment."""

from __future__ import annotations

import pytest

from core.ids import LegId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, Phase
from telephony.call.guest import Mode
from telephony.call.machine import advance
from tests.unit.call_scenes import CALLER, LEGS, NOON, SECOND
from tests.unit.test_call_guest_properties import BOSS
from tests.unit.test_call_guests import LEG, TALK, answer_of, brought, order

GONE = on.OperatorHungUp(at=NOON, leg=LEGS[0])
JOIN_GONE = on.ActionRefused(
    at=NOON, action=on.Action.JOIN_LEGS, reason=on.Refusal.GONE, leg=LEGS[0], playback=None
)


def rung(commands: tuple[do.Command, ...]) -> list[PhoneId]:
    return [one.phone for one in commands if isinstance(one, do.RingOperator)]


def joined(commands: tuple[do.Command, ...]) -> list[LegId]:
    return [one.operator for one in commands if isinstance(one, do.JoinLegs)]


@pytest.mark.parametrize("by_phone", [False, True])
def test_a_held_caller_comes_back_to_the_supervisor_when_the_operator_hangs_up(by_phone: bool) -> None:
    call = brought(Mode.BARGE)
    held = advance(call, on.PhoneHeld(at=NOON, leg=LEGS[0])) if by_phone else order(call, "hold", "o-2")
    call, commands = advance(held[0], GONE)

    assert do.StopMusic(leg=CALLER) in commands
    assert joined(commands) == [LEG]
    assert do.HangUpLeg(leg=CALLER) not in commands
    call, _ = advance(call, on.LegsJoined(at=NOON, operator=LEG))
    assert (call.phase, call.operator_phone, call.held_since) == (Phase.TALKING, BOSS, None)


@pytest.mark.parametrize("news", [GONE, JOIN_GONE])
def test_an_operator_who_vanishes_while_coming_back_leaves_the_caller_to_the_supervisor(
    news: on.CallEvent,
) -> None:
    held, _ = order(brought(Mode.BARGE), "hold", "o-2")
    coming, _ = order(held, "resume", "o-3")
    assert coming.phase is Phase.JOINING
    call, commands = advance(coming, news)

    assert (call.phase, joined(commands)) == (Phase.JOINING, [LEG])
    assert call.guests == ()


def test_a_process_that_finds_the_operator_of_a_held_caller_gone_brings_the_supervisor() -> None:
    held, _ = order(brought(Mode.BARGE), "hold", "o-2")
    call, commands = advance(held, on.Adopted(at=NOON, caller_up=True, answered=(LEG,)))

    assert joined(commands)[-1:] == [LEG]
    assert (call.phase, call.held_since) == (Phase.JOINING, None)


def test_a_listener_is_no_heir_because_the_caller_was_told_of_nobody() -> None:
    call, commands = advance(brought(Mode.LISTEN), GONE)

    assert call.phase is Phase.RELEASING
    assert do.HangUpLeg(leg=CALLER) in commands


@pytest.mark.parametrize("reason", [on.Refusal.TIMEOUT, on.Refusal.CONFLICT])
def test_a_slow_telephone_server_does_not_cost_the_caller_the_supervisor_who_inherited(
    reason: on.Refusal,
) -> None:
    call, _ = order(brought(Mode.LISTEN), "take-over", "o-2", phone=BOSS)
    call, _ = advance(call, GONE)
    slow = on.ActionRefused(at=NOON, action=on.Action.JOIN_GUEST, reason=reason, leg=LEG)
    call, commands = advance(call, slow)

    assert (call.phase, joined(commands)) == (Phase.JOINING, [LEG])
    assert do.HangUpLeg(leg=CALLER) not in commands


def test_a_phone_that_holds_while_it_is_being_joined_is_known_to_hold() -> None:
    held, _ = order(TALK, "hold", "o-2")
    coming, _ = order(held, "resume", "o-3")
    coming, _ = advance(coming, on.PhoneHeld(at=NOON, leg=LEGS[0]))
    call, _ = advance(coming, on.LegsJoined(at=NOON, operator=LEGS[0]))
    assert call.held_since == NOON

    call, _ = advance(call, on.PhoneResumed(at=NOON, leg=LEGS[0]))
    assert call.held_since is None


def test_whoever_leads_on_a_consultation_lets_the_colleagues_phone_ring_anew() -> None:
    asking, _ = order(TALK, "consult", phones=SECOND)
    call, commands = advance(asking, on.Adopted(at=NOON, caller_up=True, answered=LEGS[:1]))

    assert (call.phase, rung(commands)) == (Phase.TALKING, [SECOND])
    assert call.consult is not None
    assert call.held_since == NOON
    assert [one.phone for one in call.operators if one.state is LegState.RINGING] == [SECOND]


def test_a_call_left_to_a_colleague_who_still_rang_rings_there_anew_when_its_process_died() -> None:
    asking, _ = order(TALK, "consult", phones=SECOND)
    call, commands = advance(asking, on.Adopted(at=NOON, caller_up=True))

    assert (call.phase, rung(commands)) == (Phase.CONNECTING, [SECOND])
    assert call.transfer is not None
    assert call.transfer.home == TALK.operator_phone


def passed(kind: str, how: Call) -> tuple[Call, tuple[do.Command, ...]]:
    if kind != "refer":
        return order(how, kind, "o-9", phones=BOSS)
    return advance(how, on.ReferAsked(at=NOON, leg=LEGS[0], phones=(BOSS,)))


@pytest.mark.parametrize("kind", ["transfer", "refer"])
@pytest.mark.parametrize("mode", [Mode.LISTEN, Mode.WHISPER, Mode.BARGE])
def test_a_call_passed_to_a_supervisor_who_is_on_it_goes_on_with_the_leg_that_is_there(
    kind: str, mode: Mode
) -> None:
    call, commands = passed(kind, brought(mode))

    assert rung(commands) == []
    assert call.operator is not None
    assert (call.operator.leg, call.operator_phone, call.guests) == (LEG, BOSS, ())
    assert do.HangUpLeg(leg=LEGS[0]) in commands
    assert (do.JoinGuest(leg=LEG, bridge=call.bridge) in commands) == (mode is not Mode.BARGE)
    assert answer_of(commands) == (None if kind == "refer" else "done")


@pytest.mark.parametrize("kind", ["transfer", "refer"])
def test_a_supervisors_phone_that_only_rings_so_far_rings_once(kind: str) -> None:
    coming, _ = order(TALK, "listen", phone=BOSS)
    call, commands = passed(kind, coming)

    assert do.HangUpLeg(leg=LEG) in commands
    assert rung(commands) == [BOSS]
    assert call.guests == ()


def test_where_several_phones_are_named_the_listeners_own_does_not_ring_a_second_time() -> None:
    call, commands = order(brought(Mode.LISTEN), "transfer", "o-9", phones=f"{BOSS},{SECOND}")

    assert rung(commands) == [SECOND]
    assert [one.phone for one in call.guests] == [BOSS]


def test_a_supervisor_who_listens_is_asked_aside_with_the_leg_that_is_there() -> None:
    call, commands = order(brought(Mode.LISTEN), "consult", "o-9", phones=BOSS)

    assert rung(commands) == []
    assert do.JoinConsult(bridge=call.consult_bridge, operator=LEGS[0], target=LEG) in commands
    call, _ = advance(call, on.ConsultJoined(at=NOON, target=LEG))
    assert call.consult is not None
    assert call.consult.joined
    call, commands = order(call, "complete", "o-10")
    assert joined(commands) == [LEG]


def test_a_call_is_not_passed_to_the_operators_own_phone_because_a_supervisor_listens() -> None:
    _, commands = order(brought(Mode.LISTEN), "transfer", "o-9", phones="kokuho-1")

    assert answer_of(commands) == "unknown-target"


def test_a_held_caller_whose_handing_over_died_with_its_process_hears_the_operator_and_no_music() -> None:
    held, _ = order(TALK, "hold", "o-2")
    handing, _ = advance(
        held, on.ReferAsked(at=NOON, leg=LEGS[0], phones=(SECOND,), fetched="PJSIP/x-00000001")
    )
    call, commands = advance(handing, on.Adopted(at=NOON, caller_up=True, answered=LEGS[:1]))

    assert (call.phase, call.held_since, joined(commands)) == (Phase.JOINING, None, [LEGS[0]])
    assert commands.index(do.StopMusic(leg=CALLER)) < next(
        place for place, one in enumerate(commands) if isinstance(one, do.JoinLegs)
    )
