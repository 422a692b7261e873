"""How a call is held and comes back, step by step; with real telephones in passing_on/test_holding."""

from __future__ import annotations

from datetime import timedelta

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Outcome, Phase
from telephony.call.machine import advance
from telephony.call.orders import PHONE_HOLDS, OrderKind
from tests.unit.call_scenes import (
    CALLER,
    LEGS,
    NOON,
    TO_TALKING,
    last,
)
from tests.unit.passing_scenes import ASKED, BRIDGE, LATER, TO_ASKED, TO_HELD, is_with, ordered, result


def test_holding_takes_the_caller_out_and_coming_back_ends_the_music_before_the_join() -> None:
    held, commands = last(*TO_HELD)
    back, then = last(*TO_HELD, ordered(OrderKind.RESUME))

    assert do.HoldCaller(bridge=BRIDGE, leg=CALLER) in commands
    assert held.held_at == LATER
    assert then.index(do.StopMusic(leg=CALLER)) < then.index(
        do.JoinLegs(bridge=BRIDGE, caller=CALLER, operator=LEGS[0])
    )
    assert is_with(back, LEGS[0])


PHONE_HOLD = on.PhoneHeld(at=NOON, leg=LEGS[0])


def test_a_caller_whom_the_phone_holds_too_is_held_until_the_phone_comes_back() -> None:
    resumed = (*TO_TALKING, PHONE_HOLD, ordered(OrderKind.HOLD), ordered(OrderKind.RESUME))
    _, told = last(*resumed)
    together, _ = last(*resumed, on.LegsJoined(at=LATER, operator=LEGS[0]))
    refused, commands = last(*resumed, on.LegsJoined(at=LATER, operator=LEGS[0]), ordered(OrderKind.RESUME))
    back, _ = advance(together, on.PhoneResumed(at=LATER, leg=LEGS[0]))

    assert (together.phase, together.held_at, together.held_since) == (Phase.TALKING, None, NOON)
    assert (refused.held_since, result(told), result(commands)) == (NOON, PHONE_HOLDS, PHONE_HOLDS)
    assert back.held_since is None


def test_a_phone_that_comes_back_first_leaves_the_caller_to_our_own_hold() -> None:
    both = (*TO_TALKING, ordered(OrderKind.HOLD), PHONE_HOLD, on.PhoneResumed(at=LATER, leg=LEGS[0]))
    held, _ = last(*both)
    back, _ = last(*both, ordered(OrderKind.RESUME))

    assert held.held_since == LATER
    assert back.held_since is None


def test_a_colleague_who_takes_the_call_does_not_hold_it_with_the_phone_of_who_left() -> None:
    passed, _ = last(*TO_ASKED[:-3], PHONE_HOLD, *TO_ASKED[-3:], ordered(OrderKind.COMPLETE))
    found = on.Adopted(at=LATER, caller_up=True, answered=(ASKED,), joined=(ASKED,), holding=(LEGS[0],))
    led_on, _ = advance(passed, found)

    assert passed.held_since is None
    assert (led_on.phase, led_on.held_since) == (Phase.TALKING, None)


def test_a_process_that_takes_a_held_call_over_holds_it_on_or_lets_it_go() -> None:
    on_hold, again = last(*TO_HELD, on.Adopted(at=LATER, caller_up=True, answered=(LEGS[0],)))
    gone, _ = last(*TO_HELD, on.Adopted(at=LATER, caller_up=True))

    assert on_hold.held_at == LATER
    assert do.HoldCaller(bridge=BRIDGE, leg=CALLER) in again
    assert (gone.phase, gone.outcome) == (Phase.RELEASING, Outcome.TALKED)


def test_a_hold_that_was_written_down_and_not_done_is_done_by_who_leads_the_call_then() -> None:
    both = {"caller_up": True, "answered": (LEGS[0],), "joined": (LEGS[0],)}
    soon, again = last(*TO_HELD, on.Adopted(at=LATER + timedelta(seconds=4), **both))  # type: ignore[arg-type]
    talk, commands = last(*TO_HELD, on.Adopted(at=LATER + timedelta(minutes=1), **both))  # type: ignore[arg-type]

    assert (soon.phase, soon.held_at) == (Phase.TALKING, LATER)
    assert again == (do.HoldCaller(bridge=BRIDGE, leg=CALLER),)
    assert (talk.phase, talk.held_at) == (
        Phase.TALKING,
        None,
    )  # they talk again, and the disk did not take it
    assert not any(isinstance(one, do.HoldCaller) for one in commands)


def test_music_that_does_not_begin_brings_the_operator_back_and_is_told() -> None:
    refused = on.ActionRefused(at=LATER, action=on.Action.HOLD_CALLER, reason=on.Refusal.TIMEOUT, leg=CALLER)
    call, commands = last(*TO_HELD, refused)

    assert is_with(call, LEGS[0])
    assert do.RaiseAlarm(code="hold-failed") in commands
