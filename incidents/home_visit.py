"""A visit outside the hall (訪問): a limit of time, a word now and then, a call when none comes.

Pure. The limit is the city's (threshold ``visit-stay``; 品川区 対応要領 第2章 names one hour as a guide).
It asks people to judge and ends no visit; silence asks the section to telephone the visitors. Nothing is
counted per person, neither of staff nor of citizens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class VisitState(StrEnum):
    """How a visit stands at a moment, the most urgent last."""

    ENDED = "ended"  # back, or over
    QUIET = "quiet"  # nothing is due
    WORD_DUE = "word-due"  # a word is due now
    OVER_LIMIT = "over-limit"  # longer than the limit: end it, or let people judge
    SILENT = "silent"  # no word for longer than the city waits: somebody telephones


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTimes:
    """The moments of one visit. Spans are at least one minute; moments are aware.

    Raises:
        ValueError: a span that is none
    """

    begun_at: datetime
    heard_at: datetime
    """When the last word came; the beginning counts as one."""
    limit: timedelta
    every: timedelta
    """A word is due this long after the last one."""
    grace: timedelta
    """How much longer the section waits before it is asked to telephone."""
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if min(self.limit, self.every) < timedelta(minutes=1) or self.grace < timedelta(0):
            raise ValueError("a visit needs a limit and a time between words")

    @property
    def word_due_at(self) -> datetime:
        """When the next word is due."""
        return self.heard_at + self.every

    @property
    def silent_at(self) -> datetime:
        """From when on silence is told to the section."""
        return self.word_due_at + self.grace

    @property
    def over_at(self) -> datetime:
        """When the limit is reached."""
        return self.begun_at + self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How a visit stands, since when, and when that changes by itself; None: not by itself."""

    state: VisitState
    since: datetime
    changes_at: datetime | None


def due(visit: VisitTimes, now: datetime) -> Due:
    """Say what is due of a visit at a moment. Silence goes before everything: somebody may be in trouble."""
    if visit.ended_at is not None:
        return Due(state=VisitState.ENDED, since=visit.ended_at, changes_at=None)
    if now >= visit.silent_at:
        return Due(state=VisitState.SILENT, since=visit.silent_at, changes_at=None)
    if now >= visit.over_at:
        return Due(state=VisitState.OVER_LIMIT, since=visit.over_at, changes_at=visit.silent_at)
    if now >= visit.word_due_at:
        return Due(
            state=VisitState.WORD_DUE, since=visit.word_due_at, changes_at=min(visit.silent_at, visit.over_at)
        )
    return Due(state=VisitState.QUIET, since=visit.begun_at, changes_at=min(visit.word_due_at, visit.over_at))
