"""Decides what happens next on one call: an event in, a new call and commands out.

Everything that can change a call stands in this file and the four it leads to (opening, ringing, talking,
ending). No I/O, no clock, no randomness: a call is the fold of its events, so any call can be replayed from
its journal. What is not allowed raises UnexpectedEvent and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from core.ids import CallId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.bringing_in import apart_from_outside, follow_outside, of_outside
from telephony.call.call import Call, LegState, Phase, offered
from telephony.call.ending import Step, apologising, end, ended, releasing, returned
from telephony.call.fetching import fetch, to_the_phones, when_not_fetching
from telephony.call.guest_asked import consult_who_is_there, refer_to_who_is_there, transfer_to_who_is_there
from telephony.call.guest_orders import GUEST_ORDERS
from telephony.call.guests import apart_from_guests, follow, of_guests
from telephony.call.holding import found_held, hold, phone_hold, resume
from telephony.call.opening import announcing, answering
from telephony.call.opening import offered as before_arrival
from telephony.call.orders import NOT_NOW, Decision, OrderKind, answered, decide
from telephony.call.outside_orders import OUTSIDE_ORDERS, alone_with_caller, bring_in_by_phone
from telephony.call.recording_on_call import RECORDING_ORDERS, of_recording, secure
from telephony.call.ringing import connecting, find_again, joining
from telephony.call.talking import find_who_talks, talking
from telephony.call.transferring import complete, take_back


class UnexpectedEvent(Exception):
    """The event cannot happen to a call in this phase. The call is unchanged."""


PHASES: Mapping[Phase, Callable[[Call, on.CallEvent], Step | None]] = {
    Phase.OFFERED: before_arrival,
    Phase.ANSWERING: answering,
    Phase.ANNOUNCING: announcing,
    Phase.CONNECTING: connecting,
    Phase.JOINING: joining,
    Phase.TALKING: talking,
    Phase.APOLOGISING: apologising,
    Phase.RELEASING: releasing,
    Phase.RETURNED: returned,
    Phase.ENDED: ended,
}

ORDERS: Mapping[OrderKind, Decision] = {
    OrderKind.HOLD: hold,
    OrderKind.RESUME: resume,
    OrderKind.TRANSFER: alone_with_caller(transfer_to_who_is_there),
    OrderKind.CONSULT: alone_with_caller(consult_who_is_there),
    OrderKind.COMPLETE: when_not_fetching(complete),
    OrderKind.TAKE_BACK: when_not_fetching(take_back),
    **GUEST_ORDERS,
    **OUTSIDE_ORDERS,
    **RECORDING_ORDERS,
}
"""Who decides which order."""


def advance(call: Call, event: on.CallEvent) -> Step:
    """Take one event.

    Returns:
        The call as it is now, and what has to be done for it, in order. Every command may be repeated.

    Raises:
        UnexpectedEvent: the event is not possible now; nothing has changed.
    """
    here, found, before = apart_from_guests(call, apart_from_outside(event))
    step = (
        _of_people(here, found)
        or of_recording(here, found)
        or of_outside(here, found)
        or of_guests(here, found)
        or _in_any_phase(here, found)
        or phone_hold(here, found)
        or PHASES[here.phase](here, found)
        or _of_the_past(here, found)
    )
    if step is None:
        raise UnexpectedEvent(f"{type(event).__name__} while {call.phase.value}")
    after, commands = step
    return to_the_phones(secure(event, follow_outside(event, follow(event, (after, (*before, *commands))))))


def fold(call: CallId, events: Iterable[on.CallEvent]) -> Call:
    """Replay a call from the events its journal accepted.

    Raises:
        UnexpectedEvent: the events are not those of one call, in order.
    """
    state = offered(call)
    for event in events:
        state, _ = advance(state, event)
    return state


def _of_people(call: Call, event: on.CallEvent) -> Step | None:
    """What concerns people beside the call: orders get an answer, trouble gets seen."""
    match event:
        case on.TroubleSeen():
            return call, (do.RaiseAlarm(code=event.code),)
        case on.Ordered():
            over = call.phase in (Phase.OFFERED, Phase.ENDED)
            return answered(call, event, NOT_NOW) if over else decide(call, event, ORDERS)
        case _:
            return None


def _in_any_phase(call: Call, event: on.CallEvent) -> Step | None:
    if call.phase is Phase.ENDED:
        return None
    match event:
        case on.CallerHungUp():
            return end(call, event.at)
        case on.CallLost():
            return end(call, event.at, lost=True)
        case on.Adopted() if call.phase is not Phase.OFFERED:
            return _quiet(call, found_held(call, event, _adopt(call, event)))
        case on.ReferAsked() if call.phase is not Phase.OFFERED:
            return bring_in_by_phone(call, event) or fetch(call, event) or refer_to_who_is_there(call, event)
        case _:
            return None


def _adopt(call: Call, event: on.Adopted) -> Step | None:
    found = dict.fromkeys((*event.joined, *event.answered, *event.ringing))
    if not event.caller_up:
        over, commands = end(call, event.at)
        return over, (*commands, *(do.HangUpLeg(leg=leg) for leg in found))
    if call.phase in (Phase.APOLOGISING, Phase.RELEASING, Phase.RETURNED):
        return None
    going_on = find_who_talks(call, event)
    if going_on is not None:
        return going_on
    if call.phase in (Phase.CONNECTING, Phase.JOINING):
        onward, commands = find_again(call, event)
    else:
        step = PHASES[call.phase](call, event)
        if step is None:
            return None
        onward, commands = step
    # Also a leg that is over for us: whoever decided that may have died before it was hung up.
    wanted = {one.leg for one in onward.operators if one.state is not LegState.OVER}
    asked = {one.leg for one in commands if isinstance(one, do.HangUpLeg)}
    left = (leg for leg in found if leg not in wanted and leg not in asked)
    return onward, (*commands, *(do.HangUpLeg(leg=leg) for leg in left))


def _quiet(call: Call, step: Step | None) -> Step | None:
    """End what somebody else had begun and not ended: music or a ringing tone would drown who comes next.

    Asterisk lets a tone of the same name wait behind the first: ending it would then end only one of the two,
    and the other holds its leg back from every bridge.
    """
    if step is None:
        return step
    onward, commands = step
    if not any(isinstance(one, (do.JoinLegs, do.JoinConsult, do.StartRingback)) for one in commands):
        return step
    quiet: tuple[do.Command, ...] = (do.StopRingback(leg=call.leg, playback=call.ringback),)
    if call.connected_at and onward.held_at is None:
        quiet += (do.StopMusic(leg=call.leg),)
    if call.connected_at and onward.operator:
        quiet += (do.StopRingback(leg=onward.operator.leg, playback=call.consult_ringback),)
    return onward, (*quiet, *commands)


def _of_the_past(call: Call, event: on.CallEvent) -> Step | None:
    """Accept quietly what speaks of something the call has already left behind, or what means nothing."""
    if call.phase is Phase.OFFERED:
        return None
    match event:
        case on.TimerFired() | on.ActionRefused() | on.DigitPressed() | on.CallerAnswered():
            return call, ()
        case on.PhoneHeld() | on.PhoneResumed() | on.FetchAsked():
            return call, ()
        case on.ConsultJoined(target=leg) if any(one.leg == leg for one in call.operators):
            # Given up while it was being done: whoever is not with the caller is left aside no longer.
            known = next(one for one in call.operators if one.leg == leg)
            return call, (do.HangUpLeg(leg=leg),) if known.state is LegState.OVER else ()
        case on.AnnouncementEnded() if call.playbacks:
            return call, ()
        case _:
            return None
