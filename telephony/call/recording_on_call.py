"""Recording on request, and stopping where recording is not wanted (録音拒否), within a call. Pure.

On request nothing is recorded before the key; then both hear the announcement, while the recording already
runs as the proof of it. Where recording is not wanted, it is explained again first: the order is answered
with ``explain-first``, and only the same order once more acts, as the profile says. Nothing here ends a call.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Phase
from telephony.call.ending import Step
from telephony.call.orders import DONE, NOT_NOW, NOT_POSSIBLE, OrderKind, answered

ON_DEMAND = "on-demand"
ALREADY_RECORDING = "already-recording"
NOT_WANTED = "not-wanted"
EXPLAIN_FIRST = "explain-first"
OFFER_OTHER_WAY = "offer-other-way"
TELLS = 2


def is_recorded(call: Call) -> bool:
    """Say whether sound of this call is being recorded now."""
    if call.recording.stopped_at is not None:
        return False
    return call.plan.mode != ON_DEMAND or call.recording.began_at is not None


def sound_now(call: Call) -> str | None:
    """Say for people whether a call is being recorded (`calls.sound_now`); None once it is over."""
    if call.phase is Phase.ENDED:
        return None
    if call.recording.stopped_at is not None:
        return "stopped"
    return "on" if is_recorded(call) else "not-asked"


def start_recording(call: Call, event: on.Ordered) -> Step:
    """Decide the order to record from now on."""
    if call.recording.stopped_at is not None:
        return answered(call, event, NOT_WANTED)
    if call.plan.mode != ON_DEMAND or call.recording.asked_at is not None:
        return answered(call, event, ALREADY_RECORDING)
    if not _both_can_hear(call):
        return answered(call, event, NOT_NOW)
    asked, commands = _begin(call, event.at)
    return asked, (*commands, do.ConcludeOrder(order=event.order, result=DONE, at=event.at))


def refuse_recording(call: Call, event: on.Ordered) -> Step:
    """Decide what follows when the caller does not want to be recorded."""
    state = call.recording
    if call.phase is not Phase.TALKING or not is_recorded(call) or state.stop_order is not None:
        return answered(call, event, NOT_NOW)
    if state.explained_at is None or state.explained_by == event.order:
        # The very order may be handed on twice, when the process that leads the call dies.
        explained = replace(state, explained_at=state.explained_at or event.at, explained_by=event.order)
        return answered(replace(call, recording=explained), event, EXPLAIN_FIRST)
    if call.plan.when_not_wanted == "offer":
        return answered(call, event, OFFER_OTHER_WAY)
    stopping = replace(call, recording=replace(state, stop_order=event.order))
    return stopping, (do.StopRecording(leg=call.leg),)


RECORDING_ORDERS = {
    OrderKind.START_RECORDING: start_recording,
    OrderKind.REFUSE_RECORDING: refuse_recording,
}


def of_recording(call: Call, event: on.CallEvent) -> Step | None:  # noqa: PLR0911  one return per case
    """Decide what Asterisk says of the recording; None if it speaks of something else."""
    state = call.recording
    if call.phase in (Phase.OFFERED, Phase.ENDED):
        return None
    match event:
        case on.RecordingBegan():
            if state.began_at is not None:
                return call, ()
            began = replace(call, recording=replace(state, began_at=event.at))
            return _tell(began) if call.held_since is None else (began, ())
        case on.RecordingStopped():
            order = state.stop_order
            over = replace(call, recording=replace(state, stopped_at=state.stopped_at or event.at))
            return over, _concluded(order, DONE, event.at)
        case on.AnnouncementEnded(playback=playback) if playback == playback_name(call) and call.held_since:
            return call, ()  # the caller heard music; `secure` tells again when they are back
        case on.AnnouncementEnded(playback=playback, played=True) if playback == playback_name(call):
            return replace(call, recording=replace(state, told_at=event.at)), ()
        case (
            on.AnnouncementEnded(playback=playback)
            | on.ActionRefused(action=on.Action.TELL_BOTH, playback=playback)
        ) if playback == playback_name(call):
            return _not_told(call)
        case on.ActionRefused(action=on.Action.START_RECORDING):
            # The next press tries again. Nobody was told of a recording that is not there.
            again = replace(call, recording=replace(state, asked_at=None))
            return again, (do.RaiseAlarm(code="recording-not-started"),)
        case on.ActionRefused(action=on.Action.STOP_RECORDING):
            still = replace(call, recording=replace(state, stop_order=None))
            alarm = do.RaiseAlarm(code="recording-not-stopped")
            return still, (alarm, *_concluded(state.stop_order, NOT_POSSIBLE, event.at))
        case _:
            return None


def secure(event: on.CallEvent, step: Step) -> Step:  # noqa: PLR0911  one return per case
    """Let the flag key start a recording on request, and an adopted call finish what its process began.

    Who was held meanwhile is recorded, and told of it, once they are back.
    """
    call, commands = step
    state = call.recording
    if call.phase is Phase.ENDED or call.arrival is None:
        return step
    if isinstance(event, on.Adopted) and state.stop_order is not None and state.stopped_at is None:
        return call, (*commands, do.StopRecording(leg=call.leg))
    if call.plan.mode != ON_DEMAND:
        return step
    back = isinstance(event, (on.LegsJoined, on.PhoneResumed)) and _both_can_hear(call)
    if back and state.told_at is None and state.began_at is not None and state.stopped_at is None:
        told, more = _tell(call)
        return told, (*commands, *more)
    flagged = (back and call.marks > 0) or any(isinstance(one, do.RecordMark) for one in commands)
    if flagged and state.asked_at is None and _both_can_hear(call):
        asked, more = _begin(call, event.at)
        return asked, (*commands, *more)
    if isinstance(event, on.Adopted) and state.asked_at is not None and state.began_at is None:
        return call, (*commands, _start(call))
    return step


def playback_name(call: Call) -> str:
    """Name the announcement that tells both of the recording."""
    return f"pb-{call.id}-rec{call.recording.tells}"


def _both_can_hear(call: Call) -> bool:
    return call.phase is Phase.TALKING and call.operator is not None and call.held_since is None


def _begin(call: Call, at: datetime) -> Step:
    return replace(call, recording=replace(call.recording, asked_at=at)), (_start(call),)


def _start(call: Call) -> do.StartRecording:
    return do.StartRecording(leg=call.leg, line=call.plan.line)


def _tell(call: Call) -> Step:
    told = replace(call, recording=replace(call.recording, tells=call.recording.tells + 1))
    words = call.plan.recording_announcement
    return told, (do.TellBoth(bridge=call.bridge, playback=playback_name(told), announcement=words),)


def _not_told(call: Call) -> Step:
    if call.recording.tells < TELLS and call.phase is Phase.TALKING:
        return _tell(call)
    # As with every announcement that fails: the call and its recording go on, closed for use (未告知).
    return call, (do.RaiseAlarm(code="announcement-not-played"),)


def _concluded(order: str | None, result: str, at: datetime) -> tuple[do.Command, ...]:
    return () if order is None else (do.ConcludeOrder(order=order, result=result, at=at),)
