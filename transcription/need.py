"""Whose words come first: flagged calls, calls for help, what somebody waits for, then the newest.

It orders the machine's work on recordings; nothing here is about a caller who waits. One
number says it all: a band for the need, and inside it the seconds since 2026 at which the call began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from core.errors import TryLater
from core.ids import LineId, RecordingId

BAND = 500_000_000
"""Seconds in a band: more than fifteen years."""
TASK = "transcribe_recording"

_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_FLAGGED, _HELPED, _ASKED = 3 * BAND, 2 * BAND, BAND

_FACTS = text("""
    SELECT r.started_at, (SELECT line FROM calls c WHERE c.id = r.subject) AS line,
           r.class = 'flagged' OR EXISTS (SELECT 1 FROM call_marks m WHERE m.call_id = r.subject) AS flagged,
           EXISTS (SELECT 1 FROM help_requests h WHERE h.call_id = r.subject) AS helped,
           EXISTS (SELECT 1 FROM transcription_states s
                    WHERE s.recording_id = r.id AND s.asked_at IS NOT NULL) AS asked
      FROM recordings r WHERE r.id = :recording
""")
# One of lower need gives way for each of higher need that waits: the lowest first, the youngest of equals.
_OVERTAKEN = text("""
    WITH mine AS (SELECT id, lock, queue_name, priority FROM procrastinate_jobs
                   WHERE lock = :lock AND status = 'doing')
    SELECT EXISTS (
        SELECT 1 FROM mine
         WHERE (SELECT count(*) FROM procrastinate_jobs w
                 WHERE w.queue_name = mine.queue_name AND w.status = 'todo' AND w.lock <> mine.lock
                   AND (w.scheduled_at IS NULL OR w.scheduled_at <= now())
                   AND w.priority / :band > mine.priority / :band)
             > (SELECT count(*) FROM procrastinate_jobs d
                 WHERE d.queue_name = mine.queue_name AND d.status = 'doing'
                   AND (d.priority, -d.id) < (mine.priority, -mine.id)))
""")


class Overtaken(TryLater):
    """記録・フラグなどのある通話を先に文字にします。この録音は、そのあとで文字にします。"""

    code = "overtaken"
    wait_seconds = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Why a recording may become text."""

    line: LineId
    """Of its call; empty where nothing is known of the call."""
    needed: bool
    """Somebody flagged the call or asked for its words."""


def wish_of(connection: Connection, recording: RecordingId) -> Wish:
    """Say on which line a call was, and whether its words are needed whatever the line says."""
    row = connection.execute(_FACTS, {"recording": recording}).one()
    return Wish(line=LineId(row.line or ""), needed=row.flagged or row.asked)


def need_of(connection: Connection, recording: RecordingId) -> int:
    """Say how soon a recording should be written down: higher is sooner, 0 for one that is not there."""
    row = connection.execute(_FACTS, {"recording": recording}).one_or_none()
    if row is None:
        return 0
    band = _FLAGGED if row.flagged else _HELPED if row.helped else _ASKED if row.asked else 0
    return band + min(max(int((row.started_at - _SINCE).total_seconds()), 0), BAND - 1)


def is_overtaken(connection: Connection, recording: RecordingId) -> bool:
    """Say whether the work on a recording should give its place to one of higher need that waits.

    Args:
        connection: the worker role's
        recording: what is being heard now
    """
    lock = f"{TASK}:{recording}"
    return bool(connection.execute(_OVERTAKEN, {"lock": lock, "band": BAND}).scalar_one())
