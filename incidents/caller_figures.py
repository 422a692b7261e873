"""How often a number called, how long, where, and which of these calls we ourselves brought about. Pure.

What the hall caused is told apart and never counts as リピート or はしご; what nobody wrote down is told as
unknown and never as the caller's own doing. A transfer inside a call is no call of its own. A number is not a
person, and a caller without one has no figures at all: whoever asks has a number's calls and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

PERIODS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
REACH = timedelta(days=1)
"""So long after an earlier call the next one may have come of it. Longer favours the caller."""

SENT_ON = frozenset({"hikitsugi"})
CALL_BACK = frozenset({"orikaeshi"})
"""Outcomes after a call (core/profile/desk.py) that say so; a city's own further outcomes are not read."""


class Came(StrEnum):
    """Why a call came, as far as our own records tell."""

    OWN = "own"  # of their own accord: nothing of ours is known to have brought it about
    PROMISE_BROKEN = "promise-broken"  # a promise of ours was due and not kept
    UNANSWERED = "unanswered"  # nobody of ours answered the call before
    CUT_OFF = "cut-off"  # the call before broke off at our side
    SENT = "sent"  # we had passed them on to somebody else
    CALL_BACK = "call-back"  # we had said that we would call back
    UNKNOWN = "unknown"  # nobody wrote down how the call before came out

    @property
    def because_of_us(self) -> bool:
        """Say whether the hall brought it about: such a call is never a リピート or はしご."""
        return self not in (Came.OWN, Came.UNKNOWN)

    @property
    def counts(self) -> bool:
        """Say whether it may count for a signal at all: only what is known to be the caller's own wish."""
        return self is Came.OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """One call of a number that was no practice. ``outcome`` is null where nobody wrote one down."""

    at: datetime
    department: str
    seconds: int
    answered: bool
    cut_off: bool = False
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedPromise:
    """A promise to this number: by when, and when it was kept if it was."""

    due_at: datetime
    kept_at: datetime | None = None

    def broken_at(self, moment: datetime) -> bool:
        """Say whether it was due and not kept at a moment."""
        return self.due_at < moment and (self.kept_at is None or self.kept_at > moment)


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


def why_they_came(calls: Sequence[PastCall], promises: Collection[OwedPromise] = ()) -> list[Came]:
    """Say of each of a number's calls, the earliest first, why it came.

    Raises:
        ValueError: the calls are not in the order of their arrival
    """
    if any(later.at < earlier.at for earlier, later in pairwise(calls)):
        raise ValueError("calls come the earliest first")
    return [_why(one, calls[at - 1] if at else None, promises) for at, one in enumerate(calls)]


def caller_figures(
    calls: Sequence[PastCall], promises: Collection[OwedPromise], now: datetime
) -> tuple[CallerFigures, ...]:
    """Return the figures of each of ``PERIODS``; a call of before explains what followed."""
    told = list(zip(calls, why_they_came(calls, promises), strict=True))
    return tuple(
        _within(period, [(one, came) for one, came in told if now - period <= one.at <= now])
        for period in PERIODS
    )


def _why(call: PastCall, before: PastCall | None, promises: Collection[OwedPromise]) -> Came:
    if any(promise.broken_at(call.at) for promise in promises):
        return Came.PROMISE_BROKEN
    if before is None or call.at - before.at > REACH:
        return Came.OWN
    return _left_by(before)


def _left_by(before: PastCall) -> Came:
    """Say what a call leaves behind: why the next one comes."""
    if not before.answered:
        return Came.UNANSWERED
    if before.cut_off:
        return Came.CUT_OFF
    if before.outcome is None:
        return Came.UNKNOWN
    if before.outcome in SENT_ON:
        return Came.SENT
    return Came.CALL_BACK if before.outcome in CALL_BACK else Came.OWN


def _within(period: timedelta, told: Sequence[tuple[PastCall, Came]]) -> CallerFigures:
    own = [call for call, came in told if came.counts]
    return CallerFigures(
        days=period.days,
        calls=len(told),
        own=len(own),
        because_of_us=sum(came.because_of_us for _, came in told),
        unknown=sum(came is Came.UNKNOWN for _, came in told),
        seconds=sum(call.seconds for call, _ in told),
        departments=tuple(sorted({call.department for call, _ in told})),
        own_departments=tuple(sorted({call.department for call in own})),
    )
