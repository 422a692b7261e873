"""How often a number called, how long, where, and which of these calls we ourselves brought about. Pure.

What the hall caused is told apart and never counts as リピート or はしご. A transfer inside a call is no call
of its own, and a call of ours is none of theirs. A number is not a person: of a number that several people
use, a call belongs to the person it is said to be from, and figures of the whole number are nobody's. A
caller without a number has no figures at all: whoever asks has a number's calls and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.came import Came, OwedPromise, PastCall, why_they_came

__all__ = [
    "PERIODS",
    "CallerFigures",
    "Came",
    "OwedPromise",
    "PastCall",
    "caller_figures",
    "one_person",
    "why_they_came",
]  # fmt: skip

PERIODS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerFigures:
    """What one number's calls come to in one period. ``own + because_of_us + unknown == calls``."""

    days: int
    calls: int
    own: int
    because_of_us: int
    unknown: int
    seconds: int
    """Of talk, in all calls of the period."""
    departments: tuple[str, ...]
    own_departments: tuple[str, ...]
    """Where they called of their own accord: the only ones that may count as はしご."""


def one_person(*, number: bool, shared: bool, person: str | None) -> bool:
    """Say whether calls may be counted together as one person's.

    Args:
        number: a number came with the call; withheld, payphone, unavailable and unreadable are classes, and
            calls of a class are never one person's
        shared: somebody marked the number as one of several people (共用の番号)
        person: as whom they called, if somebody wrote it down
    """
    return number and (not shared or person is not None)


def caller_figures(
    calls: Sequence[PastCall],
    promises: Collection[OwedPromise],
    now: datetime,
    person: str | None = None,
    department: str | None = None,
) -> tuple[CallerFigures, ...]:
    """Return the figures of each of ``PERIODS``; a call of before explains what followed.

    Args:
        calls: of one number, the earliest first; those of ours explain, and are not counted
        promises: to this number
        now: when the periods end
        person: count the calls alone that are said to be from this one; None: the whole number's
        department: count the calls alone that came to this one; None: wherever they came. What happened
            elsewhere explains them all the same
    """
    sums = [_Sum(since=now - period) for period in PERIODS]
    for one, came in zip(calls, why_they_came(calls, promises), strict=True):
        if one.by_us or one.at > now or (person is not None and one.person != person):
            continue
        if department is not None and one.department != department:
            continue
        for figures in sums:
            if one.at >= figures.since:
                figures.add(one, came)
    return tuple(figures.of(period) for figures, period in zip(sums, PERIODS, strict=True))


class _Sum:
    """Counts what falls into one period."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        self._came = dict.fromkeys(Came, 0)
        self._seconds = 0
        self._departments: set[str] = set()
        self._own: set[str] = set()

    def add(self, call: PastCall, came: Came) -> None:
        self._came[came] += 1
        self._seconds += call.seconds
        self._departments.add(call.department)
        if came is Came.OWN:
            self._own.add(call.department)

    def of(self, period: timedelta) -> CallerFigures:
        calls, own, unknown = sum(self._came.values()), self._came[Came.OWN], self._came[Came.UNKNOWN]
        return CallerFigures(
            days=period.days, calls=calls, own=own, because_of_us=calls - own - unknown, unknown=unknown,
            seconds=self._seconds, departments=tuple(sorted(self._departments)),
            own_departments=tuple(sorted(self._own)),
        )  # fmt: skip
