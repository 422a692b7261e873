"""Throws away what no rule looks at any more: old tries to sign in, and words that somebody once looked for.

Also what is past of people's rest (`storage/care.py`), what programs pressed, what receivers were told,
and the words of calls that are over, where the recogniser that wrote them down has died.

Recordings, calls and who opened them are not its business; see docs/retention.md.
"""

from __future__ import annotations

from sqlalchemy import text

from api.attempts import REMEMBERED
from api.saved_queries import KEPT
from api.sign_in import AT_HOME
from core.clock import Clock
from core.logs import get_log
from storage.api_presses import forget_presses
from storage.care import forget_care
from storage.database import Database
from storage.live_text import LiveLines
from storage.webhooks import forget_deliveries

log = get_log()

_TRIES = text("DELETE FROM sign_in_attempts WHERE at < :known OR (at < :counted AND NOT succeeded)")
_QUERIES = text("DELETE FROM saved_queries WHERE created_at < :asked")


class OldTraces:
    """A duty of the worker. Any number of workers may have it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def run_once(self) -> int:
        """Delete what is old; returns how many rows went."""
        LiveLines(self._database).sweep()
        now = self._clock.now()
        with self._database.begin() as connection:
            tries = connection.execute(_TRIES, {"known": now - AT_HOME, "counted": now - REMEMBERED})
            queries = connection.execute(_QUERIES, {"asked": now - KEPT})
            rest = (
                forget_care(connection) + forget_presses(connection, now) + forget_deliveries(connection, now)
            )
        count = tries.rowcount + queries.rowcount + rest
        if count:
            log.info("traces.forgotten", count=count)
        return count
