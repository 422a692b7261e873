"""The period of a report, as it was asked for and as it was counted. Pure.

Whatever stands in an address becomes whole months that can be counted, and what was made of it is told: a
figure of another period than somebody believes is a wrong figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from storage.ledger import Month, NotAMonth, month_of

MONTHS_SHOWN = 24
REVERSED = "始まりの月と終わりの月が逆だったので、入れかえて数えました。"
UNREADABLE = "月として読めない指定がありました。その代わりに、今月で数えました。"
FUTURE = "まだ来ていない月は数えられません。今月までで数えました。"
TOO_OLD = f"選べるのは今月までの{MONTHS_SHOWN}か月です。それより前は、いちばん古い月から数えました。"
A_DAY = "日ごとには数えません。その日を含む月で数えました。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole months, the last one included. Single days could be had by taking two periods from each other."""

    first: Month
    last: Month
    unfinished: bool
    choice: Sequence[Month]
    """Months that may be chosen, newest first."""
    notes: Sequence[str] = ()
    """In what it differs from what was asked for."""

    @property
    def words(self) -> str:
        """Name it as people read it."""
        first = f"{self.first.year}年{self.first.number}月"
        last = f"{self.last.year}年{self.last.number}月"
        return first if first == last else f"{first}から{last}"


def choose_period(since: str, until: str, newest: Month) -> Period:
    """Make a period of what somebody asks for.

    Args:
        since: first month, as 2026-04; empty: this month
        until: last month
        newest: this month
    """
    choice = [newest]
    while len(choice) < MONTHS_SHOWN:
        choice.append(choice[-1].before)
    (first, why_first), (last, why_last) = _month(since, choice), _month(until, choice)
    told = [*why_first, *why_last]
    if first.since > last.since:
        first, last = last, first
        told.append(REVERSED)
    return Period(
        first=first, last=last, unfinished=last == newest, choice=choice, notes=tuple(dict.fromkeys(told))
    )


def _month(written: str, choice: Sequence[Month]) -> tuple[Month, list[str]]:
    newest, oldest, told = choice[0], choice[-1], list[str]()
    if not written:
        return newest, told
    try:
        month = month_of(written)
    except NotAMonth:
        try:
            day = date.fromisoformat(written)
        except ValueError:
            return newest, [UNREADABLE]
        month, told = Month(year=day.year, number=day.month), [A_DAY]
    if (month.year, month.number) > (newest.year, newest.number):
        return newest, [*told, FUTURE]
    if (month.year, month.number) < (oldest.year, oldest.number):
        return oldest, [*told, TOO_OLD]
    return month, told
