"""Clocks, リピート and はしご of calls that never become text. A duty of the worker.

A transcript asks for the signals of its call by itself. Of calls on lines that are written down only when
flagged, of calls without a recording and of recordings that nothing could be heard of, nobody would ask: this
looks at each of them once, by the same rules. When words come after all, the same rows are found again, or
go.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from core.clock import Clock
from core.ids import CallId, RecordingId
from core.logs import get_log
from core.profile.model import CityProfile
from incidents.raising.reading_signals import SignalsOfCall
from storage.database import Database
from storage.signals import forget_soundless, note_read

AT_ONCE = 200
_SETTLES = timedelta(minutes=2)
"""The journal of a call that has just ended may still be on its way into the database."""
_CAPTURED = timedelta(minutes=15)
"""A recording that is not there by then is not waited for; one that comes later asks by its words."""
_HEARD = timedelta(hours=12)
"""So long the words of a recording may take; a machine that is behind holds back no clock for longer."""

# What is marked and not looked at: nobody talked, or it was practice, or a call of ours.
_DUE = text("""
    SELECT c.id, c.practice OR c.direction <> 'in' OR c.connected_at IS NULL AS nothing,
           (SELECT r.id FROM recordings r WHERE r.subject = c.id AND r.destroyed_at IS NULL LIMIT 1) AS kept
      FROM calls c
     WHERE c.signals_read_at IS NULL AND c.ended_at < :settled
       AND (c.practice OR c.direction <> 'in' OR c.connected_at IS NULL OR c.ended_at < :heard
            OR c.no_sound IS NOT NULL
            OR EXISTS (SELECT 1 FROM recordings r LEFT JOIN transcription_states w ON w.recording_id = r.id
                        WHERE r.subject = c.id
                          AND (NOT r.usable OR r.class = 'buffer' OR r.destroyed_at IS NOT NULL
                               OR w.state IN ('not-wanted', 'failed')))
            OR (c.ended_at < :captured AND NOT EXISTS (SELECT 1 FROM recordings r WHERE r.subject = c.id)))
     ORDER BY c.ended_at LIMIT :at_once
""")
_LOCK = text("SELECT 1 FROM recordings WHERE id = :recording AND destroyed_at IS NULL FOR UPDATE")

log = get_log()


class WordlessSignals:
    """Run ``run_once`` every minute; any number of workers may.

    Args:
        database: the worker role's
        profile: the city's figures
        clock: what time it is
    """

    def __init__(self, *, database: Database, profile: CityProfile, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looking = SignalsOfCall(profile)
        self._kept = timedelta(days=profile.keeping.unflagged_days)

    def run_once(self) -> int:
        """Look at ended calls that no words will ask for; forget what nobody has looked at in its period.

        Returns:
            how many calls were looked at

        Raises:
            DatabaseAway: tried again next time
        """
        now = self._clock.now()
        with self._database.begin() as connection:
            gone = forget_soundless(connection, now - self._kept)
            due = connection.execute(
                _DUE,
                {
                    "settled": now - _SETTLES, "captured": now - _CAPTURED, "heard": now - _HEARD,
                    "at_once": AT_ONCE,
                },
            ).all()  # fmt: skip
        for row in due:
            with self._database.begin() as connection:
                # Locked, and first: whoever destroys it meanwhile waits for us, and takes these rows along.
                recording = None if row.kept is None else RecordingId(row.kept)
                if recording and connection.execute(_LOCK, {"recording": recording}).first() is None:
                    recording = None
                note_read(connection, CallId(row.id), now)
                if not row.nothing:
                    self._looking.look(connection, CallId(row.id), recording, self._clock)
        if due or gone:
            log.info("signals.wordless", count=len(due), gone=gone)
        return len(due)
