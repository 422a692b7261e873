"""What was said: a track, words with their seconds and how sure the recogniser was, utterances.

Pure values. Seconds always count from the first sample of the recording, on both tracks alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

UNHEARD = "〔聞き取れません〕"
"""Stands where the recogniser gave text that it did not believe itself; the sound stays playable."""

WORDLESS = "〔音声あり・文字なし〕"
"""Stands where somebody speaks and the recogniser gave no text, so that lost speech stays visible."""


class Track(StrEnum):
    """Whose side of the telephone, or a room. The track says who spoke; nothing is guessed from the voice."""

    CALLER = "caller"
    HALL = "hall"
    ROOM = "room"
    """会場: one microphone heard everybody (a recorder's file); who spoke is 不明."""


CALL_TRACKS: tuple[Track, Track] = (Track.CALLER, Track.HALL)
"""The sides of a call; a recorder in a room has one for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a recording, in seconds from its first sample."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"no stretch of time: {self.start}..{self.end}")

    @property
    def seconds(self) -> float:
        """The length of the stretch."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A piece of text as the recogniser cuts it, with the probability (0..1) it gave itself."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One stretch of speech on one track, and its text."""

    track: Track
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"an utterance needs a stretch of time: {self.start}..{self.end}")
        if not self.text:
            raise ValueError("an utterance without text says so in words")

    @property
    def span(self) -> Span:
        """The stretch of the recording in which it was said."""
        return Span(start=self.start, end=self.end)

    @property
    def heard(self) -> bool:
        """Say whether the text is what somebody said, and not one of our two remarks."""
        return self.text not in {UNHEARD, WORDLESS}

    def later(self, seconds: float) -> Utterance:
        """Return the same utterance, so much later in the recording."""
        if not seconds:
            return self
        words = tuple(
            replace(word, start=word.start + seconds, end=word.end + seconds) for word in self.words
        )
        return replace(self, start=self.start + seconds, end=self.end + seconds, words=words)

    @property
    def confidence(self) -> float:
        """The mean of the words' probabilities, 0..1; 0 where there are no words."""
        return sum(word.probability for word in self.words) / len(self.words) if self.words else 0.0
