"""What of a call was recorded: on request, from then on; where it was not wanted, until it stopped. Pure.

What the caller said before the announcement to both had ended is theirs: it is silenced when the recording is
sealed. Where the end is unknown nothing is silenced, and the recording is closed for use (未告知) anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from telephony.call.call import Call
from telephony.call.recording_on_call import ON_DEMAND
from telephony.capture.dialplan_facts import DialplanFacts
from telephony.capture.evidence import CallSpan
from telephony.sound.audio_files import SAMPLE_RATE, Samples


def recorded_span(span: CallSpan, told: Call, noted: DialplanFacts, mode: str) -> CallSpan | None:
    """Return the span of the recording; None when nothing was asked to be recorded.

    Args:
        span: of the whole call
        told: the call as our journal has it
        noted: what the dialplan noted, if it led the call at any time
        mode: how the line is recorded
    """
    state = told.recording
    if state.stopped_at is not None:
        span = replace(span, ended_at=state.stopped_at)
    if mode != ON_DEMAND:
        return span
    began_at = state.began_at or noted.recorded_from
    if began_at is None:
        return None
    told_at = state.told_at or (noted.notice_until if noted.announcement_played else None)
    return replace(
        span,
        recorded_from=began_at,
        answered_at=began_at,
        connected_at=max(filter(None, (began_at, told_at, span.connected_at))),
        announcement_finished=told_at is not None,
        announcement_ended_at=told_at,
    )


def seconds_untold(span: CallSpan, mode: str) -> float:
    """Return how long, from the first sample, the caller had not been told to the end yet."""
    if mode != ON_DEMAND or span.announcement_ended_at is None:
        return 0.0
    return max(0.0, span.seconds_to(span.announcement_ended_at))


def silenced(sound: Iterable[Samples], seconds: float) -> Iterator[Samples]:
    """Let both sides pass, the caller's as silence for so long."""
    left = round(seconds * SAMPLE_RATE)
    for both in sound:
        if left > 0:
            quiet = both.copy()
            quiet[:left, 0] = 0
            left -= len(both)
            yield quiet
        else:
            yield both
