"""Why somebody called: of their own accord, or because of the hall. The one rule of it. Pure.

Only what our own records show. What the hall brought about never counts against a citizen; what nobody wrote
down and nobody heard is unknown, and never the caller's own doing. In doubt it was the hall.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

REACH = timedelta(days=1)
"""So long after an earlier call the next one may have come of it. Longer favours the caller."""
CUT_FOR = timedelta(hours=3)
"""So long a call that nobody answered, or that broke off, explains every one that follows."""
ASKED_FOR = timedelta(days=3)
"""So long somebody may take who was asked to call again, or whom we had called."""
NEVER = datetime.max.replace(tzinfo=UTC)
EXPLAINS = max(REACH, CUT_FOR, ASKED_FOR)
"""Calls of before are read so far back."""

SENT_ON = frozenset({"hikitsugi"})
CALL_BACK = frozenset({"orikaeshi"})
BROKEN_OFF = frozenset({"tochu"})
"""Outcomes after a call that say so; every city has them (core/profile/rules_desk.py), beside its own."""


class Came(StrEnum):
    """Why a call came, as far as our own records tell."""

    OWN = "own"  # of their own accord: nothing of ours is known to have brought it about
    TRANSFERRED = "transferred"  # passed on by us, within a call
    SENT = "sent"  # we had passed them on to somebody else, or said: please call that section
    BROKEN_PROMISE = "broken-promise"  # a promise of ours was due and not kept
    UNANSWERED = "unanswered"  # nobody of ours answered the call before
    CUT_OFF = "cut-off"  # the call before broke off
    CALL_BACK = "call-back"  # we had said that we would call back
    ASKED_TO = "asked-to"  # we had asked them to call again, or they return a call of ours
    UNKNOWN = "unknown"  # nobody wrote down how the call before came out, and its words are not known

    @property
    def because_of_us(self) -> bool:
        """Say whether the hall brought it about: such a call is never a リピート or はしご."""
        return self not in (Came.OWN, Came.UNKNOWN)

    @property
    def counts(self) -> bool:
        """Say whether it may count for a signal at all: only what is known to be the caller's own wish."""
        return self is Came.OWN


@dataclass(slots=True, kw_only=True, eq=False)  # frozen costs threefold, and hundreds are made while it rings
class PastCall:
    """One call of a number that was no practice, as far as it explains itself and the next one."""

    at: datetime
    department: str
    seconds: int
    """Of talk."""
    answered: bool
    cut_off: bool = False
    outcome: str | None = None
    """Null where nobody wrote one down."""
    heard: bool = False
    """Its words are known: if the hall had sent them on, or asked them to call, it would stand here."""
    sent_on: bool = False
    """The hall's words sent them to another section."""
    asked_again: bool = False
    """The hall's words asked them to call again."""
    passed_on: bool = False
    """A colleague took the caller over by telephone."""
    by_us: bool = False
    """We had called them. Counted nowhere; it explains the call that follows."""
    called_back: bool = False
    """Somebody of ours wrote down that they return our call, or call because we asked (折り返し)."""
    person: str | None = None
    """As whom they are said to have called; of a number that several people use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedPromise:
    """A promise to this number: when made, by when, and when it was kept if it was."""

    due_at: datetime
    kept_at: datetime | None = None
    made_at: datetime | None = None

    @property
    def broken_since(self) -> datetime:
        """When it was due, or made if that was later."""
        return self.due_at if self.made_at is None else max(self.due_at, self.made_at)

    @property
    def broken_until(self) -> datetime:
        """When it was kept."""
        return NEVER if self.kept_at is None else self.kept_at

    def broken_at(self, moment: datetime) -> bool:
        """Say whether it was due and not kept at a moment."""
        return self.broken_since < moment < self.broken_until


def why_they_came(calls: Sequence[PastCall], promises: Collection[OwedPromise] = ()) -> list[Came]:
    """Say of each of a number's calls, the earliest first, why it came. Calls of ours are told as ``OWN``.

    Raises:
        ValueError: the calls are not in the order of their arrival
    """
    if any(later.at < earlier.at for earlier, later in pairwise(calls)):
        raise ValueError("calls come the earliest first")
    broken = _broken_spans(promises)
    told: list[Came] = []
    explaining: deque[PastCall] = deque()
    last: PastCall | None = None
    for call in calls:
        while explaining and call.at - explaining[0].at > EXPLAINS:
            explaining.popleft()
        told.append(_why(call, last, explaining, broken=_within(call.at, broken)))
        if _explains(call):
            explaining.append(call)
        last = call
    return told


def _broken_spans(promises: Collection[OwedPromise]) -> list[tuple[datetime, datetime]]:
    """Return from when until when some promise was due and not kept, the earliest first and none twice."""
    spans: list[tuple[datetime, datetime]] = []
    for since, until in sorted((one.broken_since, one.broken_until) for one in promises):
        if spans and since <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(until, spans[-1][1])
        elif since < until:
            spans.append((since, until))
    return spans


def _within(moment: datetime, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    at = bisect_left(spans, (moment, moment)) - 1
    return at >= 0 and spans[at][0] < moment < spans[at][1]


def _why(call: PastCall, last: PastCall | None, explaining: deque[PastCall], *, broken: bool) -> Came:
    if call.by_us:
        return Came.OWN
    if broken:
        return Came.BROKEN_PROMISE
    if call.called_back:
        return Came.ASKED_TO
    for before in reversed(explaining):
        why = _left_by(before, call, directly=before is last)
        if why is not None:
            return why
    if last is None or call.at - last.at > REACH or last.outcome is not None or last.heard:
        return Came.OWN
    return Came.UNKNOWN


def _explains(call: PastCall) -> bool:
    """Say whether a call can leave anything behind: most do not, and are not looked at again."""
    return (
        call.by_us
        or not call.answered
        or call.cut_off
        or call.sent_on
        or call.asked_again
        or call.passed_on
        or call.outcome in SENT_ON | CALL_BACK | BROKEN_OFF
    )


def _left_by(before: PastCall, call: PastCall, *, directly: bool) -> Came | None:
    """Say why the next call comes, of what one before it left behind; None: it explains nothing of it."""
    passed = call.at - before.at
    if before.by_us:
        return Came.ASKED_TO
    if passed <= (REACH if directly else CUT_FOR):
        if not before.answered:
            return Came.UNANSWERED
        if before.cut_off or before.outcome in BROKEN_OFF:
            return Came.CUT_OFF
    elsewhere = before.department != call.department
    if passed <= REACH:
        sent = before.passed_on or before.outcome in SENT_ON
        if (sent and (directly or elsewhere)) or (before.sent_on and elsewhere):
            return Came.SENT
        if directly and before.outcome in CALL_BACK:
            return Came.CALL_BACK
    return Came.ASKED_TO if before.asked_again and not elsewhere else None
