"""What the database tells of the service: queues, calls at once, offers nobody took, odd lengths, alarms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, text

from core.clock import Clock
from runtime.watch import Reading

QUEUES = ("capture", "derive", "transcribe")
LATELY = timedelta(minutes=15)
THIS_HOUR = timedelta(hours=1)
LONGEST_CALL = timedelta(hours=12)
"""A row without an end that is older is no call that goes on; reconciliation or a person sees to it."""

_JOBS = text("""
    SELECT queue_name, count(*) AS waiting,
           coalesce(extract(epoch FROM CAST(:now AS timestamptz)
                                       - min(coalesce(scheduled_at, deferred.at))), 0) AS oldest
      FROM procrastinate_jobs j
      LEFT JOIN LATERAL (SELECT min(e.at) AS at FROM procrastinate_events e
                          WHERE e.job_id = j.id) deferred ON true
     WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= CAST(:now AS timestamptz))
     GROUP BY queue_name
""")
_PARKED = text(
    "SELECT queue_name, count(*) AS parked FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1"
)
_LIVE = text("SELECT count(*) FROM calls WHERE ended_at IS NULL AND arrived_at > :since")
_NOT_CLAIMED = text("""
    SELECT count(*) FROM asterisk_call_records
     WHERE offer IN ('timed-out', 'nobody-there') AND begun_at > :since
""")
_TAKEN_AFTER = text("""
    SELECT coalesce(max(extract(epoch FROM c.arrived_at - r.begun_at)), 0)
      FROM asterisk_call_records r JOIN calls c ON c.id = r.call_id
     WHERE r.offer = 'taken' AND c.served_by = 'application' AND r.begun_at > :since
""")
_RECORDINGS = text("""
    SELECT count(*) AS sealed, count(*) FILTER (WHERE 'length-differs' = ANY (findings)) AS differing
      FROM recordings WHERE sealed_at > :since AND NOT practice
""")
_ALARMS = text("SELECT count(*) FROM alarms WHERE acknowledged_at IS NULL AND NOT practice")
_DOUBTS = text("""
    SELECT reason, count(*) AS open FROM recording_doubts
     WHERE settled_at IS NULL AND seen_at IS NULL AND NOT practice GROUP BY reason
""")


class ServiceFigures:
    """Counts and durations, read with the worker's rights.

    Args:
        clock: tells what was lately
        calls_at_once: the measured ceiling of this machine
    """

    def __init__(self, clock: Clock, calls_at_once: int) -> None:
        self._clock = clock
        self._calls_at_once = calls_at_once

    def jobs(self, connection: Connection) -> Iterator[Reading]:
        """Read how many jobs wait, the oldest one's seconds, and how many were given up."""
        rows = {row.queue_name: row for row in connection.execute(_JOBS, {"now": self._clock.now()})}
        parked = {row.queue_name: row.parked for row in connection.execute(_PARKED)}
        for queue in QUEUES:
            row = rows.get(queue)
            yield Reading(name="jobs_waiting", part=queue, value=row.waiting if row else 0)
            yield Reading(name="job_oldest_seconds", part=queue, value=float(row.oldest) if row else 0)
            yield Reading(name="jobs_parked", part=queue, value=parked.get(queue, 0))

    def calls(self, connection: Connection) -> Iterator[Reading]:
        """Read how many calls go on, what the machine was measured for, who was taken late or not at all."""
        now = self._clock.now()
        live = connection.execute(_LIVE, {"since": now - LONGEST_CALL}).scalar_one()
        missed = connection.execute(_NOT_CLAIMED, {"since": now - LATELY}).scalar_one()
        yield Reading(name="calls_at_once", value=live)
        yield Reading(name="calls_measured_ceiling", value=self._calls_at_once)
        yield Reading(name="calls_not_claimed", value=missed)
        taken_after = connection.execute(_TAKEN_AFTER, {"since": now - LATELY}).scalar_one()
        yield Reading(name="claim_seconds", value=max(0.0, float(taken_after)))

    def recordings(self, connection: Connection) -> Iterator[Reading]:
        """Read how many recordings of an hour are sealed, and how many are not as long as their calls."""
        row = connection.execute(_RECORDINGS, {"since": self._clock.now() - THIS_HOUR}).one()
        yield Reading(name="recordings_sealed", value=row.sealed)
        yield Reading(name="recordings_length_differs", value=row.differing)

    def people(self, connection: Connection) -> Iterator[Reading]:
        """Read what waits for people: alarms, and calls on the list of what was not recorded."""
        yield Reading(name="alarms_open", value=connection.execute(_ALARMS).scalar_one())
        doubts = {row.reason: row.open for row in connection.execute(_DOUBTS)}
        yield Reading(name="unrecorded_open", value=sum(doubts.values()))
        for reason, count in doubts.items():
            yield Reading(name="unrecorded_open_by_reason", part=reason, value=count)
