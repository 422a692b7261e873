"""How far the words of a recording are (文字起こしの状況), and who asked for them: one row for each.

The worker writes it as it goes. From the console a supervisor may ask for what is not under way; the row says
so in the same transaction in which the work is announced. No row yet means that it waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, text

from core.ids import AccountId, RecordingId


class Progress(StrEnum):
    """How far it is."""

    NOT_WANTED = "not-wanted"  # 文字起こしなし
    WAITING = "waiting"  # 待っています
    WORKING = "working"  # しています
    DONE = "done"  # できました
    FAILED = "failed"  # できませんでした


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionState:
    """How far the words of one recording are."""

    progress: Progress = Progress.WAITING
    reason: str = ""
    """A code: why it waits or could not be done; empty where there is nothing to say."""
    since: datetime | None = None
    asked_at: datetime | None = None
    """When somebody asked for it, if it was asked for."""


_STATE = text(
    "SELECT state, reason, since, asked_at FROM transcription_states WHERE recording_id = :recording"
)
# Of what is destroyed, or is being destroyed just now, nothing is kept.
_NOTE = text("""
    INSERT INTO transcription_states (recording_id, state, reason, since)
    SELECT id, :state, :reason, :now FROM recordings
     WHERE id = :recording AND destroyed_at IS NULL FOR KEY SHARE
    ON CONFLICT (recording_id) DO UPDATE SET state = excluded.state, reason = excluded.reason,
           since = excluded.since
     WHERE (transcription_states.state, transcription_states.reason) <> (excluded.state, excluded.reason)
""")
_ASK = text("""
    INSERT INTO transcription_states (recording_id, state, since, asked_by, asked_at)
    VALUES (:recording, 'waiting', :now, :by, :now)
    ON CONFLICT (recording_id) DO UPDATE SET state = excluded.state, reason = '', since = excluded.since,
           asked_by = excluded.asked_by, asked_at = excluded.asked_at
     WHERE transcription_states.state IN ('not-wanted', 'failed')
""")
_NOTIFY = text(
    "SELECT pg_notify('tsuwaroku_calls', subject) FROM recordings WHERE id = :recording"
    " AND EXISTS (SELECT 1 FROM calls WHERE calls.id = subject)"
)


def state_of(connection: Connection, recording: RecordingId) -> TranscriptionState:
    """Return how far a recording's words are, as far as the connection's actor may see it."""
    row = connection.execute(_STATE, {"recording": recording}).one_or_none()
    if row is None:
        return TranscriptionState()
    return TranscriptionState(
        progress=Progress(row.state), reason=row.reason, since=row.since, asked_at=row.asked_at
    )


def note(
    connection: Connection, recording: RecordingId, progress: Progress, now: datetime, *, reason: str = ""
) -> None:
    """Write down how far it is, and wake whoever looks at the call.

    Args:
        connection: the worker role's
        recording: which; of one that is not there or is destroyed nothing is written
        progress: how far
        now: since when
        reason: a code, lower-case letters, digits and hyphens
    """
    values = {"recording": recording, "state": progress.value, "reason": reason, "now": now}
    if connection.execute(_NOTE, values).rowcount:
        connection.execute(_NOTIFY, {"recording": recording})


def ask(connection: Connection, recording: RecordingId, by: AccountId, now: datetime) -> bool:
    """Write down that a supervisor asks for the words; row-level security says who may.

    Returns:
        False where they are under way or there already
    """
    values = {"recording": recording, "by": by, "now": now}
    if not connection.execute(_ASK, values).rowcount:
        return False
    connection.execute(_NOTIFY, {"recording": recording})
    return True
