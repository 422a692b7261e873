"""Until when a request must be decided. Pure: what happened to it in, dates out.

Counted are calendar days, the day of receipt is not counted (民法 第140条). Days that a 補正 took are left
out (個人情報の保護に関する法律 第83条第1項ただし書); a clock that waits for one stands still and has no
limit. An extension counts from the limit in force, is never longer than the profile's row, and holds only if
it was decided in time: what came late is shown as late and moves nothing.

Where the act leaves room the earlier date is taken: it is the citizen's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.profile.disclosure import Term
from disclosure.open_days import OpenDays


class Trouble(StrEnum):
    """What was done to a clock and does not hold."""

    EXTENDED_LATE = "extended-late"  # decided after the limit had passed
    EXTENDED_TOO_LONG = "extended-too-long"  # longer than the row permits: the row's days hold
    SPLIT_LATE = "split-late"  # the special rule was announced after the period of 第83条第1項
    NO_SPECIAL_RULE = "no-special-rule"  # the row has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Amending:
    """A 補正: the requester was asked to mend the form, and did."""

    asked: date
    done: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A longer period, decided and told with its reason (第83条第2項)."""

    decided: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The special rule for large requests (第84条): a good part in time, the rest until a told day."""

    told: date
    rest_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happened to a request, as far as its clock asks."""

    received: date
    amendings: Sequence[Amending] = ()
    extension: Extension | None = None
    split: Split | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Until when a request must be decided."""

    limit: date | None
    """Last day of the period; None while a 補正 is waited for."""
    target: date | None
    """The last open day on or before it: what is shown and worked towards."""
    rest: date | None = None
    """Under the special rule: until when the rest is decided."""
    paused_days: int = 0
    waiting_since: date | None = None
    troubles: tuple[Trouble, ...] = ()


def limits_of(course: Course, term: Term, days: OpenDays) -> Limits:
    """Return until when a request must be decided.

    Args:
        course: what happened to it
        term: the profile's row of its kind at its 実施機関
        days: on which the hall is open
    """
    first, paused, waiting = _paused(course, term.days)
    if waiting is not None:
        return Limits(limit=None, target=None, paused_days=paused, waiting_since=waiting)
    troubles: list[Trouble] = []
    limit, rest = first, None
    if course.extension is not None:
        permitted, found = _extended(course.extension, term, first)
        troubles += found
        limit, late_pause, waiting = _paused(course, term.days + permitted)
        paused = late_pause
        if waiting is not None:
            return Limits(
                limit=None, target=None, paused_days=paused, waiting_since=waiting, troubles=tuple(troubles)
            )
    if course.split is not None:
        split, found = _split(course, term, first)
        troubles += found
        if split is not None:
            limit, rest = split, course.split.rest_until
    return Limits(
        limit=limit,
        target=days.on_or_before(limit),
        rest=rest,
        paused_days=paused,
        troubles=tuple(troubles),
    )


def _paused(course: Course, length: int) -> tuple[date, int, date | None]:
    """Return the limit of a period, how long it stood still, and since when it does so now.

    A day is left out once, however many 補正 fall on it; one that was asked for when the period had run out
    stops nothing.
    """
    left_out: set[date] = set()
    limit = course.received + timedelta(days=length)
    for one in sorted(course.amendings, key=lambda each: each.asked):
        if one.asked > limit or one.asked < course.received:
            continue
        if one.done is None:
            return limit, len(left_out), one.asked
        # From the day after it was asked for: the form is with the hall on that day still.
        left_out |= {one.asked + timedelta(days=away + 1) for away in range((one.done - one.asked).days)}
        limit = course.received + timedelta(days=length + len(left_out))
    return limit, len(left_out), None


def _extended(extension: Extension, term: Term, limit: date) -> tuple[int, list[Trouble]]:
    if extension.decided > limit:
        return 0, [Trouble.EXTENDED_LATE]
    if extension.days > term.extension_days:
        return term.extension_days, [Trouble.EXTENDED_TOO_LONG]
    return max(extension.days, 0), []


def _split(course: Course, term: Term, limit: date) -> tuple[date | None, list[Trouble]]:
    if term.large is None:
        return None, [Trouble.NO_SPECIAL_RULE]
    if course.split is not None and course.split.told > limit:
        return None, [Trouble.SPLIT_LATE]
    if term.large.pauses:
        return _paused(course, term.large.days)[0], []
    return course.received + timedelta(days=term.large.days), []
