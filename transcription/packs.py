"""Packs stretches of speech into windows for the recogniser, and brings its words back to where they were.

A recogniser of 30-second windows costs the same for a word as for half a minute, so stretches share one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from transcription.engine import SAMPLE_RATE, Samples
from transcription.utterance import Span, Word

MODEL_RATE = 16000
LONGEST = 28.0
"""Seconds in a window; beyond 30 the recogniser silently drops the rest."""
SILENCE = 1.2
"""Seconds of silence between two stretches in a window. With less, words of one run into the other."""

_SILENT_END = 1.5  # seconds a stretch may go on after its last word: padding, breath, room noise
_SHORTEST_WORD = 0.02  # seconds; a word clipped to nothing still has a place


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A stretch of speech and where it stands in its window, in seconds."""

    span: Span
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Stretches of one track that are decoded together."""

    clips: tuple[Clip, ...]

    @classmethod
    def of(cls, span: Span) -> Pack:
        """Give a stretch a window of its own."""
        return cls(clips=(Clip(span=span, at=0.0),))

    def cut(self, samples: Samples) -> Samples:
        """Cut the window's sound out of a track, both 8 kHz."""
        last = self.clips[-1]
        window = np.zeros(round((last.at + last.span.seconds) * SAMPLE_RATE) + 1, dtype=np.int16)
        for clip in self.clips:
            piece = samples[round(clip.span.start * SAMPLE_RATE) : round(clip.span.end * SAMPLE_RATE)]
            begin = round(clip.at * SAMPLE_RATE)
            window[begin : begin + len(piece)] = piece[: len(window) - begin]
        return window

    def to_spans(self, words: list[Word] | None) -> dict[Span, list[Word] | None]:
        """Bring words, timed from the window's start, back to their stretches of the recording.

        A word belongs to the stretch of its end: recognisers put the start of the first word after a pause
        into the pause, or even into the stretch before. None (nothing believable) holds for every stretch.
        """
        if words is None:
            return {clip.span: None for clip in self.clips}
        placed: dict[Span, list[Word] | None] = {clip.span: [] for clip in self.clips}
        for word in words:
            clip = self._clip_at(word.end)
            stretch = placed[clip.span]
            if stretch is not None:
                stretch.append(_moved(word, clip, stretch[-1].end if stretch else clip.span.start))
        return placed

    def left_over(
        self, placed: Mapping[Span, list[Word] | None], *, alone_too: bool = False
    ) -> list[tuple[Span, Span]]:
        """Find where a window's words leave speech uncovered: (stretch, what of it is without words).

        A stretch that was alone in its window and has no words at all would only say the same again, unless
        it is listened to in another way (``alone_too``).
        """
        rests: list[tuple[Span, Span]] = []
        for span, words in placed.items():
            if not words:
                if alone_too or len(self.clips) > 1:
                    rests.append((span, span))
            elif span.end - words[-1].end > _SILENT_END:
                rests.append((span, Span(start=words[-1].end, end=span.end)))
        return rests

    def _clip_at(self, moment: float) -> Clip:
        begun = [clip for clip in self.clips if clip.at < moment]
        return begun[-1] if begun else self.clips[0]


def _moved(word: Word, clip: Clip, earliest: float) -> Word:
    shift = clip.span.start - clip.at
    latest = clip.span.end
    end = min(max(word.end + shift, earliest + _SHORTEST_WORD), latest)
    start = min(max(word.start + shift, earliest), end - _SHORTEST_WORD)
    return replace(word, start=start, end=end)


def pack_up(speech: tuple[Span, ...]) -> list[Pack]:
    """Pack stretches of speech, in order, into windows of at most 28 s."""
    packs: list[Pack] = []
    clips: list[Clip] = []
    for span in speech:
        at = clips[-1].at + clips[-1].span.seconds + SILENCE if clips else 0.0
        if clips and at + span.seconds > LONGEST:
            packs.append(Pack(clips=tuple(clips)))
            clips, at = [], 0.0
        clips.append(Clip(span=span, at=at))
    if clips:
        packs.append(Pack(clips=tuple(clips)))
    return packs
