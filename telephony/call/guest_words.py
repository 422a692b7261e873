"""Words into a talk, and how long anybody waits for them or for a supervisor's phone. Pure."""

from __future__ import annotations

from dataclasses import replace

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call

RING_SECONDS = 20
"""Less than an order lives (30 s), so that it always gets its answer."""


def next_words(call: Call) -> tuple[Call, str]:
    """Name the next playback into the bridge."""
    told = replace(call, words_told=call.words_told + 1)
    return told, f"pb-{call.id}-t{told.words_told}"


def wait(call: Call) -> do.Command:
    """Wait for a supervisor's phone or for words to end, no longer than is reasonable."""
    seconds = max(float(RING_SECONDS), call.plan.announcement_limit_seconds)
    return do.SetTimer(timer=on.Timer.GUEST, seconds=seconds)
