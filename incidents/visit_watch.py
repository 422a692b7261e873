"""The duty that looks at visits outside the hall: silence is told to the section, old ones forgotten."""

from __future__ import annotations

from datetime import timedelta

from core.clock import Clock
from incidents.home_visit import VisitState, VisitTimes, due
from storage.database import Database
from storage.home_visits import HomeVisit, forget_visits, open_visits, tell_silence

KEPT = timedelta(days=90)
"""After a visit's end: long enough to write up the case that it belonged to."""


def times_of(visit: HomeVisit) -> VisitTimes:
    """Return the moments of a stored visit."""
    return VisitTimes(
        begun_at=visit.begun_at,
        heard_at=visit.heard_at,
        limit=timedelta(minutes=visit.limit_minutes),
        every=timedelta(minutes=visit.word_minutes),
        grace=timedelta(minutes=visit.grace_minutes),
        ended_at=visit.ended_at,
    )


class VisitWatch:
    """Looks at every visit that goes on, with the worker's rights. Safe to run in several workers at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def run_once(self) -> int:
        """Tell of each silence that nobody was told of.

        Returns:
            how many were told now

        Raises:
            DatabaseAway: look again later
        """
        now = self._clock.now()
        told = 0
        with self._database.begin() as connection:
            for one in open_visits(connection):
                silent = one.told_at is None and due(times_of(one), now).state is VisitState.SILENT
                told += silent and tell_silence(connection, one, now)
            forget_visits(connection, now - KEPT)
        return told
