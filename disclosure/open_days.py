"""Days on which the city hall is open, by the city's own ordinance. Pure.

National holidays are those of 国民の祝日に関する法律 as the library ``holidays`` knows them: the equinoxes of
later years are reckoned, and become certain by the official gazette of the February before. What changes in
between, a city writes into its profile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from holidays.countries.japan import Japan

from core.profile.disclosure import ClosedDays, Weekday

_WEEK = tuple(Weekday)
_LONGEST_CLOSED = 40
"""Days. More in a row is a fault of the profile, and no reason to look for one for ever."""


class NeverOpen(ValueError):
    """The profile closes the hall for longer than any ordinance does."""


@dataclass(frozen=True, slots=True)
class OpenDays:
    """Answers whether the hall is open on a day."""

    closed: ClosedDays
    _holidays: Japan = field(default_factory=Japan)

    def is_open(self, day: date) -> bool:
        """Say whether the hall is open on a day."""
        written = day.isoformat()
        if written in self.closed.open_although:
            return True
        return not (
            _WEEK[day.weekday()] in self.closed.weekdays
            or (self.closed.national_holidays and day in self._holidays)
            or written in self.closed.further
            or any(_within(day, one.first, one.last) for one in self.closed.each_year)
        )

    def on_or_before(self, day: date) -> date:
        """Return the last open day that is not after a day: what is aimed at when a period ends.

        Raises:
            NeverOpen: there is none for more than a month.
        """
        return self._nearest(day, -1)

    def on_or_after(self, day: date) -> date:
        """Return the first open day that is not before a day: until when a citizen may still act.

        Source: 地方自治法 第4条の2第4項 (a period that ends on a closed day ends on the next open one).

        Raises:
            NeverOpen: there is none for more than a month.
        """
        return self._nearest(day, 1)

    def _nearest(self, day: date, step: int) -> date:
        for away in range(_LONGEST_CLOSED):
            one = day + timedelta(days=step * away)
            if self.is_open(one):
                return one
        raise NeverOpen(day.isoformat())


def _within(day: date, first: str, last: str) -> bool:
    today = f"{day:%m-%d}"
    return first <= today <= last if first <= last else today >= first or today <= last
