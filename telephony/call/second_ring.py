"""Phones of a line that are asked second: at once when the others cannot take a call, or after some seconds.

Nobody is turned away for it: the line's whole time to ring stays what it was, and what is unsure (a process
that takes over, a second round, a call passed on to somebody) rings everybody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from core.ids import PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, OperatorLeg, operator_leg
from telephony.call.ending import Step


def asked_second(
    phones: tuple[PhoneId, ...], resting: Collection[PhoneId], free: Collection[PhoneId]
) -> tuple[PhoneId, ...]:
    """Return which phones of a line are asked second: those that rest, while another of the line is free.

    The last one is asked, never withheld.

    Args:
        phones: the line's
        resting: where somebody sits who asked for rest
        free: where somebody sits who talks with nobody and whose phone does not ring
    """
    other = any(one in free and one not in resting for one in phones)
    return tuple(one for one in phones if one in resting) if other else ()


def with_second(plan: on.LinePlan, second: tuple[PhoneId, ...], after: int) -> on.LinePlan:
    """Return a plan that asks some phones second, after so many seconds and no later than half way."""
    if not second:
        return plan
    return replace(plan, second=second, second_after=max(1, min(after, plan.ring_seconds // 2)))


def second_left(call: Call) -> tuple[PhoneId, ...]:
    """Return the phones of the line that this call has not rung yet."""
    if call.round != 1 or call.transfer:
        return ()
    rung = {one.phone for one in call.operators}
    return tuple(one for one in call.plan.phones if one in call.plan.second and one not in rung)


def when_second(call: Call) -> tuple[do.Command, ...]:
    """Limit the time until the others ring too."""
    if not second_left(call):
        return ()
    return (do.SetTimer(timer=on.Timer.SECOND, seconds=float(call.plan.second_after)),)


def ring_second(call: Call, *, anew: bool = False) -> Step:
    """Ring the phones that were not asked yet; ``anew``: the time to ring begins anew with it."""
    new = tuple(
        OperatorLeg(leg=operator_leg(call.id, phone, call.round), phone=phone, state=LegState.RINGING)
        for phone in second_left(call)
    )
    if not new:
        return call, ()
    seconds = call.plan.ring_seconds
    limit = (do.SetTimer(timer=on.Timer.RING, seconds=float(seconds)),) if anew else ()
    return replace(call, operators=(*call.operators, *new)), (
        do.CancelTimer(timer=on.Timer.SECOND),
        *(do.RingOperator(leg=one.leg, phone=one.phone, caller_leg=call.leg, seconds=seconds) for one in new),
        *limit,
    )
