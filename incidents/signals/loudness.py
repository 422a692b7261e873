"""A loud voice, beside the caller's own beginning: telephones and ears differ more than tempers do.

Whoever is asked to speak up, calls a child, is glad, or cries for help is not loud at us.
"""

from __future__ import annotations

from collections.abc import Iterator

from incidents.signals.facts import CallFacts, Said
from incidents.signals.limits import Limits
from incidents.signals.signal import Kind, Signal
from incidents.signals.words import Words

VERSION = "loudness-1"


def loud_voice(call: CallFacts, limits: Limits, words: Words) -> Iterator[Signal]:
    """Find words so far above the caller's own beginning, for so many seconds altogether."""
    if limits.loud is None or words.emergency.any_of(call.callers):
        return
    asked = next((one.start for one in call.halls if words.speak_up.found(one.text)), call.seconds)
    loud = [
        one
        for one in call.callers
        if one.db >= limits.loud.above_db and one.start < asked and not words.turned_away.found(one.text)
    ]
    if _seconds(loud) >= limits.loud.seconds:
        yield Signal(
            kind=Kind.LOUDNESS,
            rule="loudness",
            version=VERSION,
            value={"above_db": round(max(one.db for one in loud), 1), "seconds": round(_seconds(loud), 1)},
            limit={"above_db": limits.loud.above_db, "seconds": limits.loud.seconds},
            at=loud[0].start,
            utterances=tuple(one.number for one in loud),
        )


def _seconds(said: list[Said]) -> float:
    return sum(one.seconds for one in said)
