"""A signal: which rule found what, where, with which figures. No verdict, and no word of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a rule may find in a call, or in calls that belong together."""

    DEADLOCK = "deadlock"  # 膠着: a clock that a person started, not stopped in time
    AGREED_TIME = "agreed-time"  # 伝えた時間 and more
    EXPLAIN_LIMIT = "explain-limit"  # one explanation, an hour
    REPEAT_DEPARTMENT = "repeat-department"
    REPEAT_HALL = "repeat-hall"
    HASHIGO = "hashigo"  # はしご: one demand, one department after another
    ABUSE = "phrase-T1"
    THREAT = "phrase-T5"
    AUTHORITY = "phrase-T6"
    CALLED_OUT = "phrase-T7"
    SEXUAL = "phrase-T8"
    ONLINE = "phrase-T9"
    LOUDNESS = "loudness"
    TALK_OVER = "talk-over"
    PRIVATE_CONTACT = "private-contact"
    OUTSIDE_HOURS = "outside-hours"
    LIFE = "life"  # 命の相談: never harassment
    DANGER = "danger-110"  # a threat of killing or bombing

    @property
    def urgent(self) -> bool:
        """Whether a life is at stake: shown first, and never held back for another day."""
        return self in {Kind.DANGER, Kind.LIFE}


CLOCKED = frozenset({Kind.DEADLOCK, Kind.AGREED_TIME, Kind.EXPLAIN_LIMIT})
"""What stands on times alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one rule found in one call."""

    kind: Kind
    rule: str
    """Which rule; of phrases the one of the city's profile."""
    version: str
    value: Mapping[str, int | float]
    """Figures that were found, by name. No words, no number of a telephone."""
    limit: Mapping[str, int | float] = field(default_factory=dict[str, "int | float"])
    """Figures of the city's profile that they were held against."""
    at: float = 0.0
    """Seconds from the first sample of the recording."""
    utterances: tuple[int, ...] = ()
    """On which of the caller's utterances it stands."""
