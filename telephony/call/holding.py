"""While the caller waits with music (保留): ordered from the console, or done by the operator's own phone.

The recording goes on, and the stretch is marked. The caller is held only as long as somebody of the hall is
there to come back; whoever is left alone is taken back, passed on or let go. Both kinds may stand at
once: then the caller hears music until both have ended, and only the phone itself ends its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Outcome, Phase
from telephony.call.ending import Step, drop_operators, end_hold, release, stop_waiting
from telephony.call.orders import DONE, NOT_NOW, PHONE_HOLDS, answered
from telephony.call.ringing import JOIN_SECONDS

UNDONE_HOLD = timedelta(seconds=10)
"""So long a hold may have been written down and not done: its process died or froze in between. A caller who
is found with the operator later than that was fetched back, and the disk did not take it."""


def hold(call: Call, event: on.Ordered) -> Step:
    """Decide the order to hold the caller."""
    if call.phase is not Phase.TALKING or call.operator is None or call.held_at is not None:
        return answered(call, event, NOT_NOW)
    return (
        replace(call, held_at=event.at),
        (do.HoldCaller(bridge=call.bridge, leg=call.leg), _done(event)),
    )


def resume(call: Call, event: on.Ordered) -> Step:
    """Decide the order to come back to the caller. While the phone holds too, its own key must be pressed."""
    if call.phase is not Phase.TALKING or call.held_since is None or call.consult:
        return answered(call, event, NOT_NOW)
    result = PHONE_HOLDS if call.phone_held_at else DONE
    if call.held_at is None:
        return answered(call, event, result)
    back, commands = come_back(call)
    return answered(back, event, result, *commands)


def come_back(call: Call) -> Step:
    """Put caller and operator together again, whatever was built aside; both are up."""
    operator = call.operator
    if operator is None:
        return release(call, Outcome.TALKED)
    here, aside = end_hold(call)
    alone, hang_ups = drop_operators(here, keep=operator.leg)
    return replace(alone, phase=Phase.JOINING, join_attempts=1, phone_held_at=call.phone_held_at), (
        *stop_waiting(call),
        *hang_ups,
        *aside,
        do.JoinLegs(bridge=call.bridge, caller=call.leg, operator=operator.leg),
        do.SetTimer(timer=on.Timer.JOIN, seconds=JOIN_SECONDS),
    )


def phone_hold(call: Call, event: on.CallEvent) -> Step | None:
    """Note that the operator's own phone holds the caller, or came back; Asterisk does the rest."""
    operator = call.operator
    if operator is None:
        return None
    match event:
        case on.PhoneHeld(leg=leg) if leg == operator.leg:
            return replace(call, phone_held_at=call.phone_held_at or event.at), ()
        case on.PhoneResumed(leg=leg) if leg == operator.leg:
            return replace(call, phone_held_at=None), ()
        case _:
            return None


def found_held(call: Call, event: on.Adopted, step: Step | None) -> Step | None:
    """Believe the operator's phone about its own hold: what it did meanwhile is never told again."""
    if step is None or step[0].operator is None:
        return step
    onward, commands = step
    leg = step[0].operator.leg
    before = call.phone_held_at if call.operator and call.operator.leg == leg else None
    return replace(onward, phone_held_at=(before or event.at) if leg in event.holding else None), commands


def is_to_be_held(call: Call, event: on.Adopted) -> bool:
    """Say whether the caller was just about to be held: what is said now is not for them to hear."""
    operator = call.operator
    if call.phase is not Phase.TALKING or operator is None or call.held_at is None:
        return False
    alone = call.consult is None and call.outsider is None
    return alone and operator.leg in event.joined and event.at - call.held_at <= UNDONE_HOLD


def held(call: Call, event: on.CallEvent) -> Step | None:
    """Decide what is particular while we hold the caller; None for everything that is as in a talk."""
    operator = call.operator
    if operator is None or call.held_at is None:
        return None
    match event:
        case on.ActionRefused(action=on.Action.HOLD_CALLER, reason=reason) if reason is not on.Refusal.GONE:
            # Neither in the bridge nor with music would be silence: back to the operator.
            back, commands = come_back(call)
            return back, (*commands, do.RaiseAlarm(code="hold-failed"))
        case on.Adopted() if operator.leg in event.answered and call.consult is None:
            return call, (do.HoldCaller(bridge=call.bridge, leg=call.leg),)
        case _:
            return None


def _done(event: on.Ordered) -> do.Command:
    return do.ConcludeOrder(order=event.order, result=DONE, at=event.at)
