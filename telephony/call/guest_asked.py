"""The call is passed on to a telephone on which a supervisor is with this very call already. Pure.

Such a phone is not rung a second time: whoever has it in hand goes on with the leg that is there. Where
others ring as well, they ring without it; where it only rings so far, that ringing ends first.
"""

from __future__ import annotations

from dataclasses import replace

from core.ids import PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Consult, LegState, OperatorLeg, Phase
from telephony.call.ending import Step
from telephony.call.guest import Guest
from telephony.call.guests import drop
from telephony.call.orders import DONE, GONE, Decision
from telephony.call.ringing import JOIN_SECONDS
from telephony.call.succession import concluded, inherit, unhear
from telephony.call.transferring import TARGET, consult, refer, transfer


def transfer_to_who_is_there(call: Call, event: on.Ordered) -> Step:
    """Decide the order to pass the call on at once."""
    guest, phones = _there(call, _named(event))
    if guest is None or not guest.up:
        return _ring_the_others(call, event, guest, phones, transfer)
    mine, commands = inherit(call, guest, event)
    return mine, (*commands, _done(event))


def consult_who_is_there(call: Call, event: on.Ordered) -> Step:
    """Decide the order to ask a colleague before the call is passed on."""
    guest, phones = _there(call, _named(event))
    if guest is None or not guest.up or call.operator is None:
        return _ring_the_others(call, event, guest, phones, consult)
    asked = OperatorLeg(leg=guest.leg, phone=guest.phone, state=LegState.CONSULTED)
    aside = replace(
        call,
        held_at=call.held_at or event.at,
        operators=(*call.operators, asked),
        guests=tuple(one for one in call.guests if one.leg != guest.leg),
        consult=Consult(),
        consult_result=None,
    )
    words = (do.StopAnnouncement(playback=guest.words),) if guest.words else ()
    return aside, (
        *unhear(guest),
        *words,
        do.HoldCaller(bridge=call.bridge, leg=call.leg),
        do.LeaveBridge(bridge=call.bridge, leg=call.operator.leg),
        do.JoinConsult(bridge=call.consult_bridge, operator=call.operator.leg, target=guest.leg),
        do.RemoveBridge(bridge=guest.bridge),
        do.SetTimer(timer=on.Timer.CONSULT, seconds=JOIN_SECONDS),
        *concluded(guest, DONE, event),
        _done(event),
    )


def refer_to_who_is_there(call: Call, event: on.ReferAsked) -> Step | None:
    """Decide what a desk phone asks by SIP REFER."""
    asks = call.operator is not None and event.leg == call.operator.leg
    guest, phones = _there(call, event.phones) if asks else (None, event.phones)
    if guest is None:
        return refer(call, replace(event, phones=phones))
    if guest.up:
        mine, commands = inherit(call, guest, event)
        return mine, (do.AnswerRefer(leg=event.leg, accepted=True), *commands)
    alone, commands = drop(call, guest, GONE, event)
    onward = refer(alone, event)
    return None if onward is None else (onward[0], (*commands, *onward[1]))


def _there(call: Call, phones: tuple[PhoneId, ...]) -> tuple[Guest | None, tuple[PhoneId, ...]]:
    """Say which supervisor is asked for alone, and whom else to ring."""
    if call.phase is not Phase.TALKING or call.operator is None or call.consult is not None:
        return None, phones  # it is refused in any case
    guests = {one.phone: one for one in call.guests}
    phones = tuple(one for one in phones if one != call.operator.phone)
    others = tuple(one for one in phones if one not in guests)
    if others or not phones:
        return None, others
    return next((guests[one] for one in phones if guests[one].up), guests[phones[0]]), phones


def _ring_the_others(
    call: Call, event: on.Ordered, guest: Guest | None, phones: tuple[PhoneId, ...], decision: Decision
) -> Step:
    alone, commands = (call, ()) if guest is None else drop(call, guest, GONE, event)
    onward, more = decision(alone, replace(event, body={**event.body, TARGET: ",".join(phones)}))
    return onward, (*commands, *more)


def _named(event: on.Ordered) -> tuple[PhoneId, ...]:
    named = (one.strip() for one in event.body.get(TARGET, "").split(","))
    return tuple(PhoneId(one) for one in dict.fromkeys(named) if one)


def _done(event: on.Ordered) -> do.Command:
    return do.ConcludeOrder(order=event.order, result=DONE, at=event.at)
