"""A passage that may have to be left out as well: offered to a person, who takes or declines it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from disclosure.redaction.echoes import LATEST, echoes
from disclosure.redaction.work import Work
from telephony.sound.audio_files import SAMPLE_RATE
from transcription.utterance import Span, Track

_MARGIN = 1.0  # seconds of sound read beyond a passage on either side

ECHO = "echo"
"""What is left out on one side is heard on the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A passage and why it is offered."""

    kind: str
    track: Track
    span: Span
    words: str = ""

    @property
    def key(self) -> str:
        """Under which it is taken or declined: the same passage of the same kind is the same offer."""
        return f"{self.kind}:{self.track}:{round(self.span.start * 10)}:{round(self.span.end * 10)}"


def standing(offers: Iterable[Offer], work: Work) -> tuple[Offer, ...]:
    """Return the offers that nobody has answered and that no passage covers, in order."""
    left = [
        one
        for one in offers
        if one.key not in work.declined
        and not any(
            mask.start <= one.span.start + 0.05 and one.span.end - 0.05 <= mask.end
            for mask in work.silent(one.track)
        )
    ]
    return tuple(sorted(left, key=lambda one: (one.span.start, one.span.end, one.track)))


def echo_offers(
    work: Work,
    tracks: Sequence[Track],
    sounds_of: Callable[[Sequence[Span]], Sequence[NDArray[np.int16]]],
) -> Iterator[Offer]:
    """Return where one side carries what is left out of the other.

    Args:
        work: the passages as they stand
        tracks: the two sides, in the order of their columns
        sounds_of: samples of some stretches, shape (n, 2); asked once, since a master is read from its front
    """
    if tracks[0] is tracks[1]:
        return
    passages = [(column, one) for column, track in enumerate(tracks) for one in work.silent(track)]
    wide = [
        Span(start=max(0.0, one.start - _MARGIN), end=one.end + LATEST + _MARGIN) for _, one in passages
    ]  # fmt: skip
    for (column, one), around, sound in zip(passages, wide, sounds_of(wide) if wide else (), strict=True):
        near = Span(start=one.start - around.start, end=one.end - around.start)
        for found in echoes(sound[:, column], sound[:, 1 - column], [near], SAMPLE_RATE):
            yield Offer(
                kind=ECHO, track=tracks[1 - column],
                span=Span(start=found.start + around.start, end=found.end + around.start),
            )  # fmt: skip
