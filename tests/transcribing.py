"""What transcribing is tried with: masters without a vault, sound of a dialogue, and what was saved of it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Literal
from uuid import uuid4

import numpy as np
import soundfile
from sqlalchemy import Connection, text

from core.facts import Fact
from core.ids import GrantId, RecordingId
from storage.database import Database
from storage.vault import OpenedRecording
from tests.fixtures_transcripts import NOON
from transcription.engine import Samples
from transcription.revisions import SavedUtterance, read_revision, utterances_of

DIALOGUES = Path(__file__).parents[1] / "runtime" / "practice" / "dialogues"


class Masters:
    """A vault of master files, and how often its door was used."""

    def __init__(self) -> None:
        self.files: dict[RecordingId, bytes] = {}
        self.opened = 0
        self.meanwhile: Callable[[RecordingId], None] = lambda _: None

    def open_for_process(
        self, actor_kind: Literal["transcription"], recording: RecordingId
    ) -> OpenedRecording:
        self.opened += 1
        self.meanwhile(recording)
        master = self.files[recording]
        return OpenedRecording(
            grant=GrantId(uuid4()),
            recording=recording,
            size=len(master),
            media_type="audio/flac",
            until=NOON,
            read=lambda start, length: master[start : start + length],
        )


class Remembers:
    """An announcer that keeps what it is told."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def announce(self, connection: Connection, fact: Fact, *, priority: int = 0) -> None:
        self.facts.append(fact)


def flac(*tracks: Samples, rate: int = 8000) -> bytes:
    file = BytesIO()
    soundfile.write(file, np.stack(tracks, axis=1), rate, format="FLAC", subtype="PCM_16")
    return file.getvalue()


def dialogue() -> tuple[Samples, Samples]:
    both, _ = soundfile.read(DIALOGUES / "d1.wav", dtype="int16", frames=20 * 8000)
    return np.asarray(both[:, 0], dtype=np.int16), np.asarray(both[:, 1], dtype=np.int16)


def said_on(database: Database, recording: RecordingId) -> list[SavedUtterance]:
    with database.begin() as connection:
        revision = read_revision(connection, recording)
        assert revision is not None
        return utterances_of(connection, revision)


def revisions(database: Database, recording: RecordingId) -> int:
    with database.begin() as connection:
        return connection.execute(
            text("SELECT count(*) FROM transcript_revisions WHERE recording_id = :recording"),
            {"recording": recording},
        ).scalar_one()


def alarms(database: Database) -> list[str]:
    with database.begin() as connection:
        return list(connection.execute(text("SELECT code FROM alarms")).scalars())
