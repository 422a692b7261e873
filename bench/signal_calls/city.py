"""The made-up city of the labelled calls: its lines with their hours, and the figures that its signals have.

No policy sets a number of calls for リピート型 and はしご: these are one city's choice, and the two halves
of the set have different ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from pydantic import ConfigDict, with_config

STRICT = ConfigDict(extra="forbid", strict=True)
_SATURDAY = 5


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class BenchLine:
    """A number of the hall that citizens call."""

    department: str
    opens: time = time(8, 30)
    closes: time = time(17, 15)
    duty: bool = False
    """Answers at any hour (宿直, 夜間救急, 災害対策): what is asked there is never asked out of hours."""

    def open_at(self, moment: datetime) -> bool:
        """Whether somebody answers at a moment of the city's own time."""
        return self.duty or (
            moment.weekday() < _SATURDAY and self.opens <= moment.time().replace(tzinfo=None) < self.closes
        )


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatFigures:
    """So many calls, or so many minutes of talk, in so many days, this call and today counted."""

    calls: int
    minutes: int
    days: int


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class HashigoFigures:
    """So many departments within so many hours."""

    departments: int
    hours: int


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class LoudFigures:
    """Words of so many seconds altogether, each so far above the caller's own beginning."""

    above_db: int
    seconds: int


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class TalkOverFigures:
    """The caller began into the hall's words so many times within so many minutes, and went on."""

    times: int
    minutes: int


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a city writes into its profile for its signals."""

    deadlock_minutes: int
    agreed_over_minutes: int
    explain_minutes: int
    repeat_department: RepeatFigures
    repeat_hall: RepeatFigures
    hashigo: HashigoFigures
    loud: LoudFigures
    talk_over: TalkOverFigures
