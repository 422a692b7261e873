"""Until when a decision can be contested, and from when it may be carried out. Pure.

審査請求: three months from the day after somebody came to know of the decision, a year from the day after it
in any case (行政不服審査法 第18条). A lawsuit: six months from the day they came to know, a year from the
decision (行政事件訴訟法 第14条); after a 裁決, from it. Months are those of the calendar (民法 第143条): they
end the day before the same day, or on the last day of a month that has none.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from disclosure.open_days import OpenDays

REVIEW_MONTHS = 3
LAWSUIT_MONTHS = 6
OUTER_MONTHS = 12
BETWEEN = timedelta(weeks=2)
"""So long at least lies between a decision against an objection and the disclosure (第86条第3項)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """Until when what a decision concerned must stay as it is. Each day is the last one."""

    review: date
    lawsuit: date

    @property
    def until(self) -> date:
        """The last day on which somebody may still contest it."""
        return max(self.review, self.lawsuit)


def remedies_of(decided: date, known: date | None, days: OpenDays) -> Remedies:
    """Return until when a decision can be contested.

    Args:
        decided: day of the decision, or of the 裁決 that was given on it
        known: day on which it reached the requester; None if nobody knows, then the outer year holds
        days: what ends on a closed day ends on the next open one
    """
    outer = months_from(decided, OUTER_MONTHS)
    if known is None:
        return Remedies(review=days.on_or_after(outer), lawsuit=days.on_or_after(outer))
    # Also beyond the year from the decision: a good reason lifts it, and what is gone answers nobody.
    return Remedies(
        review=days.on_or_after(months_from(known, REVIEW_MONTHS)),
        lawsuit=days.on_or_after(months_from(known, LAWSUIT_MONTHS)),
    )


def months_from(day: date, months: int) -> date:
    """Return the last day of a period of calendar months that begins on the day after one."""
    begins = day + timedelta(days=1)
    year, month = divmod(begins.year * 12 + begins.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if begins.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, begins.day) - timedelta(days=1)


def opens_after_objection(decided: date) -> date:
    """Return the first day of disclosure against a third person's objection: two whole weeks lie between."""
    return decided + BETWEEN + timedelta(days=1)


def choice_until(told: date, choice_days: int, days: OpenDays) -> date:
    """Return until when the receiver may choose how to have it (第87条第3項), the day told not counted."""
    return days.on_or_after(told + timedelta(days=choice_days))
