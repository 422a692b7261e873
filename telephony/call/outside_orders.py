"""What may be ordered of people from outside the hall, at the console or by a desk phone. Pure.

The profile says whom a line's operators may bring in. With somebody from outside in it a call is passed on to
nobody: they would be left with the caller alone, or with a colleague who knows nothing of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.profile.recording import RecordingMode
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.bringing_in import SLACK_SECONDS, drop
from telephony.call.call import Call, Phase
from telephony.call.ending import Step
from telephony.call.orders import (
    DONE,
    GONE,
    NO_ANNOUNCEMENT,
    NO_LISTENING,
    NOT_NOW,
    OUTSIDE_NOT_ALLOWED,
    OUTSIDE_THERE,
    Decision,
    OrderKind,
    answered,
)
from telephony.call.outside import Outsider, outside_leg

PARTY, SEALED, FIRST = "party", "sealed", "first"
"""In an order's body: who of the profile, the sealed number, and ``1`` to talk with them alone first."""

LET_GO = "let-go"


def bring_in(call: Call, event: on.Ordered) -> Step:
    """Decide the order to call somebody outside the hall into the talk."""
    reason = refusal(call, event.body)
    if reason is not None:
        return answered(call, event, reason)
    ringing, commands = _ring(call, event, by=event.by, body=event.body)
    return ringing, (*commands, do.ConcludeOrder(order=event.order, result=DONE, at=event.at))


def bring_in_by_phone(call: Call, event: on.ReferAsked) -> Step | None:
    """Bring in whom a desk phone wanted to pass the call on to, if that is somebody outside the hall.

    The phone is told no: the caller is not handed over to people outside, the operator stays with them.
    """
    operator = call.operator
    body = {PARTY: event.party, SEALED: event.sealed, FIRST: "1"}
    if not event.sealed or operator is None or event.leg != operator.leg or refusal(call, body):
        return None
    ringing, commands = _ring(call, event, by=None, body=body)
    return ringing, (do.AnswerRefer(leg=event.leg, accepted=False), *commands)


def let_go(call: Call, event: on.Ordered) -> Step:
    """Decide the order to end the talk with whoever was brought in."""
    if call.outsider is None:
        return answered(call, event, GONE)
    alone, commands = drop(call, call.outsider, LET_GO, event)
    return alone, (*commands, do.ConcludeOrder(order=event.order, result=DONE, at=event.at))


def alone_with_caller(decision: Decision) -> Decision:
    """Refuse to pass a call on while somebody from outside is in it: they would be left without the hall."""

    def decide(call: Call, event: on.Ordered) -> Step:
        return answered(call, event, OUTSIDE_THERE) if call.outsider else decision(call, event)

    return decide


def refusal(call: Call, body: Mapping[str, str]) -> str | None:
    """Say why nobody can be called into the talk now; None if they can."""
    plan, party = call.plan, body.get(PARTY, "")
    if plan.mode == RecordingMode.NEVER.value:
        return NO_LISTENING  # 相談窓口: nobody else hears it
    if call.phase is not Phase.TALKING or call.operator is None or call.consult is not None:
        return NOT_NOW
    if call.outsider is not None:
        return OUTSIDE_THERE
    allowed = party in plan.outside if party else plan.outside_numbers
    if not allowed or not body.get(SEALED):
        return OUTSIDE_NOT_ALLOWED
    return None if plan.outside_announcement else NO_ANNOUNCEMENT


def _ring(call: Call, event: on.CallEvent, *, by: str | None, body: Mapping[str, str]) -> Step:
    # Where the phone itself holds the caller, whoever comes would hear a caller who does not know it.
    first = call.held_at is None and (body.get(FIRST) == "1" or call.phone_held_at is not None)
    new = Outsider(
        leg=outside_leg(call.id, len(call.outsiders) + 1),
        party=body.get(PARTY, ""),
        sealed=body.get(SEALED, ""),
        rung_at=event.at,
        by=by,
        first=first,
    )
    seconds = call.plan.outside_ring_seconds
    ringing = replace(call, outsiders=(*call.outsiders, new), held_at=event.at if first else call.held_at)
    hold = (do.HoldCaller(bridge=call.bridge, leg=call.leg),) if first else ()
    return ringing, (
        *hold,
        do.RingOutside(leg=new.leg, line=call.plan.line, party=new.party, sealed=new.sealed, seconds=seconds),
        # While the caller hears music, the operator hears that it rings.
        *((do.LetItRing(bridge=call.bridge, playback=call.outside_tone),) if ringing.held_at else ()),
        do.SetTimer(timer=on.Timer.OUTSIDE, seconds=seconds + SLACK_SECONDS),
    )


OUTSIDE_ORDERS: Mapping[OrderKind, Decision] = {
    OrderKind.BRING_IN: bring_in,
    OrderKind.LET_GO: let_go,
}
