"""Compares every night and whenever somebody asks, and keeps what was found until it is settled or looked at.

Handler `compare_recordings`. Running it again changes nothing that is still so: a doubt keeps the day it was
found on and what a supervisor said of it; one that a later comparison no longer finds is settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from core.clock import Clock
from core.logs import get_log
from core.profile.model import CityProfile
from storage.alarms import raise_alarm
from storage.database import Database
from telephony.asterisk.ari_errors import AriError
from telephony.unrecorded.unrecorded import Doubt, Found, compare, server_of
from telephony.unrecorded.unrecorded_reading import SpoolNames, SpoolSeen, read_found

LOOKS_BACK = timedelta(days=35)
"""How far every night's comparison reaches: a month, so that a machine that stood still is caught up with."""

DOUBT_KEPT = timedelta(days=400)
"""A year and a little; see docs/retention.md."""

_KEEP = text("""
    INSERT INTO recording_doubts AS known (subject, recording_id, reason, line, department, practice, at,
                                           detail, found_at)
    VALUES (:subject, :recording, :reason, :line, :department, :practice, :at, :detail, :now)
    ON CONFLICT (subject, reason) DO UPDATE
       SET settled_at = NULL, detail = excluded.detail,
           recording_id = coalesce(excluded.recording_id, known.recording_id)
    RETURNING id, found_at = :now AS new
""").bindparams(bindparam("detail", type_=JSONB))
_SETTLE = text("""
    UPDATE recording_doubts SET settled_at = :now
     WHERE settled_at IS NULL AND at >= :since AND at < :until AND NOT (id = ANY (:found))
       AND coalesce(substring(subject FROM '^([a-z0-9-]+)-[0-9]{9,11}[.][0-9]+$'), :server) = :server
""")
_SERVER = text("""
    INSERT INTO watch_readings (name, part, source, value, at)
    VALUES (:name, :server, 'comparison', :count, :now)
    ON CONFLICT (name, part, source) DO UPDATE SET value = excluded.value, at = excluded.at
""")
_COMPARED = text("""
    INSERT INTO watch_readings (name, source, value, at)
    VALUES ('unrecorded_compared', 'comparison', :count, :now)
    ON CONFLICT (name, part, source) DO UPDATE SET value = excluded.value, at = excluded.at
""")
_FORGET = text("DELETE FROM recording_doubts WHERE at < :before")

log = get_log()


class UnrecordedCalls:
    """The comparison with its ends.

    Args:
        asterisk: names of what lies in the spool
        database: the worker role's
        profile: the city's lines
        clock: tells what has had its time
    """

    def __init__(
        self, *, asterisk: SpoolNames, database: Database, profile: CityProfile, clock: Clock
    ) -> None:
        self._asterisk = asterisk
        self._database = database
        self._profile = profile
        self._clock = clock

    def __call__(self, **_when: object) -> None:
        """Run as a job: every night, or because somebody asked.

        Raises:
            DatabaseAway: try again
        """
        self.run()

    def run(self, since: datetime | None = None, until: datetime | None = None) -> list[Doubt]:
        """Compare the calls of a period and keep what was found.

        Args:
            since: first moment; a month ago if nothing is said
            until: first moment after it; now if nothing is said

        Returns:
            everything that does not fit, practice calls too, oldest first

        Raises:
            DatabaseAway: nothing was kept, try again
        """
        now = self._clock.now()
        since, until = since or now - LOOKS_BACK, until or now
        spool = self._spool()
        with self._database.begin() as connection:
            found = read_found(connection, self._profile, since, until, spool)
            doubts = compare(found, now)
            _note_servers(connection, found, now)
            new = _keep(connection, doubts, now)
            if spool is not None:
                # Without its spool a recording on its way looks like one that is lost: nothing is settled.
                still = {"found": [number for number, _ in new], "since": since, "until": until}
                connection.execute(_SETTLE, {**still, "now": now, "server": spool.server})
            connection.execute(_FORGET, {"before": now - DOUBT_KEPT})
            connection.execute(_COMPARED, {"count": len(doubts), "now": now})
            fresh = sum(is_new for (_, is_new), one in zip(new, doubts, strict=True) if not one.practice)
            if fresh:
                raise_alarm(connection, "unrecorded-calls", detail={"count": fresh})
        log.info("unrecorded.compared", count=len(doubts), seconds=(until - since).total_seconds())
        return doubts

    def _spool(self) -> SpoolSeen | None:
        try:
            # In this order: a call that ended in between is over, one that began in between is not listed.
            name, files = self._asterisk.server_name(), self._asterisk.list()
            return SpoolSeen(server=name, files=files, live=self._asterisk.live_channels())
        except AriError:
            log.warning("unrecorded.spool_unseen")
            return None


def _note_servers(connection: Connection, found: Found, now: datetime) -> None:
    """Write which servers had calls, and whose folder was looked at: what nobody looks at nobody misses."""
    called = Counter(
        server for one in (*found.calls, *found.noted) if (server := server_of(one.call)) is not None
    )
    for server, count in called.items():
        connection.execute(
            _SERVER, {"name": "unrecorded_server_calls", "server": server, "count": count, "now": now}
        )
    if found.server is not None:
        looked = {
            "name": "unrecorded_server_seen",
            "server": found.server,
            "count": len(found.spool or ()),
            "now": now,
        }
        connection.execute(_SERVER, looked)


def _keep(connection: Connection, doubts: Sequence[Doubt], now: datetime) -> list[tuple[int, bool]]:
    """Write doubts down; return the number of each, and whether it is new."""
    kept: list[tuple[int, bool]] = []
    for doubt in doubts:
        values = {
            "subject": doubt.subject, "recording": doubt.recording, "reason": doubt.reason.value,
            "line": doubt.line, "department": doubt.department, "practice": doubt.practice, "at": doubt.at,
            "detail": dict(doubt.detail), "now": now,
        }  # fmt: skip
        row = connection.execute(_KEEP, values).one()
        kept.append((row.id, row.new))
    return kept
