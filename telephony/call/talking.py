"""While people talk: marks and calls for help from the operator's phone, and either side may end the call.

Only the operator's keys mean anything; the caller's own digits do nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, OperatorLeg, Outcome, Phase, operator_leg
from telephony.call.ending import Step, end_hold, late_leg, release
from telephony.call.fetching import fetching
from telephony.call.holding import held, is_to_be_held
from telephony.call.ringing import ROUNDS_WHEN_TAKEN_OVER, find_again, talk
from telephony.call.transferring import consulting

DIGIT_GAP = timedelta(seconds=3)
"""A mark's digits belong together when no more than this lies between two of them."""


def talking(call: Call, event: on.CallEvent) -> Step | None:  # noqa: PLR0911  one return per case
    """Decide while caller and operator talk."""
    operator = call.operator
    aside = fetching(call, event) or consulting(call, event) or held(call, event)
    if aside is not None:
        return aside
    match event:
        case _ if operator is None:
            return None
        case on.OperatorHungUp(leg=leg) if leg == operator.leg:
            return release(call, Outcome.TALKED)
        case on.OperatorAnswered(leg=leg) | on.LegsJoined(operator=leg) if leg == operator.leg:
            return call, ()
        case on.LegsJoined(operator=leg) if any(one.leg == leg for one in call.operators):
            return call, (do.HangUpLeg(leg=leg),)
        case on.DigitPressed(leg=leg) if leg == operator.leg:
            return _digit(call, event, operator)
        case on.Adopted():
            if operator.leg in event.answered:
                return find_again(call, event)
            return release(call, Outcome.TALKED)
        case _:
            return late_leg(call, event)


def find_who_talks(call: Call, event: on.Adopted) -> Step | None:
    """Let whoever talks go on talking, whatever the journal still knows of how they came together."""
    if is_to_be_held(call, event):
        return None
    with_us = call.operator.leg if call.operator else None
    for leg in sorted(event.joined, key=lambda one: one != with_us):
        known = _name(call, leg)
        if known is not None:
            return _go_on(call, known, event)
    return None


def _go_on(call: Call, known: OperatorLeg, event: on.Adopted) -> Step:
    others = tuple(one for one in call.operators if one.leg != known.leg)
    hang_up = dict.fromkeys(
        (
            *(one.leg for one in others if one.state is not LegState.OVER),
            *(leg for leg in (*event.joined, *event.answered, *event.ringing) if leg != known.leg),
        )
    )
    here = replace(known, state=LegState.ANSWERED, cause=None)
    legs = tuple(here if one.leg == here.leg else replace(one, state=LegState.OVER) for one in call.operators)
    operators = legs if here in legs else (*legs, here)
    together, commands = talk(
        replace(call, operators=operators, phone_held_at=None, join_attempts=max(call.join_attempts, 1)),
        here,
        event,
    )
    # What was built aside is gone: they talk.
    _, aside = end_hold(call)
    ringing = aside
    if call.phase is Phase.CONNECTING:
        ringing = (do.StopRingback(leg=call.leg, playback=call.ringback), *aside)
    return together, (*commands, *ringing, *(do.HangUpLeg(leg=leg) for leg in hang_up))


def _name(call: Call, leg: LegId) -> OperatorLeg | None:
    for one in call.operators:
        if one.leg == leg:
            return one
    for phone in call.plan.phones:
        for number in range(1, ROUNDS_WHEN_TAKEN_OVER + 1):
            if operator_leg(call.id, phone, number) == leg:
                return OperatorLeg(leg=leg, phone=phone)
    return None


def _digit(call: Call, event: on.DigitPressed, operator: OperatorLeg) -> Step:
    late = call.digit_at is None or event.at - call.digit_at > DIGIT_GAP
    codes = (call.plan.mark_code, call.plan.help_code)
    digits = (("" if late else call.digits) + event.digit)[-max(1, *map(len, codes)) :]
    told = replace(call, digits="", digit_at=None)
    if call.plan.mark_code and digits.endswith(call.plan.mark_code):
        marked = replace(told, marks=call.marks + 1)
        return marked, (do.RecordMark(number=marked.marks, at=event.at),)
    if call.plan.help_code and digits.endswith(call.plan.help_code):
        asked = replace(told, help_calls=call.help_calls + 1, help_asked=(operator.phone, event.at))
        return asked, (do.AskForHelp(phone=operator.phone, at=event.at),)
    return replace(call, digits=digits, digit_at=event.at), ()
