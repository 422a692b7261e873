"""Marks recordings that were made while more calls went on at once than the machine was measured for.

Beyond the ceiling every call is served. What may suffer is the recording, which Asterisk stretches silently
(measured), so the risk is written on each one, for whoever listens to it later as evidence.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from core.clock import Clock
from core.logs import get_log
from storage.database import Database
from telephony.capture.findings import Finding

MARK = Finding.BEYOND_CEILING.value
LOOKS_BACK = timedelta(hours=12)

_MARK = text("""
    WITH steps AS (
        SELECT arrived_at AS at, 1 AS step FROM calls WHERE arrived_at > :since
        UNION ALL
        SELECT ended_at, -1 FROM calls WHERE arrived_at > :since AND ended_at IS NOT NULL
    ), levels AS (
        SELECT at, step, sum(step) OVER (ORDER BY at, step) AS calls FROM steps
    ), busy AS (
        SELECT at FROM levels WHERE step = 1 AND calls > :ceiling
    )
    UPDATE recordings r SET findings = array_append(r.findings, :mark)
      FROM calls c
     WHERE c.id = r.subject AND r.sealed_at > :since AND NOT (:mark = ANY (r.findings))
       AND r.destroyed_at IS NULL
       AND EXISTS (SELECT 1 FROM busy b
                    WHERE b.at >= c.arrived_at AND b.at < coalesce(c.ended_at, 'infinity'))
""")

log = get_log()


class CeilingMarks:
    """A duty of the worker.

    Args:
        database: the worker role's
        clock: for how far it looks back
        calls_at_once: the measured ceiling of this machine
    """

    def __init__(self, database: Database, clock: Clock, calls_at_once: int) -> None:
        self._database = database
        self._clock = clock
        self._calls_at_once = calls_at_once

    def run_once(self) -> int:
        """Mark what was sealed meanwhile; returns how many."""
        values = {
            "since": self._clock.now() - LOOKS_BACK,
            "ceiling": self._calls_at_once,
            "mark": MARK,
        }
        with self._database.begin() as connection:
            marked = connection.execute(_MARK, values).rowcount
        if marked:
            log.warning("ceiling.recordings_marked", count=marked)
        return marked
