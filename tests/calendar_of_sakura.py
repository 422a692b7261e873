"""The open days of a city hall, by our rule and by another calendar that knows nothing of ours."""

from __future__ import annotations

from datetime import date

import jpholiday

from core.profile.disclosure import ClosedDays, Weekday, YearlySpan
from disclosure.open_days import OpenDays

CLOSED = ClosedDays(
    weekdays=(Weekday.SAT, Weekday.SUN),
    national_holidays=True,
    each_year=(YearlySpan(first="12-29", last="01-03"),),
    further=("2027-07-01",),
    open_although=("2027-03-28",),
    basis="さくら市の休日を定める条例",
)
HALL = OpenDays(CLOSED)


def open_by_another_calendar(day: date) -> bool:
    if day == date(2027, 3, 28):
        return True
    closed = (day.month, day.day) in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    return not (closed or day.weekday() > 4 or jpholiday.is_holiday(day) or day == date(2027, 7, 1))
