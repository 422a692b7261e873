"""What somebody did in the editor, one thing after another. Values alone; nothing here is ever changed.

No event holds a word of the call: a passage is its side and its seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.ids import AccountId
from transcription.utterance import Span, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEvent:
    """Something that was done to the passages of one recording."""

    at: datetime
    by: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked(WorkEvent):
    """A passage was left out."""

    mask: UUID
    track: Track
    start: float
    end: float
    ground: str = ""
    """Id of the ground in the profile; empty until somebody says it."""
    note: str = ""
    offer: str = ""
    """Key of the suggestion that was taken."""

    @property
    def span(self) -> Span:
        """The passage."""
        return Span(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded(WorkEvent):
    """It was said why a passage is left out."""

    mask: UUID
    ground: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmasked(WorkEvent):
    """A passage is not left out after all."""

    mask: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutOther(WorkEvent):
    """A passage is about a third person of the request, whether it is left out or not (第86条)."""

    about: UUID
    track: Track
    start: float
    end: float
    person: UUID
    """Who, lies sealed with the request."""

    @property
    def span(self) -> Span:
        """The passage."""
        return Span(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAboutOther(WorkEvent):
    """A passage is not about a third person after all."""

    about: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(WorkEvent):
    """A suggestion was looked at and declined."""

    offer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(WorkEvent):
    """An earlier event was taken back: everything stands as if it had not been."""

    number: int
