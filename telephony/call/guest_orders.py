"""What supervisors may order of somebody else's call, and what may be played or softened in it. Pure.

Who may order is decided where the order is placed; here it is decided whether it can be done now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.ids import PhoneId
from core.profile.recording import RecordingMode
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Phase
from telephony.call.ending import Step
from telephony.call.guest import Guest, Mode, guest_leg
from telephony.call.guest_words import RING_SECONDS, next_words, wait
from telephony.call.guests import drop, pursue, with_guest
from telephony.call.orders import (
    DONE,
    GONE,
    NO_ANNOUNCEMENT,
    NO_LISTENING,
    NOT_NOW,
    NOT_POSSIBLE,
    OWN_CALL,
    REMIND_HEAD,
    UNKNOWN_PHONE,
    Decision,
    OrderKind,
    answered,
)

STEPS = ("0", "1", "2", "3")
"""How much softer the operator hears the caller: as it comes, then halved each time."""


def come(call: Call, event: on.Ordered) -> Step:
    """Bring a supervisor onto the call, or change how one is on it."""
    mode, phone = Mode(event.kind), PhoneId(event.body.get("phone", ""))
    refusal = _refusal(call, mode, phone, reminded=event.body.get("reminded") == "1")
    here = next((one for one in call.guests if one.phone == phone), None)
    if refusal is None and here is not None and (here.order is not None or here.mode is None):
        refusal = NOT_NOW  # an order before this one is still under way
    if refusal is not None:
        return answered(call, event, refusal)
    if here is not None and here.mode is mode:
        return answered(call, event, DONE)
    if here is not None:
        wishing = replace(here, wish=mode, order=event.order)
        return pursue(with_guest(call, wishing), wishing, event)
    number = call.guests_rung + 1
    guest = Guest(leg=guest_leg(call.id, phone, number), phone=phone, wish=mode, order=event.order)
    ring = do.RingOperator(leg=guest.leg, phone=phone, caller_leg=call.leg, seconds=RING_SECONDS)
    return replace(call, guests=(*call.guests, guest), guests_rung=number), (ring, wait(call))


def leave(call: Call, event: on.Ordered) -> Step:
    """Let a supervisor go."""
    guest = next((one for one in call.guests if one.phone == event.body.get("phone")), None)
    if guest is None:
        return answered(call, event, GONE)
    alone, commands = drop(call, guest, GONE, event)
    return answered(alone, event, DONE, *commands)


def say(call: Call, event: on.Ordered) -> Step:
    """Play words of the profile to both, because a person ordered it. Answered when they begin."""
    announcement = event.body.get("announcement", "")
    if announcement not in call.plan.sayable:
        return answered(call, event, NO_ANNOUNCEMENT)
    if call.phase is not Phase.TALKING or call.held_since is not None:
        return answered(call, event, NOT_NOW)
    told, playback = next_words(call)
    words = do.TellBoth(bridge=call.bridge, playback=playback, announcement=announcement, order=event.order)
    return told, (words,)


def soften(call: Call, event: on.Ordered) -> Step:
    """Let the operator hear the caller softer; the recording stays as it is."""
    step = event.body.get("step", "")
    if step not in STEPS:
        return answered(call, event, NOT_POSSIBLE)
    if call.phase is not Phase.TALKING or call.operator is None:
        return answered(call, event, NOT_NOW)
    return call, (do.SetLoudness(leg=call.operator.leg, step=int(step), order=event.order),)


def _refusal(call: Call, mode: Mode, phone: PhoneId, *, reminded: bool) -> str | None:  # noqa: PLR0911  a list
    operator = call.operator
    if call.plan.mode == RecordingMode.NEVER.value:
        return NO_LISTENING  # 相談窓口: nobody listens to what is not even recorded
    if call.phase is not Phase.TALKING or operator is None:
        return NOT_NOW
    if phone not in call.plan.desk_phones:
        return UNKNOWN_PHONE
    if phone == operator.phone:
        return OWN_CALL
    if mode in (Mode.BARGE, Mode.TAKE_OVER) and call.held_since is not None:
        return NOT_NOW  # the caller hears music: nobody can come in
    if mode is Mode.BARGE and not call.plan.barge_announcement:
        return NO_ANNOUNCEMENT
    if mode is Mode.TAKE_OVER and phone in call.plan.heads and not reminded:
        # Source: 品川区 対応要領 第7章 TYPE6: 決定権を持つ職員に対応させない
        return REMIND_HEAD
    return None


GUEST_ORDERS: Mapping[OrderKind, Decision] = {
    OrderKind.LISTEN: come,
    OrderKind.WHISPER: come,
    OrderKind.BARGE: come,
    OrderKind.TAKE_OVER: come,
    OrderKind.LEAVE: leave,
    OrderKind.SAY: say,
    OrderKind.QUIETER: soften,
}
