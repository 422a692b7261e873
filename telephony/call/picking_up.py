"""A colleague fetches the call from a phone that rings (代理応答). Pure.

The phones go on ringing until the colleague's is there: whatever fails, the citizen has lost nothing. Who
comes is an operator's leg like any other, so it is joined, recorded and shown as the phone that really talks.
"""

from __future__ import annotations

from dataclasses import replace

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, OperatorLeg, Phase, operator_leg
from telephony.call.ending import Step

FETCH_SECONDS = 4
"""It takes Asterisk some hundredths of a second; the phone that fetches waits five seconds."""


def can_be_fetched(call: Call, event: on.FetchAsked) -> bool:
    """Say whether the call rings at a phone that this one may fetch from."""
    return (
        call.phase is Phase.CONNECTING
        and any(one.state is LegState.RINGING and one.phone in event.rings_at for one in call.operators)
        # A supervisor's phone that is on this very call already goes on with the leg that is there.
        and all(one.phone != event.phone for one in call.guests)
    )


def pick_up(call: Call, event: on.FetchAsked) -> Step:
    """Bring the colleague's phone in; a wish that comes too late changes nothing."""
    if not can_be_fetched(call, event):
        return call, ()
    # Named by what was rung so far, not by rounds: fetching is no new round of the line's phones.
    leg = LegId(f"{operator_leg(call.id, event.phone)}~f{len(call.operators)}")
    colleague = OperatorLeg(leg=leg, phone=event.phone, far=LegId(event.far) if event.far else None)
    return replace(call, operators=(*call.operators, colleague)), (
        do.FetchColleague(leg=leg, channel=event.channel, far=event.far, seconds=FETCH_SECONDS),
    )
