"""A supervisor becomes the call's operator: by order, or because the operator is gone. Pure.

Whoever stands with the caller, or nearly, stays with the caller: with the operator the caller does not lose
both. A caller who waits with music meanwhile is brought back, because nobody else would do it.
"""

from __future__ import annotations

from dataclasses import replace

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, OperatorLeg, Phase
from telephony.call.ending import Step
from telephony.call.guest import Guest, Mode
from telephony.call.holding import come_back
from telephony.call.orders import DONE


def heir(call: Call) -> Guest | None:
    """Name the supervisor who goes on when the operator is gone; None while somebody else will.

    A colleague who is asked (取次), or to whom the call is on its way, comes before a supervisor.
    """
    if call.phase not in (Phase.TALKING, Phase.JOINING) or call.consult is not None:
        return None
    if call.phase is Phase.JOINING and call.transfer and not call.transfer.returning:
        return None
    near = (one for one in call.guests if one.mode is Mode.BARGE or (one.up and one.wish is Mode.TAKE_OVER))
    return next(near, None)


def inherit(call: Call, guest: Guest, event: on.CallEvent) -> Step:
    """Let a supervisor go on for an operator who is gone, and bring the caller back to the talk."""
    mine, commands = succeed(call, guest, event)
    if call.phase is Phase.TALKING and call.held_since is None:
        return mine, commands
    together, joined = come_back(mine)
    # Also the operator's own phone may have had the caller hear music.
    quiet = () if call.held_at else (do.StopMusic(leg=call.leg),) if call.phone_held_at else ()
    return together, (*commands, *quiet, *joined)


def succeed(call: Call, guest: Guest, event: on.CallEvent) -> Step:
    """Make a supervisor the call's operator; the operator's leg is released."""
    left = [one for one in call.operators if one.state is not LegState.OVER]
    operators = tuple(replace(one, state=LegState.OVER) if one in left else one for one in call.operators)
    here = OperatorLeg(leg=guest.leg, phone=guest.phone, state=LegState.ANSWERED)
    guests = tuple(one for one in call.guests if one.leg != guest.leg)
    fetched = (do.CancelTimer(timer=on.Timer.CONSULT),) if call.consult else ()
    mine = replace(
        call,
        operators=(*operators, here),
        operator_phone=guest.phone,
        guests=guests,
        consult=None,
        phone_held_at=None,
    )
    enter = () if guest.mode is Mode.BARGE else (do.JoinGuest(leg=guest.leg, bridge=call.bridge),)
    words = (do.StopAnnouncement(playback=guest.words),) if guest.words else ()
    hang_ups = (do.HangUpLeg(leg=one.leg) for one in left)
    # With the operator goes the colleague whom the operator's phone was about to hand the caller to.
    commands = (*unhear(guest), *words, *enter, *fetched, *hang_ups, do.RemoveBridge(bridge=guest.bridge))
    return mine, (*commands, *concluded(guest, DONE, event))


def concluded(guest: Guest, result: str, event: on.CallEvent) -> tuple[do.Command, ...]:
    """Answer the order that a supervisor's being here is due to, if it waits for its answer."""
    return () if guest.order is None else (do.ConcludeOrder(order=guest.order, result=result, at=event.at),)


def unhear(guest: Guest) -> tuple[do.Command, ...]:
    """Take away what lets a supervisor hear the operator's leg."""
    return (do.HangUpLeg(leg=guest.snoop),) if guest.snoop else ()
