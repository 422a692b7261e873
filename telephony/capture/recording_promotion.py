"""The flag key promotes the whole call to the long period, in the call or after it, while there is sound.

A case (事案) that a call belongs to promotes it to the period of cases, whatever it was before.

Handler `promote_recording`. Capture and flag may come at the same moment: both take the call's lock, and
whoever is second sees what the first one did, so no flagged call is ever kept for the short period.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from core.facts import RecordingPromoted
from core.ids import CallId, RecordingId
from core.logs import get_log
from core.profile.keeping import Keeping
from storage.database import Database
from storage.recordings import RecordingClass
from storage.unit_of_work import Announces, UnitOfWork
from telephony.capture.recording_periods import period_of

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('recording of ' || :call, 0))")
_FLAGGED = text("""
    SELECT r.id, EXISTS (SELECT 1 FROM incident_calls i WHERE i.call_id = r.subject) AS incident,
           coalesce(c.ended_at,
                    r.started_at + make_interval(secs => r.samples::float8 / r.sample_rate)) AS over
      FROM recordings r LEFT JOIN calls c ON c.id = r.subject
     WHERE r.subject = :call AND r.destroyed_at IS NULL AND r.class IN ('unflagged', 'buffer', 'flagged')
       AND (EXISTS (SELECT 1 FROM incident_calls i WHERE i.call_id = r.subject)
            OR r.class <> 'flagged' AND EXISTS (SELECT 1 FROM call_marks m WHERE m.call_id = r.subject))
       FOR UPDATE OF r
""")
_PROMOTE = text("UPDATE recordings SET class = :kind, destroy_after = :until WHERE id = :recording")
_NOTIFY = text("SELECT pg_notify('tsuwaroku_calls', :call)")

log = get_log()


class PromoteRecording:
    """One run is one call. Running it again changes nothing.

    Args:
        database: the worker role's
        announcer: who hears that a recording may now be written down
        keeping: the periods
    """

    def __init__(self, *, database: Database, announcer: Announces, keeping: Keeping) -> None:
        self._database = database
        self._announcer = announcer
        self._keeping = keeping

    def __call__(self, call: str) -> None:
        """Promote the recording of a flagged call. One that is not sealed yet is sealed as flagged.

        Raises:
            DatabaseAway: try again
        """
        with UnitOfWork(self._database, self._announcer) as work:
            promoted = promote_if_flagged(work.connection, CallId(call), self._keeping)
            if promoted is None:
                return
            work.announce(RecordingPromoted(recording=promoted))
            work.connection.execute(_NOTIFY, {"call": call})
        log.info("recording.promoted", call=call, recording=str(promoted))


def promote_if_flagged(connection: Connection, call: CallId, keeping: Keeping) -> RecordingId | None:
    """Keep the recording of a flagged call, or of a case, for long; under the call's lock until the end.

    Args:
        connection: the worker role's
        call: the call
        keeping: the periods

    Returns:
        the recording that was promoted; None if there is none, or it is kept for long already
    """
    connection.execute(_LOCK, {"call": call})
    row = connection.execute(_FLAGGED, {"call": call}).one_or_none()
    if row is None:
        return None
    kind: RecordingClass = "incident" if row.incident else "flagged"
    until = row.over + period_of(kind, keeping)
    connection.execute(_PROMOTE, {"recording": row.id, "kind": kind, "until": until})
    return RecordingId(row.id)
