"""A sealed recording becomes one transcript, whatever dies or runs twice; one closed for use becomes none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from core.actors import Role
from core.clock import SystemClock
from core.facts import TranscriptSaved
from core.ids import RecordingId
from storage.database import Database
from tests.fakes.speech_engine import SaysTheSame
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_transcripts import NOON, Archive, People
from tests.transcribing import Masters, Remembers, alarms, dialogue, flac, revisions, said_on
from transcription.engine import ModelMissing
from transcription.revisions import read_revision, utterances_of
from transcription.search import Query, find
from transcription.speech_detection import VERSION as DETECTION
from transcription.transcribe import Transcriber
from transcription.utterance import Track

pytestmark = pytest.mark.real
DOCUMENT = Path(__file__).parents[3] / "docs" / "transcripts.md"


class Killed(BaseException):
    """The process dies."""


@pytest.fixture
def listener(database_dsns: DatabaseDsns) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_dsns.app, autocommit=True) as connection:
        connection.execute("LISTEN tsuwaroku_calls")
        yield connection


def test_a_recording_becomes_a_transcript_that_people_find(
    transcriber: Transcriber,
    recording: RecordingId,
    announcer: Remembers,
    app_database: Database,
    person: People,
) -> None:
    transcriber.transcribe_recording(str(recording))

    with app_database.begin(person(Role.SUPERVISOR)) as connection:
        revision = read_revision(connection, recording)
        assert revision is not None
        said = utterances_of(connection, revision)
        hits = find(connection, Query(words="納税", after=NOON), SystemClock()).hits
    assert {one.said.track for one in said} == {Track.CALLER, Track.HALL}
    assert [one.said.start for one in said] == sorted(one.said.start for one in said)
    assert {hit.utterance for hit in hits} == {one.id for one in said}
    assert said[0].said.words[0].probability == pytest.approx(0.9)
    assert announcer.facts == [TranscriptSaved(recording=recording, revision=revision.id)]


def test_whoever_waits_for_the_call_is_woken(
    transcriber: Transcriber,
    recording: RecordingId,
    listener: psycopg.Connection,
    worker_database: Database,
) -> None:
    with worker_database.begin() as connection:
        call = connection.execute(
            text("SELECT subject FROM recordings WHERE id = :recording"), {"recording": recording}
        ).scalar_one()

    transcriber.transcribe_recording(str(recording))

    assert [notice.payload for notice in listener.notifies(timeout=5, stop_after=1)] == [call]


def test_the_same_job_twice_saves_one_transcript(
    transcriber: Transcriber, recording: RecordingId, worker_database: Database, announcer: Remembers
) -> None:
    transcriber.transcribe_recording(str(recording))
    transcriber.transcribe_recording(str(recording))

    assert revisions(worker_database, recording) == 1
    assert len(announcer.facts) == 1


def test_a_revision_says_by_what_it_was_heard(
    transcriber: Transcriber, recording: RecordingId, worker_database: Database, engine: SaysTheSame
) -> None:
    transcriber.transcribe_recording(str(recording))

    with worker_database.begin() as connection:
        revision = read_revision(connection, recording)
    assert revision is not None
    assert (revision.model.name, revision.model.sha256) == ("fake", engine.sha256)
    assert revision.author is None
    assert revision.options == {
        **engine.options, "speech_detection": DETECTION, "vocabulary": "納税課",
    }  # fmt: skip


def test_every_column_that_is_kept_of_a_transcript_is_described(owner_database: Database) -> None:
    described = DOCUMENT.read_text(encoding="utf-8")
    with owner_database.begin() as connection:
        columns = connection.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND table_name IN ('transcript_revisions', 'utterances', 'confirmations', 'corrections',"
                " 'quotes', 'clips')"
            )
        ).all()

    assert len({row.table_name for row in columns}) == 6
    tables = {
        part.split("`", 1)[0]: part.split("\n## ", 1)[0] for part in described.split("\n## Table `")[1:]
    }
    assert [row for row in columns if f"`{row.column_name}`" not in tables.get(row.table_name, "")] == []


@pytest.mark.parametrize("change", ["options", "model"])
def test_another_model_or_other_settings_give_a_further_revision_and_the_first_stays(
    transcriber: Transcriber,
    recording: RecordingId,
    worker_database: Database,
    engine: SaysTheSame,
    change: str,
) -> None:
    transcriber.transcribe_recording(str(recording))
    before = said_on(worker_database, recording)
    if change == "options":
        engine.words = "介護の相談です"
    else:
        engine.sha256 = "e" * 64
    transcriber.transcribe_recording(str(recording))

    assert revisions(worker_database, recording) == 2
    assert {one.said.text for one in said_on(worker_database, recording)} == {engine.words}
    with worker_database.begin() as connection:
        kept = connection.execute(
            text("SELECT count(*) FROM utterances WHERE id = ANY(:ids)"), {"ids": [one.id for one in before]}
        ).scalar_one()
        models = connection.execute(text("SELECT model_sha256 FROM transcript_revisions ORDER BY revision"))
        heard_by = list(models.scalars())
    assert kept == len(before)
    assert heard_by == ["f" * 64, engine.sha256]


def test_a_job_killed_while_listening_leaves_nothing_and_runs_again(
    transcriber: Transcriber,
    recording: RecordingId,
    worker_database: Database,
    engine: SaysTheSame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(engine, "listen", die)
        with pytest.raises(Killed):
            transcriber.transcribe_recording(str(recording))
    assert revisions(worker_database, recording) == 0

    transcriber.transcribe_recording(str(recording))
    assert revisions(worker_database, recording) == 1


@pytest.mark.parametrize("state", ["closed", "destroyed", "unknown"])
def test_what_may_not_be_used_is_not_listened_to(
    archive: Archive, transcriber: Transcriber, masters: Masters, engine: SaysTheSame, state: str
) -> None:
    name = RecordingId(uuid4()) if state == "unknown" else archive.record(usable=state != "closed")
    masters.files[name] = flac(*dialogue())
    if state == "destroyed":
        archive.destroy(name)

    transcriber.transcribe_recording(str(name))

    assert masters.opened == 0
    assert engine.listened == []


def test_a_recording_destroyed_while_it_is_heard_gets_no_transcript(
    archive: Archive,
    transcriber: Transcriber,
    recording: RecordingId,
    worker_database: Database,
    masters: Masters,
) -> None:
    masters.meanwhile = archive.destroy

    transcriber.transcribe_recording(str(recording))

    assert revisions(worker_database, recording) == 0


def test_without_a_model_the_recording_waits_and_people_are_told_once(  # noqa: PLR0913, PLR0917  each is one fixture
    archive: Archive,
    transcriber: Transcriber,
    recording: RecordingId,
    engine: SaysTheSame,
    masters: Masters,
    worker_database: Database,
) -> None:
    another = archive.record()
    masters.files[another] = masters.files[recording]
    engine.missing = True
    for name in (recording, another):
        with pytest.raises(ModelMissing):
            transcriber.transcribe_recording(str(name))
    assert alarms(worker_database) == ["model-missing"]
    assert masters.opened == 0

    engine.missing = False
    transcriber.transcribe_recording(str(recording))
    assert revisions(worker_database, recording) == 1


def test_neither_words_nor_names_of_files_are_in_the_log(
    transcriber: Transcriber, recording: RecordingId, engine: SaysTheSame, capsys: pytest.CaptureFixture[str]
) -> None:
    transcriber.transcribe_recording(str(recording))

    written = "".join(capsys.readouterr())
    assert "transcript.saved" in written
    assert engine.words not in written
