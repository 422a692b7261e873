"""The moments around the marks of a call, for whoever writes its record: two minutes on each side, not loud.

Cut from the master by the server at every read, both sides mixed, peaks limited (``quiet.py``). Nothing of it
is kept. Of the words those are read that were said wholly within, which the database holds to as well. One
knock opens the moments of one call in one session; every read is judged anew, so that it ends when the record
is filed.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from core.actors import Actor, Purpose
from core.errors import NotFound
from core.ids import CallId, GrantId, RecordingId
from storage.database import Database
from storage.grants import Grant
from storage.mark_listening import ask_by_marks, marked_moments
from storage.vault import Vault
from transcription.clip_sound import as_wav, cut
from transcription.quiet import limited, mixed
from transcription.utterance import Span, Track

AROUND_SECONDS = 120.0
"""On each side of a mark."""

_RECORDING = text("""
    SELECT subject, started_at, samples / CAST(sample_rate AS float8) AS seconds
      FROM recordings WHERE id = :recording
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Which stretches of a recording are around the marks of its call."""

    started_at: datetime
    """Of the first sample."""
    stretches: tuple[Span, ...]
    """In seconds from the first sample, oldest first."""

    def within(self, start: float, end: float) -> int | None:
        """Return which stretch holds what was said from a second to another, all of it; None: none does."""
        for number, span in enumerate(self.stretches):
            if span.start <= start and end <= span.end:
                return number
        return None


class AroundMarks:
    """Plays the moments around marks to whoever may hear them (``storage/mark_listening.py``)."""

    def __init__(self, *, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def open(self, actor: Actor, recording: RecordingId) -> Grant:
        """Knock, to write the record of a call.

        Raises:
            AccessDenied: not the own call and not named, no mark, or the record is filed
            ClosedForUse, RecordingDestroyed, DatabaseAway
        """
        return self._vault.grant_play(actor, recording, Purpose.RECORD_KEEPING, "around-marks")

    def check(self, actor: Actor, grant: GrantId) -> RecordingId:
        """Return what a grant opens, judged anew. Raises as ``sound``."""
        return self._vault.continue_play(actor, grant, "master", "around-marks").recording

    @contextmanager
    def reading(self, actor: Actor, recording: RecordingId) -> Generator[tuple[Connection, Moments]]:
        """Open a transaction that reads what lies around the marks, and say which stretches those are.

        Raises:
            NotFound: there is no such recording, or nothing of it may be heard
        """
        with self._database.begin(actor) as connection:
            ask_by_marks(connection)
            row = connection.execute(_RECORDING, {"recording": recording}).one_or_none()
            if row is None:
                raise NotFound
            marks = marked_moments(connection, CallId(row.subject))
            stretches = around(marks, row.started_at, row.seconds)
            yield connection, Moments(started_at=row.started_at, stretches=tuple(stretches))

    def sound(self, actor: Actor, grant: GrantId, number: int) -> bytes:
        """Return one of the stretches as a WAV file: mono, 8 kHz, no sample above ``quiet.CEILING_DBFS``.

        Raises:
            NotFound: there is no such stretch
            AccessDenied, GrantOver, ClosedForUse, RecordingDestroyed: judged anew
            UnreadableRecording, SealBroken, ObjectMissing: what lies there is not what was sealed
        """
        master = self._vault.continue_play(actor, grant, "master", "around-marks")
        with self.reading(actor, master.recording) as (_, moments):
            stretches = moments.stretches
        if not 0 <= number < len(stretches):
            raise NotFound
        span = stretches[number]
        caller, hall = (cut(master.read, master.size, track, span) for track in (Track.CALLER, Track.HALL))
        return as_wav(limited(mixed(caller, hall)))


def around(marks: Iterable[datetime], started_at: datetime, seconds: float) -> list[Span]:
    """Return the stretches around marks, oldest first; those that touch are one.

    Args:
        marks: when somebody marked the call, oldest first
        started_at: of the first sample
        seconds: how long the recording is
    """
    found: list[Span] = []
    for mark in marks:
        place = (mark - started_at).total_seconds()
        start, end = max(0.0, place - AROUND_SECONDS), min(seconds, place + AROUND_SECONDS)
        if start >= end:
            continue
        if found and start <= found[-1].end:
            found[-1] = Span(start=found[-1].start, end=end)
        else:
            found.append(Span(start=start, end=end))
    return found
