"""Transcripts into the database: revisions are only added, and the one that people read is searched.

個人番号 and card numbers do not come in (transcription/spoken_numbers.py), whoever wrote them down, unless
the city has said why they must.

An utterance's row stays when another revision is read (transcription/revisions.py), because a quote may rest
on it; only its search tokens go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zlib import crc32

from sqlalchemy import Connection, text

from core.ids import AccountId, CallId, DepartmentId, RecordingId, RevisionId, UtteranceId
from transcription.engine import ModelIdentity
from transcription.normalise import index_literal, normalise
from transcription.reading import read_for_search
from transcription.revisions import hold_revisions, read_revision
from transcription.spoken_numbers import masked
from transcription.utterance import Utterance

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEQUENCE_BITS = 20
_RECORDING = text(
    "SELECT id, subject, department, practice, usable, destroyed_at, started_at, class AS kind,"
    " tracks"
    " FROM recordings WHERE id = :recording"
)
_LOCKED_RECORDING = text(f"{_RECORDING.text} FOR UPDATE")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """What a transcript needs to know of a recording."""

    recording: RecordingId
    call: CallId
    department: DepartmentId
    practice: bool
    usable: bool
    destroyed: bool
    started_at: datetime
    only_buffered: bool = False
    """一時保持: kept for hours, and not written down before somebody flags the call."""
    room: bool = False
    """録音機のファイル: one track of a room, and no call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was heard on a recording, by which model, set how; with an author it is a person's correction."""

    model: ModelIdentity
    options: Mapping[str, str | int | float | bool]
    utterances: tuple[Utterance, ...]
    author: AccountId | None = None
    based_on: RevisionId | None = None
    """Under a correction: the machine's own revision."""
    masks_numbers: bool = True


def recorded_call(
    connection: Connection, recording: RecordingId, *, locked: bool = False
) -> RecordedCall | None:
    """Find a recording; ``locked`` keeps it from being destroyed until the transaction ends."""
    row = connection.execute(
        _LOCKED_RECORDING if locked else _RECORDING, {"recording": recording}
    ).one_or_none()
    if row is None:
        return None
    return RecordedCall(
        recording=RecordingId(row.id),
        call=CallId(row.subject),
        department=DepartmentId(row.department),
        practice=row.practice,
        usable=row.usable,
        destroyed=row.destroyed_at is not None,
        started_at=row.started_at,
        only_buffered=row.kind == "buffer",
        room=row.tracks == "room",
    )


def is_transcribed(
    connection: Connection,
    recording: RecordingId,
    model: ModelIdentity,
    options: Mapping[str, str | int | float | bool],
) -> bool:
    """Say whether the machine has already heard a recording with this very model and these options."""
    return bool(
        connection.execute(
            text(
                "SELECT EXISTS (SELECT 1 FROM transcript_revisions WHERE recording_id = :recording"
                " AND author IS NULL AND model_sha256 = :sha256 AND options = CAST(:options AS jsonb))"
            ),
            {"recording": recording, "sha256": model.sha256, "options": _json(options)},
        ).scalar_one()
    )


def add_revision(
    connection: Connection, call: RecordedCall, transcript: Transcript, now: datetime
) -> RevisionId:
    """Save what was heard as the newest revision; if it is the one that people read, search finds it."""
    return save_revision(connection, call, transcript, now)[0]


def save_revision(
    connection: Connection, call: RecordedCall, transcript: Transcript, now: datetime
) -> tuple[RevisionId, tuple[UtteranceId, ...]]:
    """Do as ``add_revision``; say also what the utterances are called, in their order."""
    hold_revisions(connection, call.recording)
    revision = RevisionId(uuid4())
    connection.execute(
        text(
            "INSERT INTO transcript_revisions"
            " (id, recording_id, revision, author, based_on, model, model_sha256, options, created_at)"
            " SELECT :id, :recording, coalesce(max(revision), 0) + 1, :author, :based_on, :model, :sha256,"
            " CAST(:options AS jsonb), :now FROM transcript_revisions WHERE recording_id = :recording"
        ),
        {
            "id": revision,
            "recording": call.recording,
            "author": transcript.author,
            "based_on": transcript.based_on,
            "model": transcript.model.name,
            "sha256": transcript.model.sha256,
            "options": _json(transcript.options),
            "now": now,
        },
    )
    read = read_revision(connection, call.recording)
    is_read = read is not None and read.id == revision
    if is_read:
        connection.execute(
            text("DELETE FROM utterance_tokens WHERE recording_id = :recording"),
            {"recording": call.recording},
        )
    if not transcript.utterances:
        return revision, ()
    said = masked(transcript.utterances) if transcript.masks_numbers else transcript.utterances
    return revision, _add_utterances(connection, call, revision, said, found=is_read)


def _add_utterances(
    connection: Connection,
    call: RecordedCall,
    revision: UUID,
    utterances: tuple[Utterance, ...],
    *,
    found: bool,
) -> tuple[UtteranceId, ...]:
    # A call may be held over midnight on the last of a month.
    for said in (min(utterances, key=_start), max(utterances, key=_start)):
        connection.execute(text("SELECT make_month_partitions(:moment)"), {"moment": _spoken_at(call, said)})
    rows = [_utterance_row(call, revision, place, said) for place, said in enumerate(utterances)]
    connection.execute(
        text(
            "INSERT INTO utterances (id, spoken_at, revision_id, recording_id, department, track,"
            " start_seconds, end_seconds, text, norm, words, confidence)"
            " VALUES (:id, :spoken_at, :revision, :recording, :department, :track, :start, :end, :text,"
            " :norm, CAST(:words AS jsonb), :confidence)"
        ),
        rows,
    )
    if found:  # by search
        connection.execute(
            text(
                "INSERT INTO utterance_tokens (id, spoken_at, recording_id, department, tokens, track,"
                " sounds, grams, dictionary) VALUES (:id, :spoken_at, :recording, :department,"
                " CAST(:tokens AS tsvector), :track, :sounds, CAST(:grams AS tsvector), :dictionary)"
            ),
            rows,
        )
    return tuple(UtteranceId(int(str(row["id"]))) for row in rows)


def spoken_at_of(utterance: UtteranceId) -> datetime:
    """Tell when an utterance was said, to the millisecond: its id begins with it."""
    return _EPOCH + timedelta(milliseconds=utterance >> _SEQUENCE_BITS)


def _utterance_row(call: RecordedCall, revision: UUID, place: int, said: Utterance) -> dict[str, object]:
    spoken_at = _spoken_at(call, said)
    norm = normalise(said.text) if said.heard else ""  # our own remarks are not what anybody said
    heard = read_for_search(said.text if said.heard else "", call.department)
    words = [
        [word.text, round(word.start, 3), round(word.end, 3), round(word.probability, 3)]
        for word in said.words
    ]
    return {
        "id": _name(spoken_at, revision, place),
        "spoken_at": spoken_at,
        "revision": revision,
        "recording": call.recording,
        "department": call.department,
        "track": said.track.value,
        "start": said.start,
        "end": said.end,
        "text": said.text,
        "norm": norm,
        "words": json.dumps(words, ensure_ascii=False),
        "confidence": said.confidence,
        "tokens": index_literal(norm),
        "sounds": heard.sounds,
        "grams": heard.grams,
        "dictionary": heard.dictionary,
    }


def _start(said: Utterance) -> float:
    return said.start


def _spoken_at(call: RecordedCall, said: Utterance) -> datetime:
    return call.started_at + timedelta(milliseconds=round(said.start * 1000))


def _name(spoken_at: datetime, revision: UUID, place: int) -> int:
    # The place tells apart what one call says in the same millisecond, the revision what two calls say.
    # Should two ever meet all the same, the insert fails and the job's next try draws another revision id.
    milliseconds = (spoken_at - _EPOCH) // timedelta(milliseconds=1)
    return milliseconds << _SEQUENCE_BITS | (crc32(revision.bytes) & 0xFFF) << 8 | place & 0xFF


def _json(options: Mapping[str, str | int | float | bool]) -> str:
    return json.dumps(dict(options), ensure_ascii=False, sort_keys=True)
