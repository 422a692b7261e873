"""How somebody from outside the hall is brought into a call, and what becomes of them. Pure.

They hear that the call is recorded before they are joined; who could not be told is not joined. Whatever
becomes of them never ends or holds up the talk. The hall's operator stays: with the operator they go.
"""

from __future__ import annotations

from dataclasses import replace

from core.ids import LegId
from core.profile.recording import RecordingMode
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.absence import GONE, absence
from telephony.call.call import Call, Phase
from telephony.call.ending import Step
from telephony.call.guest_words import next_words
from telephony.call.holding import come_back
from telephony.call.outside import Outsider, Stage, is_outside_leg

NOT_TOLD = "not-told"
LOST = "lost"
CALL_OVER = "call-over"
_TOGETHER = (Phase.TALKING, Phase.JOINING)
SLACK_SECONDS = 5.0
"""Asterisk ends the ringing itself; our own timer is for when it does not say so."""


def of_outside(call: Call, event: on.CallEvent) -> Step | None:
    """Decide what is a matter of people from outside the hall; None for everything else."""
    here = call.outsider
    match event:
        case on.AnnouncementEnded(playback=playback, played=played) if here and here.words == playback:
            return _enter(call, here, event, told=True) if played else drop(call, here, NOT_TOLD, event)
        case on.ActionRefused(action=on.Action.PLAY_ANNOUNCEMENT, playback=playback) if (
            here and here.words == playback
        ):
            return drop(call, here, NOT_TOLD, event)
        case on.TimerFired(timer=on.Timer.OUTSIDE):
            return _waited_long_enough(call, here, event)
        case _:
            leg = _leg_of(event)
            if leg is None or not is_outside_leg(leg):
                return None
            return (
                _of_the_past(call, leg, event)
                if here is None or here.leg != leg
                else _of_leg(call, here, event)
            )


def apart_from_outside(event: on.CallEvent) -> on.CallEvent:
    """Take people from outside out of what was found of a call: they never serve the caller."""
    if not isinstance(event, on.Adopted):
        return event
    return replace(
        event,
        answered=tuple(leg for leg in event.answered if not is_outside_leg(leg)),
        ringing=tuple(leg for leg in event.ringing if not is_outside_leg(leg)),
        joined=tuple(leg for leg in event.joined if not is_outside_leg(leg)),
    )


def follow_outside(event: on.CallEvent, step: Step) -> Step:
    """Let whoever was brought in go with the operator, and find them again after a process died."""
    call, commands = step
    here = call.outsider
    if isinstance(event, on.Adopted):
        known = here.leg if here else None
        found = dict.fromkeys((*event.joined, *event.answered, *event.ringing))
        commands += tuple(do.HangUpLeg(leg=leg) for leg in found if is_outside_leg(leg) and leg != known)
        if call.outsiders and (here is None or call.held_at is None):
            # Who was to end the tone may have died before; it would last as long as the talk.
            commands += (do.StopAnnouncement(playback=call.outside_tone),)
    if here is None:
        return call, commands
    if call.phase not in _TOGETHER or call.operator is None or call.consult is not None:
        alone, more = drop(call, here, CALL_OVER, event)
        return alone, (*commands, *more)
    if isinstance(event, on.Adopted):
        again, more = _found_again(call, here, event)
        return again, (*commands, *more)
    if here.first and call.held_at is None:
        # From here on they are three; whoever leaves then holds up nobody.
        call = _with(call, replace(here, first=False))
    return call, commands


def _of_leg(call: Call, here: Outsider, event: on.CallEvent) -> Step:
    match event:
        case on.OperatorAnswered() if here.stage is Stage.RINGING:
            return _tell(call, replace(here, answered_at=event.at))
        case on.OperatorHungUp(cause=cause):
            before = here.answered_at is None
            return drop(call, here, absence(cause) if before else GONE, event)
        case on.GuestPlaced() if here.stage is Stage.ENTERING:
            placed = replace(here, stage=Stage.HERE, joined_at=here.joined_at or event.at)
            return _with(call, placed), (do.CancelTimer(timer=on.Timer.OUTSIDE),)
        case on.ActionRefused(action=on.Action.RING_OPERATOR):
            return drop(call, here, "unreachable", event)
        case on.ActionRefused(action=on.Action.JOIN_GUEST):
            return drop(call, here, LOST, event)
        case _:
            return call, ()


def _of_the_past(call: Call, leg: LegId, event: on.CallEvent) -> Step | None:
    """Meet what comes from somebody who was given up already: who still shows up is hung up."""
    if call.phase is Phase.OFFERED:
        return None
    if isinstance(event, (on.OperatorAnswered, on.GuestPlaced)):
        return call, (do.HangUpLeg(leg=leg),)
    return call, ()


def _waited_long_enough(call: Call, here: Outsider | None, event: on.CallEvent) -> Step | None:
    if here is None:
        return None
    match here.stage:
        case Stage.RINGING:
            return drop(call, here, "no-answer", event)
        case Stage.TELLING:
            return drop(call, here, NOT_TOLD, event)
        case Stage.ENTERING:
            return drop(call, here, LOST, event)
        case _:
            return call, ()


def _tell(call: Call, here: Outsider) -> Step:
    if not _is_recorded(call):
        return _enter(call, here, None, told=False)
    told, playback = next_words(call)
    telling = replace(here, stage=Stage.TELLING, words=playback)
    announcement = call.plan.outside_announcement
    return _with(told, telling), (
        do.PlayAnnouncement(leg=here.leg, playback=playback, announcement=announcement),
        do.SetTimer(timer=on.Timer.OUTSIDE, seconds=call.plan.announcement_limit_seconds),
    )


def _is_recorded(call: Call) -> bool:
    """Say whether anything is recorded now. A recording that begins later is told to all who are there."""
    recording = call.recording
    if recording.stopped_at is not None:
        return False
    return call.plan.mode != RecordingMode.ON_DEMAND.value or recording.asked_at is not None


def _enter(call: Call, here: Outsider, event: on.CallEvent | None, *, told: bool) -> Step:
    entering = replace(
        here, stage=Stage.ENTERING, words=None, told_at=event.at if told and event else here.told_at
    )
    return _with(call, entering), (
        do.StopAnnouncement(playback=call.outside_tone),
        do.JoinGuest(leg=here.leg, bridge=call.bridge),
        do.SetTimer(timer=on.Timer.OUTSIDE, seconds=SLACK_SECONDS),
    )


def drop(call: Call, here: Outsider, result: str, event: on.CallEvent) -> Step:
    """Let somebody go, with everything that was made for them; the operator goes back to the caller."""
    over = replace(here, stage=Stage.OVER, words=None, left_at=event.at, result=result)
    alone = _with(call, over)
    words = (do.StopAnnouncement(playback=here.words),) if here.words else ()
    commands: tuple[do.Command, ...] = (
        do.CancelTimer(timer=on.Timer.OUTSIDE),
        do.StopAnnouncement(playback=call.outside_tone),
        *words,
        do.HangUpLeg(leg=here.leg),
    )
    waits = here.first and call.held_at is not None and call.phase is Phase.TALKING
    if not waits or alone.operator is None or alone.consult is not None:
        return alone, commands
    back, more = come_back(alone)
    return back, (*commands, *more)


def _found_again(call: Call, here: Outsider, event: on.Adopted) -> Step:
    """Go on with who is still there. Whoever was being told is told again, from the beginning."""
    if here.leg in event.ringing and here.stage is Stage.RINGING:
        seconds = call.plan.outside_ring_seconds + SLACK_SECONDS
        return call, (do.SetTimer(timer=on.Timer.OUTSIDE, seconds=seconds),)
    if here.leg not in event.answered:
        return drop(call, here, LOST, event)
    if here.stage in (Stage.RINGING, Stage.TELLING):
        stop = (do.StopAnnouncement(playback=here.words),) if here.words else ()
        again, commands = _tell(call, replace(here, answered_at=here.answered_at or event.at))
        return again, (*stop, *commands)
    # Being put into the bridge again changes nothing.
    return call, (
        do.JoinGuest(leg=here.leg, bridge=call.bridge),
        do.SetTimer(timer=on.Timer.OUTSIDE, seconds=SLACK_SECONDS),
    )


def _with(call: Call, outsider: Outsider) -> Call:
    others = tuple(outsider if one.leg == outsider.leg else one for one in call.outsiders)
    return replace(call, outsiders=others)


def _leg_of(event: on.CallEvent) -> LegId | None:
    match event:
        case on.OperatorAnswered(leg=leg) | on.OperatorHungUp(leg=leg) | on.GuestPlaced(leg=leg):
            return leg
        case on.DigitPressed(leg=leg) | on.PhoneHeld(leg=leg) | on.PhoneResumed(leg=leg):
            return leg
        case on.ActionRefused(leg=leg):
            return leg
        case _:
            return None
