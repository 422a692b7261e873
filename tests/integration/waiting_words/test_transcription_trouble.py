"""Work on words that does not come to its end: it gives way, stops, waits or is parked, and people see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from core.clock import SystemClock
from runtime.wiring import QUEUES, REACTIONS
from storage import jobs as jobs_module
from storage.database import Database, DatabaseAway
from storage.jobs import Announcer
from tests.fakes.masters import SameMasters
from tests.fakes.speech_engine import SaysTheSame
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_transcripts import NOON, Archive
from tests.waiting_words import Listens, announce, flag, state, task_of, work_until_idle
from transcription.engine import ModelMissing
from transcription.need import Overtaken
from transcription.progress import Progress
from transcription.slots import RecognitionGivenUp
from transcription.transcribe import Transcriber

pytestmark = pytest.mark.real


def alarms(database: Database) -> list[str]:
    with database.begin() as connection:
        return list(connection.execute(text("SELECT code FROM alarms ORDER BY id")).scalars())


def test_work_gives_way_to_a_flagged_call_that_waits_and_comes_back_uncounted(  # noqa: PLR0913, PLR0917  fixtures
    database_dsns: DatabaseDsns,
    worker_database: Database,
    archive: Archive,
    announcer: Announcer,
    transcriber: Transcriber,
    listens: Listens,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Overtaken, "wait_seconds", 0)
    ordinary, flagged = archive.record(), archive.record()
    announce(worker_database, announcer, ordinary)
    order: list[str] = []

    def flagged_call_comes() -> None:
        if len(order) == 1:
            flag(worker_database, flagged)
            announce(worker_database, announcer, flagged)

    def transcribe(recording: str) -> None:
        order.append(recording)
        try:
            transcriber.transcribe_recording(recording)
        except Overtaken:
            assert state(worker_database, ordinary) == (Progress.WAITING, "overtaken")
            raise

    listens.meanwhile = flagged_call_comes
    work_until_idle(database_dsns, worker_database, task_of(transcribe))

    assert order == [str(one) for one in (ordinary, flagged, ordinary)]
    assert {state(worker_database, one)[0] for one in (ordinary, flagged)} == {Progress.DONE}
    assert alarms(worker_database) == []


@pytest.mark.parametrize(
    "change", ["destroyed_at = now()", "usable = false"], ids=["destroyed", "closed for use"]
)
def test_what_is_no_longer_wanted_stops_while_it_is_heard(  # noqa: PLR0913, PLR0917  each is one fixture
    worker_database: Database,
    archive: Archive,
    transcriber: Transcriber,
    listens: Listens,
    write_as_owner: Callable[..., None],
    engine: SaysTheSame,
    change: str,
) -> None:
    recording = archive.record()
    listens.meanwhile = lambda: write_as_owner(
        f"UPDATE recordings SET {change} WHERE id = :id",  # noqa: S608  two constants
        id=recording,
    )

    transcriber.transcribe_recording(str(recording))

    assert listens.heard == 1
    with worker_database.begin() as connection:
        assert not connection.execute(text("SELECT 1 FROM transcript_revisions")).all()


def test_what_ends_the_recogniser_twice_is_parked_with_an_alarm_and_the_others_go_on(  # noqa: PLR0913, PLR0917  fixtures
    database_dsns: DatabaseDsns,
    worker_database: Database,
    archive: Archive,
    announcer: Announcer,
    transcriber: Transcriber,
    listens: Listens,
) -> None:
    deadly, other = archive.record(), archive.record(started_at=NOON - timedelta(hours=1))
    announce(worker_database, announcer, deadly, other)

    def end_the_first() -> None:
        if listens.heard == 1:
            raise RecognitionGivenUp("killed")

    listens.meanwhile = end_the_first
    work_until_idle(database_dsns, worker_database, task_of(transcriber.transcribe_recording, transcriber))

    assert listens.heard == 2, "nobody tries again by itself what ended two processes"
    assert alarms(worker_database) == ["job-parked-transcribe-recording"]
    assert state(worker_database, deadly)[0] is Progress.FAILED
    assert state(worker_database, other) == (Progress.DONE, "")


def test_a_missing_model_parks_nothing_however_long_it_is_missing(  # noqa: PLR0913, PLR0917  each is one fixture
    database_dsns: DatabaseDsns,
    worker_database: Database,
    archive: Archive,
    announcer: Announcer,
    transcriber: Transcriber,
    engine: SaysTheSame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ModelMissing, "wait_seconds", 0)
    recording = archive.record()
    announce(worker_database, announcer, recording)
    engine.missing = True
    tries: list[Progress] = []

    def transcribe(recording: str) -> None:
        engine.missing = len(tries) < 12
        try:
            transcriber.transcribe_recording(recording)
        finally:
            tries.append(state(worker_database, archived)[0])

    archived = recording
    work_until_idle(database_dsns, worker_database, task_of(transcribe, transcriber))

    assert tries == [Progress.WAITING] * 12 + [Progress.DONE]
    assert alarms(worker_database) == ["model-missing"]


def test_a_database_that_is_away_for_a_while_costs_no_work(
    worker_database: Database, archive: Archive, announcer: Announcer, listens: Listens
) -> None:
    recording = archive.record()
    away = 0

    class Fails(Announcer):
        """The database goes away in the moment of saving."""

        def announce(self, connection: Connection, fact: object, *, priority: int = 0) -> None:
            nonlocal away
            away += 1
            if away < 4:
                raise DatabaseAway

    waited: list[float] = []
    transcriber = Transcriber(
        database=worker_database,
        announcer=Fails(REACTIONS, QUEUES),
        vault=SameMasters(),
        hears=listens,
        clock=SystemClock(),
        pause=waited.append,
    )

    transcriber.transcribe_recording(str(recording))

    assert listens.heard == 1
    assert len(waited) == 3
    assert state(worker_database, recording) == (Progress.DONE, "")


def test_words_of_a_try_that_fails_are_shown_as_waiting_and_after_the_last_as_failed(  # noqa: PLR0913, PLR0917  fixtures
    database_dsns: DatabaseDsns,
    worker_database: Database,
    archive: Archive,
    announcer: Announcer,
    transcriber: Transcriber,
    listens: Listens,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs_module, "WAITS", (0,))
    recording = archive.record()
    announce(worker_database, announcer, recording)

    def fail() -> None:
        raise RuntimeError

    listens.meanwhile = fail
    work_until_idle(database_dsns, worker_database, task_of(transcriber.transcribe_recording, transcriber))

    assert listens.heard == 8
    assert state(worker_database, recording) == (Progress.FAILED, "parked")
    assert alarms(worker_database) == ["job-parked-transcribe-recording"]
