"""How a call comes to its end: apology, release, return to the dialplan, and the quiet after the end.

Nothing may be left behind: whoever ends a call hangs up every leg it asked for and removes the bridge.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, Outcome, Phase, ServedBy
from telephony.call.outside import Stage

Step = tuple[Call, tuple[do.Command, ...]]

RELEASE_SECONDS = 5.0
RETURN_SECONDS = 2.0

_AWAITED = {
    Phase.ANSWERING: on.Timer.ANSWER,
    Phase.ANNOUNCING: on.Timer.ANNOUNCEMENT,
    Phase.CONNECTING: on.Timer.RING,
    Phase.JOINING: on.Timer.JOIN,
    Phase.APOLOGISING: on.Timer.APOLOGY,
    Phase.RELEASING: on.Timer.RELEASE,
    Phase.RETURNED: on.Timer.RETURN,
}


def stop_waiting(call: Call) -> tuple[do.Command, ...]:
    """Cancel the timer of the phase that is being left."""
    timer = on.Timer.CONSULT if call.consult else _AWAITED.get(call.phase)
    if timer is on.Timer.RING and call.plan.second:
        return (do.CancelTimer(timer=timer), do.CancelTimer(timer=on.Timer.SECOND))
    return () if timer is None else (do.CancelTimer(timer=timer),)


def drop_operators(call: Call, *, cause: on.Cause | None = None, keep: LegId | None = None) -> Step:
    """Hang up every operator's leg that is not over yet, except the one to keep."""
    gone = [one for one in call.operators if one.state is not LegState.OVER and one.leg != keep]
    operators = tuple(
        replace(one, state=LegState.OVER, cause=one.cause or cause) if one in gone else one
        for one in call.operators
    )
    return replace(call, operators=operators), tuple(do.HangUpLeg(leg=one.leg) for one in gone)


def end_hold(call: Call) -> Step:
    """Undo what was built aside while the caller was held: music, the operator's ringing tone, the bridge."""
    commands: tuple[do.Command, ...] = ()
    if call.held_at:
        commands = (do.StopMusic(leg=call.leg),)
    if call.held_at and call.outsider and call.outsider.stage in (Stage.RINGING, Stage.TELLING):
        # The operator heard it ring while waiting alone; the caller, back in that bridge, is not to.
        commands += (do.StopAnnouncement(playback=call.outside_tone),)
    if call.consult and call.operator and not call.consult.joined:
        # Also after a colleague picked up: what the tone holds back is freed by its end alone.
        commands += (do.StopRingback(leg=call.operator.leg, playback=call.consult_ringback),)
    if call.consult:
        commands += (do.RemoveBridge(bridge=call.consult_bridge),)
    return replace(call, held_at=None, phone_held_at=None, consult=None), commands


def take_apart(call: Call, *, cause: on.Cause | None = None) -> Step:
    """Undo what was built around the caller's leg: timer, ringing tone, operators' legs, bridge."""
    quiet: tuple[do.Command, ...] = ()
    if call.phase is Phase.CONNECTING:
        quiet = (do.StopRingback(leg=call.leg, playback=call.ringback),)
    bridge: tuple[do.Command, ...] = (do.RemoveBridge(bridge=call.bridge),) if call.join_attempts else ()
    here, aside = end_hold(call)
    alone, hang_ups = drop_operators(here, cause=cause)
    return replace(alone, join_attempts=0), (*stop_waiting(call), *quiet, *aside, *hang_ups, *bridge)


def end(call: Call, at: datetime, *, lost: bool = False) -> Step:
    """End the call: the caller's leg is gone."""
    alone, commands = take_apart(call)
    outcome = call.outcome
    if outcome is None:
        # What the dialplan did alone, or a dead server was about to do, is not ours to tell.
        unseen = lost or call.served_by is ServedBy.DIALPLAN
        outcome = Outcome.UNKNOWN if unseen else Outcome.ABANDONED
        if call.connected_at:
            outcome = Outcome.TALKED
    ended = replace(
        alone, phase=Phase.ENDED, outcome=outcome, interrupted=call.interrupted or lost, ended_at=at
    )
    return ended, commands


def release(call: Call, outcome: Outcome) -> Step:
    """Hang up the caller's leg, politely at the end of things, and wait until it is gone."""
    alone, commands = take_apart(call)
    return replace(alone, phase=Phase.RELEASING, outcome=outcome), (
        do.HangUpLeg(leg=call.leg),
        *commands,
        do.SetTimer(timer=on.Timer.RELEASE, seconds=RELEASE_SECONDS),
    )


def give_back(call: Call) -> Step:
    """Return the call to the dialplan, because something of ours failed. It serves, and records, alone."""
    alone, commands = take_apart(call)
    return replace(alone, phase=Phase.RETURNED, served_by=ServedBy.DIALPLAN), (
        *commands,
        do.ReturnToDialplan(leg=call.leg, announced=call.announcement_played),
        do.RaiseAlarm(code="returned-to-dialplan"),
    )


def apologise(call: Call, cause: on.Cause = on.Cause.NORMAL) -> Step:
    """Tell the caller, in the city's words, that nobody can answer now; then release.

    ``cause`` is why the phones that still ring are given up.
    """
    alone, commands = take_apart(call, cause=cause)
    causes = {one.cause for one in alone.operators}
    away = {on.Cause.UNREACHABLE, on.Cause.UNCERTAIN}
    if causes <= away:
        outcome, words = Outcome.NOBODY_THERE, call.plan.no_answer
    elif causes <= away | {on.Cause.BUSY}:
        outcome, words = Outcome.BUSY, call.plan.busy
    else:
        outcome, words = Outcome.NO_ANSWER, call.plan.no_answer
    if call.connected_at:
        outcome = Outcome.TALKED  # passed on, and nobody took it; before that they had talked
    sorry = replace(alone, phase=Phase.APOLOGISING, outcome=outcome, playbacks=call.playbacks + 1)
    return sorry, (
        *commands,
        do.PlayAnnouncement(leg=call.leg, playback=sorry.playback, announcement=words),
        do.SetTimer(timer=on.Timer.APOLOGY, seconds=call.plan.announcement_limit_seconds),
    )


def apologising(call: Call, event: on.CallEvent) -> Step | None:
    """Decide while the caller hears why nobody can answer."""
    done = call.outcome or Outcome.NO_ANSWER
    match event:
        case on.AnnouncementEnded(playback=playback) if playback == call.playback:
            return release(call, done)
        case on.TimerFired(timer=on.Timer.APOLOGY):
            return release(call, done)
        case on.ActionRefused(action=on.Action.PLAY_ANNOUNCEMENT, reason=reason):
            if reason is on.Refusal.GONE:
                return end(call, event.at)
            # The caller hangs in silence otherwise. That the words failed is ours to repair.
            released, commands = release(call, done)
            return released, (*commands, do.RaiseAlarm(code="apology-not-played"))
        case on.Adopted():
            again, commands = apologise(call)
            return again, (do.StopAnnouncement(playback=call.playback), *_hang_up_found(event), *commands)
        case _:
            return _late(call, event)


def releasing(call: Call, event: on.CallEvent) -> Step | None:
    """Decide while we wait for the caller's leg to be gone."""
    match event:
        case on.ActionRefused(action=on.Action.HANG_UP_LEG, reason=on.Refusal.GONE, leg=call.leg):
            return end(call, event.at)
        case on.TimerFired(timer=on.Timer.RELEASE):
            ended, commands = end(call, event.at)
            return ended, (do.HangUpLeg(leg=call.leg), *commands, do.RaiseAlarm(code="caller-not-released"))
        case on.Adopted():
            return call, (
                do.HangUpLeg(leg=call.leg),
                *_hang_up_found(event),
                do.SetTimer(timer=on.Timer.RELEASE, seconds=RELEASE_SECONDS),
            )
        case _:
            return _late(call, event)


def returned(call: Call, event: on.CallEvent) -> Step | None:
    """Decide while the dialplan serves the call alone."""
    match event:
        case on.ActionRefused(action=on.Action.RETURN_TO_DIALPLAN, reason=on.Refusal.GONE):
            return end(call, event.at)
        case on.ActionRefused(action=on.Action.RETURN_TO_DIALPLAN, reason=on.Refusal.CONFLICT):
            return call, ()  # It is no longer in our hands: just what was asked.
        case on.ActionRefused(action=on.Action.RETURN_TO_DIALPLAN):
            return call, (
                do.SetTimer(timer=on.Timer.RETURN, seconds=RETURN_SECONDS),
                do.RaiseAlarm(code="return-refused"),
            )
        case on.TimerFired(timer=on.Timer.RETURN):
            return call, (do.ReturnToDialplan(leg=call.leg, announced=call.announcement_played),)
        case on.Adopted():
            # We may have died between deciding and doing. Doing it twice is refused as a conflict.
            again = do.ReturnToDialplan(leg=call.leg, announced=call.announcement_played)
            return call, (*_hang_up_found(event), again)
        case _:
            return _late(call, event)


def ended(call: Call, event: on.CallEvent) -> Step | None:
    """After the end everything is accepted quietly, and what still shows up is hung up."""
    match event:
        case on.CallerArrived():
            return None
        case on.Adopted(caller_up=caller_up):
            caller = (do.HangUpLeg(leg=call.leg),) if caller_up and call.arrival else ()
            return call, (*caller, *_hang_up_found(event))
        case on.LegsJoined(operator=leg):
            return call, (do.HangUpLeg(leg=leg), do.RemoveBridge(bridge=call.bridge))
        case on.OperatorAnswered(leg=leg):
            return call, (do.HangUpLeg(leg=leg),)
        case _:
            return call, ()


def late_leg(call: Call, event: on.CallEvent) -> Step | None:
    """Meet what comes from legs that no longer matter: who answers too late is hung up."""
    match event:
        case on.OperatorAnswered(leg=leg) if any(one.leg == leg for one in call.operators):
            return call, (do.HangUpLeg(leg=leg),)
        case on.OperatorHungUp(leg=leg) if any(one.leg == leg for one in call.operators):
            return call, ()
        case _:
            return None


def _late(call: Call, event: on.CallEvent) -> Step | None:
    if isinstance(event, on.LegsJoined) and any(one.leg == event.operator for one in call.operators):
        # The join was given up, and happened all the same.
        return call, (do.HangUpLeg(leg=event.operator), do.RemoveBridge(bridge=call.bridge))
    return late_leg(call, event)


def _hang_up_found(event: on.Adopted) -> tuple[do.Command, ...]:
    found = dict.fromkeys((*event.joined, *event.answered, *event.ringing))
    return tuple(do.HangUpLeg(leg=leg) for leg in found)
