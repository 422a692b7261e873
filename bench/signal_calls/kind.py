"""The kinds of signals that the labels speak of, and what a label of each kind points at."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a rule may find in a call, or in calls that belong together.

    Violence (T2) cannot be done by telephone, and the policy has no phrases for T3 and T4, which clocks and
    counts find: a phrase signal of these three types is wrong wherever it comes.
    """

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
    def of_whole_call(self) -> bool:
        """Whether the signal stands on times and counts, not on words at a place."""
        return self in _OF_WHOLE_CALL

    @property
    def of_series(self) -> bool:
        """Whether the signal stands on earlier calls too."""
        return self in _OF_SERIES


_OF_SERIES = frozenset({Kind.REPEAT_DEPARTMENT, Kind.REPEAT_HALL, Kind.HASHIGO})
_OF_WHOLE_CALL = _OF_SERIES | {Kind.DEADLOCK, Kind.AGREED_TIME, Kind.EXPLAIN_LIMIT}
