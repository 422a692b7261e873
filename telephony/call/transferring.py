"""How a call is passed on: at once (転送), or after a word with the colleague (取次). It stays the same call.

The caller is never left alone: who is passed on hears ringing, and when nobody there takes the call it comes
back to the phone it came from. A colleague who is asked first talks with the operator alone, in a bridge of
their own, while the caller hears music; two operators are never with the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from core.ids import LegId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.absence import GONE, absence
from telephony.call.call import Call, Consult, LegState, OperatorLeg, Phase, Transfer, operator_leg
from telephony.call.ending import Step, end_hold, stop_waiting
from telephony.call.holding import come_back
from telephony.call.orders import DONE, NOT_NOW, UNKNOWN_TARGET, answered
from telephony.call.ringing import JOIN_SECONDS, ROUNDS_WHEN_TAKEN_OVER, ring

TARGET = "phones"
"""In an order's body: the phones it names, with commas between; resolved from the profile (`targets`)."""

TAKEN_BACK = "taken-back"
PASSED_ON = "passed-on"
LOST = "lost"


def transfer(call: Call, event: on.Ordered) -> Step:
    """Decide the order to pass the call on at once."""
    operator, phones = call.operator, _targets(call, event.body)
    if call.phase is not Phase.TALKING or operator is None or call.consult:
        return answered(call, event, NOT_NOW)
    if not phones:
        return answered(call, event, UNKNOWN_TARGET)
    onward, commands = _pass_on(call, operator, phones)
    return onward, (*commands, _done(event))


def refer(call: Call, event: on.CallEvent) -> Step | None:
    """Decide what a desk phone asks by SIP REFER; one we cannot follow is refused, and the talk goes on."""
    operator = call.operator
    if not isinstance(event, on.ReferAsked):
        return None
    phones = tuple(one for one in event.phones if operator and one != operator.phone)
    possible = call.phase is Phase.TALKING and operator is not None and event.leg == operator.leg
    if not possible or operator is None or call.consult or call.outsider or not phones:
        return call, (do.AnswerRefer(leg=event.leg, accepted=False),)
    onward, commands = _pass_on(call, operator, phones)
    return onward, (do.AnswerRefer(leg=event.leg, accepted=True), *commands)


def consult(call: Call, event: on.Ordered) -> Step:
    """Decide the order to ask a colleague before the call is passed on. The caller is held meanwhile."""
    operator, phones = call.operator, _targets(call, event.body)
    if call.phase is not Phase.TALKING or operator is None or call.consult:
        return answered(call, event, NOT_NOW)
    if not phones:
        return answered(call, event, UNKNOWN_TARGET)
    held = replace(call, held_at=call.held_at or event.at, consult_result=None)
    asking, commands = _ring_aside(held, operator, phones)
    return asking, (*_aside(call, operator), *commands, _done(event))


def complete(call: Call, event: on.Ordered) -> Step:
    """Decide the order to leave the call to the colleague; the caller waits for one who still rings."""
    operator = call.operator
    if call.phase is not Phase.TALKING or operator is None or call.consult is None:
        return answered(call, event, NOT_NOW)
    onward, commands = leave_to_target(call, operator)
    return onward, (do.HangUpLeg(leg=operator.leg), *commands, _done(event))


def take_back(call: Call, event: on.Ordered) -> Step:
    """Decide the order to give the consultation up and come back to the caller."""
    if call.phase is not Phase.TALKING or call.operator is None or call.consult is None:
        return answered(call, event, NOT_NOW)
    back, commands = _back(call, TAKEN_BACK)
    return back, (*commands, _done(event))


def consulting(call: Call, event: on.CallEvent) -> Step | None:
    """Decide what is particular while a colleague is asked; None for everything that is as in a talk."""
    operator = call.operator
    if call.consult is None or operator is None:
        return None
    match event:
        case on.OperatorHungUp(leg=leg) if leg == operator.leg:
            return leave_to_target(call, operator)
        case on.TimerFired(timer=on.Timer.CONSULT) if not call.consult.joined:
            return _back(call, LOST if call.consulted else "no-answer")
        case on.Adopted():
            return _found_again(call, operator, event)
        case _:
            return _while_ringing(call, operator, event) or _while_talking_aside(call, event)


def _while_ringing(call: Call, operator: OperatorLeg, event: on.CallEvent) -> Step | None:
    match event:
        case on.OperatorAnswered(leg=leg) if _rings(call, leg):
            return _talk_aside(call, operator, leg)
        case on.OperatorHungUp(leg=leg, cause=cause) if _rings(call, leg):
            return _fewer(call, leg, cause)
        case on.ActionRefused(action=on.Action.RING_OPERATOR, leg=leg) if leg and _rings(call, leg):
            onward, commands = _fewer(call, leg, on.Cause.UNREACHABLE)
            return onward, (do.HangUpLeg(leg=leg), *commands)
        case _:
            return None


def _while_talking_aside(call: Call, event: on.CallEvent) -> Step | None:
    target = call.consulted
    match event:
        case _ if target is None or call.consult is None:
            return None
        case on.ConsultJoined(target=leg) if leg == target.leg:
            return replace(call, consult=Consult(joined=True)), (do.CancelTimer(timer=on.Timer.CONSULT),)
        case on.OperatorHungUp(leg=leg, cause=cause) if leg == target.leg:
            return _back(_over(call, {leg}, cause), GONE)
        case on.ActionRefused(action=on.Action.JOIN_CONSULT) if not call.consult.joined:
            return _back(call, LOST)
        case _:
            return None


def _pass_on(call: Call, operator: OperatorLeg, phones: tuple[PhoneId, ...]) -> Step:
    # What is told afterwards is what became of this, not of a colleague who was asked before.
    leaving = replace(call, transfer=Transfer(home=operator.phone, phones=phones), consult_result=None)
    return ring(leaving, phones)


def leave_to_target(call: Call, operator: OperatorLeg) -> Step:
    """Let the operator leave: whoever was asked takes the call, or the caller waits for who may answer."""
    target = call.consulted
    left = _over(call, {operator.leg}, on.Cause.NORMAL)
    ringing = tuple(one.phone for one in left.operators if one.state is LegState.RINGING)
    here, aside = end_hold(call)
    passing = replace(
        left,
        held_at=here.held_at,
        phone_held_at=here.phone_held_at,
        consult=None,
        consult_result=PASSED_ON,
        transfer=Transfer(home=operator.phone, phones=(target.phone,) if target else ringing),
    )
    if target is None:
        return replace(passing, phase=Phase.CONNECTING, join_attempts=0), (
            *stop_waiting(call),
            *aside,
            do.RemoveBridge(bridge=call.bridge),
            do.StartRingback(leg=call.leg, playback=call.ringback),
            do.SetTimer(timer=on.Timer.RING, seconds=float(call.plan.ring_seconds)),
        )
    taking = tuple(
        replace(one, state=LegState.ANSWERED) if one.leg == target.leg else one for one in passing.operators
    )
    return replace(passing, phase=Phase.JOINING, operators=taking, join_attempts=1), (
        *stop_waiting(call),
        # Nobody who leaves may hear the caller again, and the two who stay are put together at once.
        do.HangUpLeg(leg=operator.leg),
        *aside,
        do.JoinLegs(bridge=call.bridge, caller=call.leg, operator=target.leg),
        do.SetTimer(timer=on.Timer.JOIN, seconds=JOIN_SECONDS),
    )


def _talk_aside(call: Call, operator: OperatorLeg, leg: LegId) -> Step:
    others = {one.leg for one in call.operators if one.state is LegState.RINGING and one.leg != leg}
    fewer = _over(call, others, None)
    operators = tuple(
        replace(one, state=LegState.CONSULTED) if one.leg == leg else one for one in fewer.operators
    )
    return replace(fewer, operators=operators), (
        # Ringing first ends, or Asterisk would hold the operator's leg back.
        do.StopRingback(leg=operator.leg, playback=call.consult_ringback),
        do.JoinConsult(bridge=call.consult_bridge, operator=operator.leg, target=leg),
        *(do.HangUpLeg(leg=one) for one in others),
        do.SetTimer(timer=on.Timer.CONSULT, seconds=JOIN_SECONDS),
    )


def _fewer(call: Call, leg: LegId, cause: on.Cause) -> Step:
    fewer = _over(call, {leg}, cause)
    if fewer.consulted or any(one.state is LegState.RINGING for one in fewer.operators):
        return fewer, ()
    return _back(fewer, absence(cause))


def _back(call: Call, result: str) -> Step:
    return come_back(replace(call, consult_result=result))


def _found_again(call: Call, operator: OperatorLeg, event: on.Adopted) -> Step:
    """Go on after a process died or was cut off, from what is still there; the caller is still held."""
    open_legs = [one for one in call.operators if one.state in (LegState.RINGING, LegState.CONSULTED)]
    there = sorted(
        (one for one in open_legs if one.leg in event.answered),
        key=lambda one: one.state is not LegState.CONSULTED,
    )
    ringing = [one for one in open_legs if one.leg in event.ringing]
    keep = there[:1] or ringing
    silent = {one.leg for one in open_legs if one not in keep}
    # Phones that rang for the process before fell silent with it: they ring anew, for us.
    anew = not keep and call.consulted is None and call.round < ROUNDS_WHEN_TAKEN_OVER
    rang = tuple(one.phone for one in open_legs) if anew else ()
    fewer = _over(call, silent, on.Cause.NO_ANSWER)
    if there:
        first = there[0].leg
        operators = tuple(
            replace(one, state=LegState.CONSULTED) if one.leg == first else one for one in fewer.operators
        )
        fewer = replace(fewer, operators=operators)
    hang_up = tuple(do.HangUpLeg(leg=leg) for leg in silent)
    if operator.leg in event.answered:
        if rang:
            again, commands = _ring_aside(fewer, operator, rang)
            return again, (*hang_up, *_aside(call, operator), *commands)
        if not keep:
            back, commands = _back(fewer, LOST)
            return back, (*hang_up, *commands)
        wait = (
            (
                do.StopRingback(leg=operator.leg, playback=call.consult_ringback),
                do.JoinConsult(bridge=call.consult_bridge, operator=operator.leg, target=there[0].leg),
                do.SetTimer(timer=on.Timer.CONSULT, seconds=JOIN_SECONDS),
            )
            if there
            else _wait_for_target(call, operator)
        )
        again = replace(fewer, consult=Consult())
        return again, (*hang_up, *_aside(call, operator), *wait)
    if keep:
        onward, commands = leave_to_target(fewer, operator)
        return onward, (*hang_up, *commands)
    if rang:
        passing = Transfer(home=operator.phone, phones=rang)
        onward, commands = ring(replace(fewer, transfer=passing, consult_result=PASSED_ON), rang)
        return onward, (*hang_up, *commands)
    home = Transfer(home=operator.phone, phones=(operator.phone,), returning=True)
    onward, commands = ring(replace(fewer, transfer=home, consult_result=LOST), home.phones)
    return onward, (*hang_up, *commands)


def _ring_aside(call: Call, operator: OperatorLeg, phones: tuple[PhoneId, ...]) -> Step:
    number = call.round + 1
    new = tuple(OperatorLeg(leg=operator_leg(call.id, one, number), phone=one) for one in phones)
    asking = replace(call, round=number, operators=(*call.operators, *new), consult=Consult())
    return asking, (
        *(
            do.RingOperator(leg=one.leg, phone=one.phone, caller_leg=call.leg, seconds=call.plan.ring_seconds)
            for one in new
        ),
        *_wait_for_target(call, operator),
    )


def _aside(call: Call, operator: OperatorLeg) -> tuple[do.Command, ...]:
    """Part operator and caller: the caller to the music, the operator out of their bridge."""
    return (
        do.HoldCaller(bridge=call.bridge, leg=call.leg),
        do.LeaveBridge(bridge=call.bridge, leg=operator.leg),
    )


def _wait_for_target(call: Call, operator: OperatorLeg) -> tuple[do.Command, ...]:
    return (
        do.StartRingback(leg=operator.leg, playback=call.consult_ringback),
        do.SetTimer(timer=on.Timer.CONSULT, seconds=float(call.plan.ring_seconds)),
    )


def _over(call: Call, legs: Collection[LegId], cause: on.Cause | None) -> Call:
    operators = tuple(
        replace(one, state=LegState.OVER, cause=cause or one.cause) if one.leg in legs else one
        for one in call.operators
    )
    return replace(call, operators=operators)


def _rings(call: Call, leg: LegId) -> bool:
    return any(one.leg == leg and one.state is LegState.RINGING for one in call.operators)


def _targets(call: Call, body: Mapping[str, str]) -> tuple[PhoneId, ...]:
    own = call.operator.phone if call.operator else None
    named = [one.strip() for one in body.get(TARGET, "").split(",")]
    return tuple(PhoneId(one) for one in dict.fromkeys(named) if one and one != own)


def _done(event: on.Ordered) -> do.Command:
    return do.ConcludeOrder(order=event.order, result=DONE, at=event.at)
