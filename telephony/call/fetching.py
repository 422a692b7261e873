"""A desk phone hands its caller to a colleague whom it has called by itself (REFER with Replaces). Pure.

The colleague's telephone is taken out of that call and becomes an operator's leg of this one: one call, one
recording. Until that is done nothing is taken apart, so whatever fails, both of the phone's calls go on.
"""

from __future__ import annotations

from dataclasses import replace

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Consult, LegState, OperatorLeg, Phase, operator_leg
from telephony.call.ending import Step
from telephony.call.orders import NOT_NOW, Decision, answered
from telephony.call.ringing import find_again
from telephony.call.transferring import LOST, leave_to_target

FETCH_SECONDS = 4
"""It takes Asterisk some hundredths of a second; a phone waits longer for the answer to its wish."""


def fetch(call: Call, event: on.ReferAsked) -> Step | None:
    """Decide a phone's wish to join its two calls; None for every other wish."""
    if not event.fetched:
        return None
    operator, phone = call.operator, next(iter(event.phones), None)
    possible = (
        call.phase is Phase.TALKING
        and operator is not None
        and event.leg == operator.leg
        and call.consult is None
        and call.outsider is None
        and phone is not None
        and phone != operator.phone
        and all(one.phone != phone for one in call.guests)
    )
    if not possible or phone is None:
        return call, (do.AnswerRefer(leg=event.leg, accepted=False),)
    number = call.round + 1
    leg, far = operator_leg(call.id, phone, number), LegId(event.far) if event.far else None
    colleague = OperatorLeg(leg=leg, phone=phone, far=far)
    asking = replace(
        call,
        round=number,
        operators=(*call.operators, colleague),
        consult=Consult(fetching=True),
        consult_result=None,
    )
    return asking, (
        do.FetchColleague(leg=leg, channel=event.fetched, far=event.far, seconds=FETCH_SECONDS),
        do.SetTimer(timer=on.Timer.CONSULT, seconds=float(FETCH_SECONDS)),
    )


def when_not_fetching(decision: Decision) -> Decision:
    """Refuse an order about a consultation while a phone hands over: that phone waits for its own answer."""

    def decide(call: Call, event: on.Ordered) -> Step:
        under_way = call.consult is not None and call.consult.fetching
        return answered(call, event, NOT_NOW) if under_way else decision(call, event)

    return decide


def fetching(call: Call, event: on.CallEvent) -> Step | None:
    """Decide what is particular while a colleague is fetched; None for everything that is as in a talk."""
    operator = call.operator
    if call.consult is None or not call.consult.fetching or operator is None:
        return None
    fetched = next((one.leg for one in call.operators if one.state is LegState.RINGING), None)
    match event:
        case on.OperatorAnswered(leg=leg) if leg == fetched:
            there = tuple(
                replace(one, state=LegState.CONSULTED) if one.leg == leg else one for one in call.operators
            )
            onward, commands = leave_to_target(replace(call, operators=there), operator)
            return onward, (do.AnswerRefer(leg=operator.leg, accepted=True), *commands)
        case on.OperatorHungUp(leg=leg) | on.ActionRefused(action=on.Action.RING_OPERATOR, leg=leg) if (
            leg is not None and leg == fetched
        ):
            return _given_up(call, operator.leg, leg)
        case on.TimerFired(timer=on.Timer.CONSULT) if fetched:
            return _given_up(call, operator.leg, fetched)
        case on.Adopted() if fetched and operator.leg in event.answered:
            alone, commands = _given_up(call, operator.leg, fetched)
            together, more = find_again(alone, event)
            return together, (*commands, *more)
        case _:
            return None


def to_the_phones(step: Step) -> Step:
    """Answer a fetched phone where it asked: its own channel is behind our leg."""
    call, commands = step
    far = {one.leg: one.far for one in call.operators if one.far is not None}
    if not far:
        return step
    return call, tuple(
        replace(one, leg=far.get(one.leg, one.leg)) if isinstance(one, do.AnswerRefer) else one
        for one in commands
    )


def _given_up(call: Call, operator: LegId, fetched: LegId) -> Step:
    legs = tuple(replace(one, state=LegState.OVER) if one.leg == fetched else one for one in call.operators)
    return replace(call, operators=legs, consult=None, consult_result=LOST), (
        do.CancelTimer(timer=on.Timer.CONSULT),
        do.HangUpLeg(leg=fetched),
        do.AnswerRefer(leg=operator, accepted=False),
    )
