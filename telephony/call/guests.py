"""What becomes of supervisors on somebody else's call: they come in, follow the talk, take it over, go. Pure.

Nobody but the operator ever hears a whisper, and the caller is told before a supervisor is heard. Whatever
becomes of a supervisor never ends or holds up the talk; and where the talk goes, the supervisors go.
"""

from __future__ import annotations

from dataclasses import replace

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Phase
from telephony.call.ending import Step
from telephony.call.guest import Guest, Mode
from telephony.call.guest_words import next_words, wait
from telephony.call.holding import come_back
from telephony.call.orders import (
    BUSY,
    CALL_OVER,
    DONE,
    GONE,
    NO_ANSWER,
    NOT_NOW,
    NOT_PLAYED,
    NOT_POSSIBLE,
    PHONE_AWAY,
    SOMEBODY_FIRST,
)
from telephony.call.succession import concluded, heir, inherit, succeed, unhear

SNOOPS = 50
"""How often one supervisor is brought to an operator's leg before something must be wrong."""

OVER = (Phase.ENDED, Phase.RELEASING, Phase.RETURNED, Phase.APOLOGISING)
HEARING = (Mode.LISTEN, Mode.WHISPER)
_WENT = {
    on.Cause.BUSY: BUSY,
    on.Cause.REJECTED: BUSY,
    on.Cause.NO_ANSWER: NO_ANSWER,
    on.Cause.UNREACHABLE: PHONE_AWAY,
    on.Cause.UNCERTAIN: PHONE_AWAY,
}


def of_guests(call: Call, event: on.CallEvent) -> Step | None:  # noqa: C901, PLR0911  one match
    """Decide what is a supervisor's business; None for everything else."""
    match event:
        case on.OrderPerformed():
            return call, (do.ConcludeOrder(order=event.order, result=event.result, at=event.at),)
        case on.OperatorAnswered(leg=leg) if guest := _of_leg(call, leg):
            return (call, ()) if guest.up else pursue(call, replace(guest, up=True), event)
        case on.GuestPlaced(leg=leg):
            guest = _of_leg(call, leg)
            return (call, ()) if guest is None else _placed(call, guest, event)
        case on.OperatorHungUp(leg=leg, cause=cause) if guest := _of_leg(call, leg):
            return drop(call, guest, GONE if guest.up else _WENT.get(cause, GONE), event)
        case on.OperatorHungUp(leg=leg) if leg.startswith("sn-"):
            guest = next((one for one in call.guests if one.snoop == leg), None)
            return (call, ()) if guest is None else _deaf(call, guest, event)
        case (
            on.OperatorHungUp(leg=leg)
            | on.ActionRefused(action=on.Action.JOIN_LEGS, reason=on.Refusal.GONE, leg=leg)
        ) if call.operator and leg == call.operator.leg:
            next_one = heir(call)
            return None if next_one is None else _only(inherit(call, next_one, event), event)
        case on.AnnouncementEnded(playback=playback, played=played):
            guest = next((one for one in call.guests if one.words == playback), None)
            return None if guest is None else _told(call, guest, event, played=played)
        case on.ActionRefused(action=on.Action.TELL_BOTH, playback=playback):
            guest = next((one for one in call.guests if one.words == playback), None)
            return None if guest is None else _told(call, guest, event, played=False)
        case on.ActionRefused(action=on.Action.RING_OPERATOR, leg=leg) if guest := _of_leg(call, leg):
            return drop(call, guest, PHONE_AWAY, event)
        case on.ActionRefused(action=on.Action.LISTEN_IN | on.Action.JOIN_GUEST, leg=leg):
            return _not_placed(call, leg, event)
        case on.TimerFired(timer=on.Timer.GUEST):
            return _waited_long_enough(call, event)
        case _:
            return None


def pursue(call: Call, guest: Guest, event: on.CallEvent) -> Step:  # noqa: PLR0911  one return per case
    """Bring a supervisor who picked up to where the order wants it."""
    operator = call.operator
    if operator is None or call.phase is not Phase.TALKING:
        return _aside(call, guest, event)
    match guest.wish:
        case Mode.LISTEN | Mode.WHISPER:
            if guest.snoops >= SNOOPS:
                return drop(call, guest, NOT_POSSIBLE, event)
            snoop = guest.next_snoop()
            near = replace(
                guest, mode=None, snoops=guest.snoops + 1, snoop=snoop, heard=operator.leg, words=None
            )
            whisper = guest.wish is Mode.WHISPER
            return with_guest(call, near), (
                *unhear(guest),
                do.ListenIn(
                    leg=guest.leg, bridge=guest.bridge, snoop=snoop, operator=operator.leg, whisper=whisper
                ),
            )
        case Mode.BARGE if call.held_since is not None:
            return _told(call, guest, event, played=True)
        case Mode.BARGE:
            told, playback = next_words(call)
            announcement = call.plan.barge_announcement
            words = do.TellBoth(bridge=call.bridge, playback=playback, announcement=announcement)
            return with_guest(told, replace(guest, words=playback)), (words, wait(call))
        case Mode.TAKE_OVER if guest.mode is Mode.BARGE:
            return _placed(call, guest, event)
        case Mode.TAKE_OVER:
            return _enter(call, guest)


def apart_from_guests(call: Call, event: on.CallEvent) -> tuple[Call, on.CallEvent, tuple[do.Command, ...]]:
    """Take the supervisors' legs out of what was found of a call: who serves the caller is decided first.

    If the operator is gone and a supervisor stands with the caller, the supervisor is the operator now.
    """
    if not isinstance(event, on.Adopted) or not call.guests:
        return call, event, ()
    commands: tuple[do.Command, ...] = ()
    next_one = heir(call)
    lost = call.operator is not None and call.operator.leg not in event.answered
    if event.caller_up and lost and next_one is not None and next_one.leg in event.answered:
        call, commands = inherit(call, next_one, event)
    guests = {one.leg for one in call.guests}
    own = replace(
        event,
        answered=tuple(leg for leg in event.answered if leg not in guests),
        ringing=tuple(leg for leg in event.ringing if leg not in guests),
        joined=tuple(leg for leg in event.joined if leg not in guests),
    )
    return call, own, commands


def follow(event: on.CallEvent, step: Step) -> Step:
    """Let the supervisors go where the talk went: to the next operator, aside, or home."""
    call, commands = step
    for guest in call.guests:
        if call.phase in OVER:
            call, more = drop(call, guest, CALL_OVER, event)
        elif isinstance(event, on.Adopted):
            call, more = _found_again(call, guest, event)
        else:
            call, more = _keep_up(call, guest, event)
        commands = (*commands, *more)
    return call, commands


def drop(call: Call, guest: Guest, result: str, event: on.CallEvent) -> Step:
    """Let a supervisor go, with everything that was made for it."""
    rest = tuple(one for one in call.guests if one.leg != guest.leg)
    words = (do.StopAnnouncement(playback=guest.words),) if guest.words else ()
    bridge = (do.RemoveBridge(bridge=guest.bridge),) if guest.up else ()
    commands = (*words, *unhear(guest), do.HangUpLeg(leg=guest.leg), *bridge)
    return _answer(replace(call, guests=rest), guest, result, event, *commands)


def with_guest(call: Call, guest: Guest) -> Call:
    """Change one supervisor of a call."""
    return replace(call, guests=tuple(guest if one.leg == guest.leg else one for one in call.guests))


def _waited_long_enough(call: Call, event: on.CallEvent) -> Step:
    commands: tuple[do.Command, ...] = ()
    for guest in call.guests:
        if guest.words is not None:
            stop = do.StopAnnouncement(playback=guest.words)
            call, more = _told(call, guest, event, played=False)
            commands = (*commands, stop, *more)
        elif not guest.up:
            call, more = drop(call, guest, NO_ANSWER, event)
            commands = (*commands, *more)
    return call, commands


def _told(call: Call, guest: Guest, event: on.CallEvent, *, played: bool) -> Step:
    """The caller was told that somebody comes in, or was not: then nobody does."""
    heard = replace(guest, words=None)
    if played and call.phase is Phase.TALKING and call.held_since is None:
        return _enter(call, heard)
    result = NOT_NOW if played else NOT_PLAYED
    if guest.mode is None:
        return drop(call, heard, result, event)
    stays = with_guest(call, replace(heard, wish=guest.mode, order=None))
    return _answer(stays, guest, result, event)


def _enter(call: Call, guest: Guest) -> Step:
    entering = replace(guest, mode=None, snoop=None, heard=None, words=None)
    return with_guest(call, entering), (*unhear(guest), do.JoinGuest(leg=guest.leg, bridge=call.bridge))


def _placed(call: Call, guest: Guest, event: on.CallEvent) -> Step:
    aside = guest.wish in HEARING and guest.snoop is None
    if aside or guest.words is not None or not guest.up:
        return call, ()  # news of something that was given up meanwhile
    if guest.wish is not Mode.TAKE_OVER:
        return _answer(with_guest(call, replace(guest, mode=guest.wish, order=None)), guest, DONE, event)
    if call.phase is not Phase.TALKING or call.operator is None or call.held_since is not None:
        return drop(call, guest, NOT_NOW, event)
    return _only(succeed(call, replace(guest, mode=Mode.BARGE), event), event)


def _only(step: Step, event: on.CallEvent) -> Step:
    """Let go of everybody else who was asked to take over: the first who came has the call."""
    call, commands = step
    for late in [one for one in call.guests if one.wish is Mode.TAKE_OVER and one.mode is None]:
        call, more = drop(call, late, SOMEBODY_FIRST, event)
        commands = (*commands, *more)
    return call, commands


def _not_placed(call: Call, leg: LegId | None, event: on.CallEvent) -> Step:
    guest = _of_leg(call, leg)
    if guest is not None:
        return drop(call, guest, NOT_POSSIBLE, event)
    entering = isinstance(event, on.ActionRefused) and event.action is on.Action.JOIN_GUEST
    talks = call.phase is Phase.TALKING and call.held_since is None
    if entering and talks and call.operator and call.operator.leg == leg:
        return come_back(call)  # the operator by now, and brought to the caller as any operator is
    return call, ()


def _deaf(call: Call, guest: Guest, event: on.CallEvent) -> Step:
    """The snoop ended, mostly because the operator's leg did: what comes next decides."""
    deaf = replace(guest, snoop=None, heard=None, mode=None)
    if guest.words is not None or guest.wish not in HEARING:
        return with_guest(call, deaf), ()
    if call.operator is None or call.phase is not Phase.TALKING:
        return _aside(call, deaf, event)
    return with_guest(call, deaf), ()


def _aside(call: Call, guest: Guest, event: on.CallEvent) -> Step:
    """There is no operator to be with just now: the supervisor waits, and listens when there is one again."""
    waiting = replace(guest, mode=None, snoop=None, heard=None, words=None)
    words = (do.StopAnnouncement(playback=guest.words),) if guest.words else ()
    commands = (*words, *unhear(guest), do.SetAside(leg=guest.leg, bridge=guest.bridge))
    if guest.wish in HEARING:
        return with_guest(call, waiting), commands
    listening = with_guest(call, replace(waiting, wish=Mode.LISTEN, order=None))
    return _answer(listening, guest, NOT_NOW, event, *commands)


def _keep_up(call: Call, guest: Guest, event: on.CallEvent) -> Step:
    operator = call.operator
    if guest.words is not None and call.held_since is not None:
        # The caller does not hear them, and may be back before they end.
        alone, commands = _told(call, guest, event, played=True)
        return alone, (do.StopAnnouncement(playback=guest.words), *commands)
    if not guest.up or call.phase is Phase.JOINING:
        return call, ()
    if call.phase is not Phase.TALKING or operator is None:
        waits = guest.snoop is None and guest.wish in HEARING
        return (call, ()) if waits else _aside(call, guest, event)
    if guest.wish in HEARING and guest.heard != operator.leg:
        return pursue(call, guest, event)
    return call, ()


def _found_again(call: Call, guest: Guest, event: on.Adopted) -> Step:
    if guest.leg in event.ringing and not guest.up:
        return call, (wait(call),)
    if guest.leg not in event.answered:
        return drop(call, guest, GONE, event)
    up = replace(guest, up=True, words=None)
    if up.mode is Mode.BARGE and up.wish is Mode.BARGE and call.phase in (Phase.TALKING, Phase.JOINING):
        # The caller was told, and it belongs into the bridge; being put there again changes nothing.
        return with_guest(call, up), (do.JoinGuest(leg=up.leg, bridge=call.bridge),)
    return pursue(call, up, event)


def _answer(call: Call, guest: Guest, result: str, event: on.CallEvent, *commands: do.Command) -> Step:
    return call, (*commands, *concluded(guest, result, event))


def _of_leg(call: Call, leg: LegId | None) -> Guest | None:
    return next((one for one in call.guests if one.leg == leg), None)
