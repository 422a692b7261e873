"""A passage that is left out: of one side of the call, from a second to a second, on a ground. Pure.

One mask covers sound and words of its side alike. It never ends where a word ends but at the nearest pause
and a little further out, as clips of quotes do: a recogniser's word times are off by tens of milliseconds,
and half a syllable tells a name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from transcription.clip_span import clip_span
from transcription.utterance import Span, Track, Utterance, Word

TOUCHING = 0.3
"""Seconds. What lies between two masks nearer than this tells where the one ends: it goes too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """One passage and why it is left out."""

    id: UUID
    track: Track
    span: Span
    ground: str
    """Id of the ground in the profile: a number of 第78条第1項, or an article of the ordinance."""
    note: str = ""


def span_of_words(words: Sequence[Word], speech: Iterable[Span], whole: float) -> Span:
    """Return the passage to leave out for some words of one side.

    Args:
        words: that stand together, at least one
        speech: where somebody speaks on that side
        whole: seconds of the recording
    """
    return clip_span(
        Span(start=words[0].start, end=max(words[-1].end, words[0].start + 0.001)), speech, whole
    )


def silenced(masks: Iterable[Mask], track: Track) -> tuple[Span, ...]:
    """Return what is left out of one side, in order, without overlap."""
    found: list[Span] = []
    for one in sorted((mask.span for mask in masks if mask.track is track), key=lambda span: span.start):
        if found and one.start - found[-1].end < TOUCHING:
            found[-1] = Span(start=found[-1].start, end=max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)


def frames(span: Span, rate: int, count: int) -> slice:
    """Return the samples of a passage: every sample of which any part lies in it.

    Args:
        span: in seconds
        rate: samples per second
        count: samples that there are
    """
    first = min(max(0, math.floor(round(span.start * rate, 6))), count)
    last = min(count, math.ceil(round(span.end * rate, 6)))
    return slice(first, max(first, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A piece of what may be read: words, or that some were left out."""

    text: str
    left_out: bool


BLACK = "■■■"
"""Stands for left-out words, however many: their number would tell a name's length."""


def shown_of(utterance: Utterance, silent: Sequence[Span]) -> tuple[Shown, ...]:
    """Return what may be read of an utterance: a word that any part of a mask touches is not.

    An utterance whose words have no times of their own is left out whole if a mask touches it at all.
    """
    if not any(_touch(utterance.span, one) for one in silent):
        return (Shown(text=utterance.text, left_out=False),)
    if not utterance.words:
        return (Shown(text=BLACK, left_out=True),)
    pieces: list[Shown] = []
    for word in utterance.words:
        length = Span(start=word.start, end=max(word.end, word.start + 0.001))
        out = any(_touch(length, one) for one in silent)
        if pieces and pieces[-1].left_out == out:
            pieces[-1] = Shown(text=BLACK if out else pieces[-1].text + word.text, left_out=out)
        else:
            pieces.append(Shown(text=BLACK if out else word.text, left_out=out))
    return tuple(pieces)


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
