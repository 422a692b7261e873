"""What the machine wrote and what a person says it was: every utterance that somebody confirmed or corrected.

Of each recording the revision that people read counts, against the machine's own one under it. A correction
counts once the worker has made it a revision; it is confirmed with that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from core.ids import DepartmentId, RecordingId
from transcription.engine import ModelIdentity
from transcription.revisions import READ_FIRST
from transcription.utterance import Track, Word

MOST_CALLS = 500
"""So many calls of a period are compared, the newest: more make a page slow and its figure hardly surer."""

_CHECKED = text(
    f"""
    WITH compared AS (
        SELECT r.id, r.started_at FROM recordings r
         WHERE r.department = ANY(:departments) AND r.started_at >= :after AND r.started_at < :before
           AND r.usable AND r.destroyed_at IS NULL AND NOT r.practice
           AND EXISTS (SELECT 1 FROM confirmations c WHERE c.recording_id = r.id)
         ORDER BY r.started_at DESC, r.id LIMIT :most)
    SELECT r.id, own.model, own.model_sha256, own.options ->> 'rules' AS rules, m.track,
           m.text AS machine, m.words, p.text AS person
      FROM compared r
     CROSS JOIN LATERAL (SELECT t.id, t.based_on FROM transcript_revisions t WHERE t.recording_id = r.id
                          ORDER BY {READ_FIRST} LIMIT 1) shown
      JOIN transcript_revisions own ON own.id = coalesce(shown.based_on, shown.id)
      JOIN confirmations c ON c.revision_id = shown.id
      JOIN utterances p ON p.recording_id = r.id AND p.revision_id = shown.id AND p.id = c.utterance_id
      JOIN utterances m ON m.recording_id = r.id AND m.revision_id = own.id AND m.track = p.track
       AND m.start_seconds = p.start_seconds AND m.end_seconds = p.end_seconds
     ORDER BY r.started_at DESC, r.id, p.start_seconds, p.id
    """  # noqa: S608  a constant
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineVersion:
    """Who wrote the machine's words: a model, and the version of the rules that refuse text."""

    model: ModelIdentity
    rules: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedWords:
    """One utterance as the machine wrote it, and as a person heard it."""

    recording: RecordingId
    version: MachineVersion
    track: Track
    machine: str
    words: tuple[Word, ...]
    """The machine's, with the probability it gave each."""
    person: str


def checked_words(
    connection: Connection, departments: Iterable[DepartmentId], after: datetime, before: datetime
) -> tuple[list[CheckedWords], bool]:
    """Return what people checked of calls that began in a period, the newest call first.

    Practice, destroyed recordings and those closed for use are left out; so is whatever the connection's
    actor may not see. Also says whether older calls of the period were left out (`MOST_CALLS`).
    """
    rows = connection.execute(
        _CHECKED,
        {"departments": list(departments), "after": after, "before": before, "most": MOST_CALLS + 1},
    ).all()
    calls = list(dict.fromkeys(row.id for row in rows))
    kept = frozenset(calls[:MOST_CALLS])
    return [_checked(row) for row in rows if row.id in kept], len(calls) > MOST_CALLS


def _checked(row: Row[Any]) -> CheckedWords:
    return CheckedWords(
        recording=RecordingId(row.id),
        version=MachineVersion(model=ModelIdentity(name=row.model, sha256=row.model_sha256), rules=row.rules),
        track=Track(row.track),
        machine=row.machine,
        words=tuple(
            Word(text=written, start=start, end=end, probability=probability)
            for written, start, end, probability in row.words
        ),
        person=row.person,
    )
