"""Who speaks into the hall's words and goes on, again and again. A はい is none of it, nor a slow line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.profile.signals import TalkOverFigures
from incidents.signals.facts import CallFacts, Said
from incidents.signals.limits import Limits
from incidents.signals.signal import Kind, Signal
from incidents.signals.words import Words

VERSION = "talk-over-1"
_ANSWERS = re.compile(
    "((はい|ええ|うん|ああ|へえ|ほう|なるほど|そう(です|なん)?(か|ね|よ|です)*|(分|わ)かりました)[、。 ]*)+"
)


def talks_over(call: CallFacts, limits: Limits, words: Words) -> Iterator[Signal]:
    """Find a caller who began into the hall's words so often within so many minutes."""
    figures = limits.talk_over
    if figures is None or words.emergency.any_of(call.callers) or words.delay.any_of(call.said):
        return
    into = [one for one in call.callers if _breaks_in(one, call.halls, figures)]
    window = figures.minutes * 60
    dense = {
        later.number: later
        for place, first in enumerate(into)
        if len(near := [one for one in into[place:] if one.start - first.start <= window]) >= figures.times
        for later in near
    }
    if dense:
        found = list(dense.values())
        yield Signal(
            kind=Kind.TALK_OVER,
            rule="talk-over",
            version=VERSION,
            value={"times": len(found)},
            limit={"times": figures.times, "minutes": figures.minutes},
            at=found[0].start,
            utterances=tuple(one.number for one in found),
        )


def _breaks_in(said: Said, halls: tuple[Said, ...], figures: TalkOverFigures) -> bool:
    if said.seconds < figures.own_seconds or _ANSWERS.fullmatch(said.text):
        return False
    return any(hall.start < said.start and said.start + figures.into_seconds <= hall.end for hall in halls)
