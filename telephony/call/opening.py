"""How a call begins: answer the caller, and tell them that the call is recorded before anybody speaks.

The announcement may fail twice; the call does not. It goes on, Asterisk has recorded it since its first
frame, and capture decides from the recording itself whether the notice was given.
"""

from __future__ import annotations

from dataclasses import replace

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Phase
from telephony.call.ending import Step, end, give_back, stop_waiting
from telephony.call.ringing import ring

ANSWER_SECONDS = 3.0
ATTEMPTS = 2


def offered(call: Call, event: on.CallEvent) -> Step | None:
    """Decide before we hold the caller's leg."""
    match event:
        case on.CallerArrived(leg=leg, call=named) if named == call.id:
            return replace(call, phase=Phase.ANSWERING, arrival=event), (
                do.AnswerCaller(leg=leg),
                do.SetTimer(timer=on.Timer.ANSWER, seconds=ANSWER_SECONDS),
            )
        case _:
            return None


def answering(call: Call, event: on.CallEvent) -> Step | None:
    """Decide until Asterisk has answered the caller's leg."""
    match event:
        case on.CallerAnswered():
            up, commands = _announce(replace(call, answered_at=event.at))
            return up, (*stop_waiting(call), *commands)
        case on.ActionRefused(action=on.Action.ANSWER_CALLER, reason=on.Refusal.GONE):
            return end(call, event.at)
        case on.ActionRefused(action=on.Action.ANSWER_CALLER) | on.TimerFired(timer=on.Timer.ANSWER):
            return give_back(call)
        case on.Adopted():
            return call, (
                do.AnswerCaller(leg=call.leg),
                do.SetTimer(timer=on.Timer.ANSWER, seconds=ANSWER_SECONDS),
            )
        case _:
            return None


def announcing(call: Call, event: on.CallEvent) -> Step | None:  # noqa: PLR0911  one return per case
    """Decide while the caller is told that the call is recorded."""
    match event:
        case on.AnnouncementEnded(playback=playback, played=played) if playback == call.playback:
            if played:
                return ring(replace(call, announced_at=event.at), call.plan.phones)
            return _not_played(call)
        case on.TimerFired(timer=on.Timer.ANNOUNCEMENT):
            # A playback that hangs would hold back everything that is played after it.
            return _stopped(call)
        case on.ActionRefused(action=on.Action.PLAY_ANNOUNCEMENT, reason=reason, playback=playback):
            if reason is on.Refusal.GONE:
                return end(call, event.at)
            if playback not in (None, call.playback):
                return call, ()
            return _stopped(call) if reason is on.Refusal.TIMEOUT else _not_played(call)
        case on.Adopted():
            # Nobody saw whether the caller was told. Hearing it twice is better than not at all.
            again, commands = _announce(replace(call, attempt=0))
            return again, (do.StopAnnouncement(playback=call.playback), *commands)
        case _:
            return None


def _announce(call: Call) -> Step:
    if not call.plan.announcement:
        # Nothing is recorded yet, or a disaster needs the seconds (災害時).
        return ring(call, call.plan.phones)
    told = replace(call, phase=Phase.ANNOUNCING, playbacks=call.playbacks + 1, attempt=call.attempt + 1)
    return told, (
        do.PlayAnnouncement(leg=call.leg, playback=told.playback, announcement=call.plan.announcement),
        do.SetTimer(timer=on.Timer.ANNOUNCEMENT, seconds=call.plan.announcement_limit_seconds),
    )


def _not_played(call: Call) -> Step:
    if call.attempt < ATTEMPTS:
        return _announce(call)
    # A citizen's call outlives our announcement (未告知): people are told, the caller is served.
    served, commands = ring(call, call.plan.phones)
    return served, (*commands, do.RaiseAlarm(code="announcement-not-played"))


def _stopped(call: Call) -> Step:
    onward, commands = _not_played(call)
    return onward, (do.StopAnnouncement(playback=call.playback), *commands)
