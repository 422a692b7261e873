"""What the telephony process sees: how late events come, how far behind the journal's copy is.

Also whether the destroyer works, which is the worker's: who has died cannot say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from core.clock import Clock
from runtime.watch import Reading, Watch
from runtime.watch_destroying import DESTROYER_LIMITS, DestroyerFigures
from runtime.watch_limits import telephony_limits
from storage.database import Database
from telephony.asterisk.event_lag import EventLag

EVERY_SECONDS = 5.0


def telephony_watch(
    database: Database, clock: Clock, lag: EventLag, journal_behind: Callable[[], float]
) -> Watch:
    """Return the watch of the telephony process; run it in a thread of its own.

    Args:
        database: the worker role's
        clock: for when something was read
        lag: what hears every event
        journal_behind: seconds since the journal's copy last had everything
    """

    def events(_connection: Connection) -> Iterator[Reading]:
        yield Reading(name="event_lag_seconds", value=lag.take_worst())

    def journal(_connection: Connection) -> Iterator[Reading]:
        yield Reading(name="journal_behind_seconds", value=journal_behind())

    return Watch(
        database=database,
        clock=clock,
        source="telephony",
        looks={"events": events, "journal": journal, "destroyer": DestroyerFigures(clock).destroyer},
        limits=(*telephony_limits(), *DESTROYER_LIMITS),
    )
