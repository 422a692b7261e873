"""Who speaks when, beside whom, and how long: stretches of a conversation, from two masks of 30 ms frames.

Nothing here appraises the operator: interruptions and long runs are told of the caller only, and no rate of
speaking is measured of anybody.
"""

from __future__ import annotations

import numpy as np

from transcription.utterance import Span
from transcription.voice.masks import FRAME_SECONDS, Mask, bridged, runs, spans_of

BREATH = 0.3
"""Seconds; a shorter pause inside a sentence does not make somebody silent."""

_WAS_SPEAKING = 0.4  # s the hall has been speaking when the caller begins
_GOES_ON = 0.6  # s the caller goes on
_TOGETHER = 0.25  # s of it beside the hall; less is a turn that changed hands closely
_REPLY = 0.8  # s; はい does not end what somebody is telling
_SILENCE = 5.0  # s without either voice
_MELODY = 0.2  # of a pause; a ring-back tone sounds a third of the time


def talk_over(caller: Mask, hall: Mask) -> tuple[Span, ...]:
    """List where both speak at once."""
    return spans_of(caller & hall)


def interruptions(caller: Mask, hall: Mask) -> tuple[float, ...]:
    """List the seconds at which the caller began into the hall's words and went on."""
    callers, halls = bridged(caller, BREATH), bridged(hall, BREATH)
    before, on, together = (round(s / FRAME_SECONDS) for s in (_WAS_SPEAKING, _GOES_ON, _TOGETHER))
    return tuple(
        begin * FRAME_SECONDS
        for begin, end in runs(callers)
        if begin >= before
        and end - begin >= on
        and halls[begin - before : begin + together].all()
        and len(caller) >= begin + together
    )


def silences(caller: Mask, hall: Mask, tones: Mask) -> tuple[Span, ...]:
    """List where nobody speaks for five seconds or more; a melody or a ring-back tone is no silence."""
    return tuple(
        span
        for span in spans_of(~(bridged(caller, BREATH) | bridged(hall, BREATH)), _SILENCE)
        if tones[round(span.start / FRAME_SECONDS) : round(span.end / FRAME_SECONDS)].mean() < _MELODY
    )


def longest_run(caller: Mask, hall: Mask) -> Span | None:
    """Find the caller's longest run: from their first word to the hall's next words of 0.8 s or more."""
    replies = [begin for begin, end in runs(bridged(hall, BREATH)) if (end - begin) * FRAME_SECONDS >= _REPLY]
    spoken = np.flatnonzero(caller)
    longest: Span | None = None
    while len(spoken):
        begin = int(spoken[0])
        until = next((reply for reply in replies if reply > begin), len(caller))
        words = spoken[spoken < until]
        run = Span(start=begin * FRAME_SECONDS, end=(int(words[-1]) + 1) * FRAME_SECONDS)
        if longest is None or run.seconds > longest.seconds:
            longest = run
        spoken = spoken[spoken >= until]
    return longest
