"""The revisions of a transcript: which one people read, and what stands in it.

Read is the newest one on which a person has worked (confirmed or corrected), else the newest: what somebody
heard is not pushed aside by a machine. Search finds the same one (transcription/repository.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from core.ids import AccountId, RecordingId, RevisionId, UtteranceId
from transcription.engine import ModelIdentity
from transcription.utterance import Track, Utterance, Word

_COLUMNS = (
    "t.id, t.recording_id, t.revision, t.model, t.model_sha256, t.options, t.created_at, t.author, t.based_on"
)
READ_FIRST = (
    "t.author IS NOT NULL OR EXISTS (SELECT 1 FROM confirmations c WHERE c.revision_id = t.id) DESC,"
    " t.revision DESC"
)
"""SQL: the order in which the first of a recording's revisions ``t`` is the one that people read."""

_READ = text(
    f"""
    SELECT {_COLUMNS} FROM transcript_revisions t WHERE t.recording_id = :recording
     ORDER BY {READ_FIRST}
     LIMIT 1
    """  # noqa: S608  a constant
)
_ONE = text(f"SELECT {_COLUMNS} FROM transcript_revisions t WHERE t.id = :revision")  # noqa: S608  a constant
_NEWER = text(
    f"""
    SELECT {_COLUMNS} FROM transcript_revisions t
     WHERE t.recording_id = :recording AND t.author IS NULL
       AND t.revision > (SELECT o.revision FROM transcript_revisions o WHERE o.id = :own)
     ORDER BY t.revision DESC
     LIMIT 1
    """  # noqa: S608  a constant
)
_UTTERANCE = text("""
    SELECT id, recording_id, revision_id, track, start_seconds, end_seconds, text, words FROM utterances
     WHERE id = :utterance
""")
_UTTERANCES = text("""
    SELECT id, track, start_seconds, end_seconds, text, words FROM utterances
     WHERE recording_id = :recording AND revision_id = :revision ORDER BY start_seconds, id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One saved revision of a transcript."""

    id: RevisionId
    recording: RecordingId
    number: int
    model: ModelIdentity
    options: Mapping[str, str | int | float | bool]
    created_at: datetime
    author: AccountId | None = None
    """Who corrected it; None for the machine's own."""
    based_on: RevisionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedUtterance:
    """An utterance and the name it is quoted by."""

    id: UtteranceId
    said: Utterance


def read_revision(connection: Connection, recording: RecordingId) -> Revision | None:
    """Find the revision that people read, if the connection's actor may see it."""
    row = connection.execute(_READ, {"recording": recording}).one_or_none()
    return None if row is None else _revision(row)


def revision_of(connection: Connection, revision: RevisionId) -> Revision | None:
    """Find one revision, if the connection's actor may see it."""
    row = connection.execute(_ONE, {"revision": revision}).one_or_none()
    return None if row is None else _revision(row)


def newer_machine_revision(connection: Connection, read: Revision) -> Revision | None:
    """Find the newest text of a machine, if it came after the one that ``read`` is or rests on."""
    own = read.based_on or read.id
    row = connection.execute(_NEWER, {"recording": read.recording, "own": own}).one_or_none()
    return None if row is None else _revision(row)


def hold_revisions(connection: Connection, recording: RecordingId) -> None:
    """Let nobody else decide which revision is read until the transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"revisions of {recording}"}
    )


def utterances_of(connection: Connection, revision: Revision) -> list[SavedUtterance]:
    """List a revision's utterances in the order they were said, both tracks together."""
    rows = connection.execute(_UTTERANCES, {"recording": revision.recording, "revision": revision.id})
    return [SavedUtterance(id=UtteranceId(row.id), said=_utterance(row)) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundUtterance:
    """An utterance, and where it stands."""

    id: UtteranceId
    recording: RecordingId
    revision: RevisionId
    said: Utterance


def find_utterance(connection: Connection, utterance: UtteranceId) -> FoundUtterance | None:
    """Find an utterance of any revision, if the connection's actor may see it."""
    row = connection.execute(_UTTERANCE, {"utterance": utterance}).one_or_none()
    if row is None:
        return None
    return FoundUtterance(
        id=UtteranceId(row.id),
        recording=RecordingId(row.recording_id),
        revision=RevisionId(row.revision_id),
        said=_utterance(row),
    )


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        id=RevisionId(row.id),
        recording=RecordingId(row.recording_id),
        number=row.revision,
        model=ModelIdentity(name=row.model, sha256=row.model_sha256),
        options=row.options,
        created_at=row.created_at,
        author=None if row.author is None else AccountId(row.author),
        based_on=None if row.based_on is None else RevisionId(row.based_on),
    )


def _utterance(row: Row[Any]) -> Utterance:
    return Utterance(
        track=Track(row.track),
        start=row.start_seconds,
        end=row.end_seconds,
        text=row.text,
        words=words_of(row.words),
    )


def words_of(kept: Sequence[tuple[str, float, float, float]]) -> tuple[Word, ...]:
    """Return words as they are kept with an utterance: text, start, end, probability."""
    return tuple(
        Word(text=written, start=start, end=end, probability=probability)
        for written, start, end, probability in kept
    )
