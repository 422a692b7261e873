"""A hall's journals on their way into the database, and ways to look at what arrived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from core.facts import CallEnded, CallFlagged
from core.ids import CallId
from storage.database import Database
from storage.jobs import Announcer
from telephony.call import events as on
from telephony.journal.journal import CallJournal
from tests.unit.call_scenes import CALL, NOON


class StoppedClock:
    """A clock that shows what it is told."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        """Return the moment it was told."""
        return self.time


def announcer() -> Announcer:
    """Who hears that a call ended."""
    return Announcer({CallEnded: ("capture_recording",), CallFlagged: ()}, {"capture_recording": "vault"})


def write(journal: CallJournal, *events: on.CallEvent, call: CallId = CALL) -> None:
    """Write what happened to a call."""
    for event in events:
        journal.append(call, event)


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    """Ask the database."""
    with database.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def captures(database: Database) -> int:
    """Count the jobs that fetch a recording."""
    return len(rows(database, "SELECT 1 FROM procrastinate_jobs WHERE task_name = 'capture_recording'"))
