"""Forgets calls whose period is over: number, times, marks, notes, alarms and journal go together.

A duty of the worker. What is still kept of a call's sound keeps its rows too: a longer class, a hold, an
approval that is missing. Seats and promises, which belong to no single call, go by the same period. The
certificate, the recording's own row and the access log outlive the call: docs/retention.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from core.clock import Clock
from core.logs import get_log
from core.profile.keeping import Keeping
from storage.database import Database

AT_ONCE = 500
"""Calls in one transaction: nobody waits for more."""
LEAST = timedelta(days=90)
"""Asterisk's own records of calls are compared with ours for so long; practice calls have them too."""
GRACE = timedelta(hours=3)
"""The duty comes every hour; three hours later nothing is under way any more."""

# A file that nobody could read lies in Asterisk's folder until people have looked at it: without its call it
# would be taken for an unknown one.
_OVER = """
    FROM calls c
     WHERE ended_at < CASE WHEN practice THEN CAST(:practice AS timestamptz) ELSE :since END
       AND NOT EXISTS (SELECT 1 FROM recordings r WHERE r.subject = c.id AND NOT EXISTS
                          (SELECT 1 FROM destructions d WHERE d.recording_id = r.id))
       AND NOT EXISTS (SELECT 1 FROM alarms a WHERE a.call_id = c.id AND a.code = 'recording-unreadable'
                          AND a.acknowledged_at IS NULL)
"""
_CALLS = text(f"SELECT c.id {_OVER} ORDER BY ended_at LIMIT :at_once FOR UPDATE OF c SKIP LOCKED")
_COUNT = text(f"SELECT count(*) {_OVER}")
_WITH_CALL = (
    text("DELETE FROM alarms WHERE call_id = ANY (:calls)"),
    text("DELETE FROM call_marks WHERE call_id = ANY (:calls)"),
    text("DELETE FROM call_journal WHERE call_id = ANY (:calls)"),
    # Others outlive their call, somebody waits for them; nobody waits for what was promised in practice.
    text("DELETE FROM promises WHERE call_id IN (SELECT id FROM calls WHERE id = ANY (:calls) AND practice)"),
    text("DELETE FROM calls WHERE id = ANY (:calls)"),
)
"""What hangs on a call by reference goes with it."""
_BESIDE = (
    text("DELETE FROM alarms WHERE at < :since AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id)"),
    text("DELETE FROM promises WHERE call_id IS NULL AND coalesce(kept_at, due_at) < :since"),
    text("DELETE FROM phone_seats WHERE sat_until < :since"),
    text("DELETE FROM incidents WHERE closed_at < :incidents OR (practice AND opened_at < :practice)"),
    # Who saw it and why it was withdrawn go with it; what another 実施機関 was told stays (提供台帳).
    text("DELETE FROM alerts WHERE until < :alerts"),
    # What is said of a number or of who called from it goes with the last call that it is said of.
    text(
        "DELETE FROM claimed_names a WHERE NOT EXISTS (SELECT 1 FROM call_callers k WHERE k.name_id = a.id)"
    ),
    text("""
        DELETE FROM shared_numbers s WHERE NOT EXISTS
            (SELECT 1 FROM calls c WHERE c.caller_hash = s.caller_hash AND NOT c.practice)
    """),
)

log = get_log()


class ForgetCalls:
    """Run ``run_once`` every hour; any number of workers may.

    Args:
        database: the worker role's
        keeping: the city's periods
        alert_days: so long after its end an alert is kept
        clock: what time it is
    """

    def __init__(self, *, database: Database, keeping: Keeping, clock: Clock, alert_days: int = 90) -> None:
        self._database = database
        self._kept = timedelta(days=keeping.calls)
        self._incidents = timedelta(days=keeping.incidents)
        self._practice = max(LEAST, timedelta(days=keeping.practice_days))
        self._alerts = timedelta(days=alert_days)
        self._clock = clock

    def run_once(self) -> int:
        """Forget everything whose period is over.

        Returns:
            number of calls that were forgotten

        Raises:
            DatabaseAway: look again later
        """
        moments = self._moments(self._clock.now())
        count = 0
        while some := self._forget_some(moments):
            count += some
        with self._database.begin() as connection:
            beside = sum(connection.execute(statement, moments).rowcount for statement in _BESIDE)
        if count or beside:
            log.info("calls.forgotten", count=count + beside)
        return count

    def overdue(self) -> int:
        """Count calls that should have been forgotten some time ago, for the daily proof.

        Raises:
            DatabaseAway
        """
        with self._database.begin() as connection:
            moments = self._moments(self._clock.now() - GRACE)
            return int(connection.execute(_COUNT, moments).scalar_one())

    def _forget_some(self, moments: dict[str, datetime]) -> int:
        with self._database.begin() as connection:
            calls = list(connection.execute(_CALLS, {**moments, "at_once": AT_ONCE}).scalars())
            if calls:
                for statement in _WITH_CALL:
                    connection.execute(statement, {"calls": calls})
            return len(calls)

    def _moments(self, now: datetime) -> dict[str, datetime]:
        return {
            "since": now - self._kept, "practice": now - self._practice, "incidents": now - self._incidents,
            "alerts": now - self._alerts,
        }  # fmt: skip
