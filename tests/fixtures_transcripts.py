"""Recordings and transcripts in a real database, without sound: for tests of search and of rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import AccountId, CallId, DepartmentId, RecordingId, RevisionId, recording_id_of
from storage.database import Database
from transcription.engine import ModelIdentity
from transcription.repository import Transcript, add_revision, recorded_call
from transcription.utterance import Track, Utterance

People = Callable[..., Actor]
MODEL = ModelIdentity(name="test-model", sha256="0" * 64)
NOON = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Writes recordings and what was said on them, as the worker does."""

    database: Database

    def record(
        self,
        *,
        department: str = "kokuho",
        operator: UUID | None = None,
        started_at: datetime = NOON,
        usable: bool = True,
        practice: bool = False,
    ) -> RecordingId:
        """Place the row of a recording; nothing is sealed."""
        call = CallId(f"city-{uuid4().hex}.0")
        recording = recording_id_of(call)
        with self.database.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO recordings (id, subject, department, operator_id, practice, class, usable,"
                    " started_at, samples, sample_rate, samples_sha256, sealed_at, destroy_after) VALUES"
                    " (:id, :call, :department, :operator, :practice, 'unflagged', :usable, :at, 8000, 8000,"
                    " '\\x00', :at, :after)"
                ),
                {
                    "id": recording,
                    "call": call,
                    "department": department,
                    "operator": operator,
                    "practice": practice,
                    "usable": usable,
                    "at": started_at,
                    "after": started_at + timedelta(days=90),
                },
            )
        return recording

    def transcribe(self, recording: RecordingId, *texts: str, masks_numbers: bool = True) -> RevisionId:
        """Save a revision whose utterances hold the texts, two seconds each, tracks in turn."""
        said = tuple(
            Utterance(
                track=(Track.CALLER, Track.HALL)[place % 2],
                start=place * 2.0,
                end=place * 2.0 + 1.5,
                text=one,
            )
            for place, one in enumerate(texts)
        )
        with self.database.begin() as connection:
            call = recorded_call(connection, recording, locked=True)
            assert call is not None
            heard = Transcript(model=MODEL, options={}, utterances=said, masks_numbers=masks_numbers)
            return add_revision(connection, call, heard, NOON)

    def destroy(self, recording: RecordingId) -> None:
        """Mark a recording destroyed, as the vault does with its row."""
        with self.database.begin() as connection:
            connection.execute(
                text("UPDATE recordings SET destroyed_at = :at WHERE id = :recording"),
                {"at": NOON, "recording": recording},
            )


@pytest.fixture
def archive(worker_database: Database) -> Archive:
    """Recordings and transcripts in a fresh database."""
    return Archive(database=worker_database)


@pytest.fixture
def person() -> Callable[..., Actor]:
    """Make an actor of given roles in given departments."""

    def make(*roles: Role, departments: tuple[str, ...] = ("kokuho",), account: UUID | None = None) -> Actor:
        return Actor(
            account=AccountId(account or uuid4()),
            roles=frozenset(roles),
            departments=frozenset(DepartmentId(one) for one in departments),
        )

    return make
