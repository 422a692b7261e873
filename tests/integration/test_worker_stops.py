"""A worker that is asked to stop, or loses its database, gives its long work back and loses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from procrastinate import App
from sqlalchemy import text

from core.clock import SystemClock
from core.facts import RecordingSealed
from core.ids import RecordingId
from runtime.wiring import NEEDS, QUEUES, REACTIONS
from runtime.worker import WorkerPlan, work
from storage.database import Database
from storage.jobs import Announcer, Task, make_worker_app, retry_stalled
from storage.unit_of_work import UnitOfWork
from tests.fakes.masters import SameMasters
from tests.fakes.odd_recogniser import MODEL
from tests.fakes.speech_engine import SaysTheSame
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_transcripts import Archive
from transcription.engine import ModelIdentity
from transcription.process_limits import MEGABYTE
from transcription.progress import Progress, state_of
from transcription.recogniser import Recogniser, RecogniserPlan
from transcription.slots import Slots
from transcription.transcribe import Transcriber

pytestmark = pytest.mark.real
PROGRAM = Path(__file__).parents[2]


class SameModel(SaysTheSame):
    """Knows which model should listen."""

    def model(self) -> ModelIdentity:
        return MODEL


@pytest.fixture
def slots() -> Iterator[Slots]:
    plan = RecogniserPlan(
        argv=[sys.executable, "-m", "tests.fakes.odd_recogniser", str(500 * MEGABYTE), str(os.getpid())],
        environment={"PYTHONPATH": str(PROGRAM), "PATH": os.environ["PATH"]},
        memory_bytes=500 * MEGABYTE,
    )
    slots = Slots(engine=SameModel(), make=lambda: Recogniser(lambda: plan), count=1)
    yield slots
    slots.close()


@pytest.fixture
def waiting(worker_database: Database, archive: Archive) -> RecordingId:
    """A recording that was sealed and announced."""
    recording = archive.record()
    with UnitOfWork(worker_database, Announcer(REACTIONS, QUEUES, NEEDS)) as work:
        work.announce(RecordingSealed(recording=recording))
    return recording


def job(database: Database) -> tuple[str, int]:
    with database.begin() as connection:
        row = connection.execute(
            text(
                "SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name ="
                " 'transcribe_recording'"
            )
        ).one()
    return row.status, row.attempts


def stopped_when(happened: Callable[[], object], then: Callable[[], object]) -> threading.Thread:
    """Do something, in a thread of its own, as soon as something has happened."""

    def watch() -> None:
        end = time.monotonic() + 60
        while not happened() and time.monotonic() < end:
            time.sleep(0.02)
        then()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def run_worker(  # noqa: PLR0913, PLR0917  each is one fixture
    dsns: DatabaseDsns,
    database: Database,
    slots: Slots,
    order: str,
    happened: Callable[[], object],
    then: Callable[[], object],
) -> None:
    transcriber = Transcriber(
        database=database,
        announcer=Announcer(REACTIONS, QUEUES, NEEDS),
        vault=SameMasters(),
        hears=slots,
        clock=SystemClock(),
        vocabulary=(order,),
    )
    tasks = [
        Task(
            name="transcribe_recording",
            queue="transcribe",
            handler=transcriber.transcribe_recording,
            on_parked=transcriber.park,
        )
    ]

    async def give_back(app: App) -> int:
        return await retry_stalled(app, tasks, database, 1)

    plan = WorkerPlan(
        queues=["transcribe"],
        concurrency=1,
        duties=[],
        give_stalled_back=give_back,
        end_work=slots.close,
    )
    thread = stopped_when(happened, then)
    try:
        asyncio.run(work(make_worker_app(dsns.worker, tasks, database), plan))
    finally:
        thread.join()


def ask_to_stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_worker_that_is_asked_to_stop_gives_its_recording_back_uncounted_and_soon(
    database_dsns: DatabaseDsns, worker_database: Database, slots: Slots, waiting: RecordingId
) -> None:
    asked_at = list[float]()

    def stop() -> None:
        asked_at.append(time.monotonic())
        ask_to_stop()

    run_worker(database_dsns, worker_database, slots, "hang", lambda: slots.pids, stop)

    assert time.monotonic() - asked_at[0] < 6, "the supervisor kills after eight seconds"
    assert job(worker_database) == ("todo", 0)
    assert slots.pids == []
    with worker_database.begin() as connection:
        found = state_of(connection, waiting)
    assert (found.progress, found.reason) == (Progress.WAITING, "worker-ends")


def test_connections_that_break_while_a_recording_is_heard_cost_no_words(
    database_dsns: DatabaseDsns, worker_database: Database, slots: Slots, waiting: RecordingId
) -> None:
    owner = Database(database_dsns.owner, connections=1)
    broken = list[int]()

    def is_over() -> bool:
        if slots.pids and not broken:
            with owner.begin() as connection:
                broken.append(
                    connection.execute(
                        text(
                            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        )
                    ).scalar_one()
                )
        if not broken:
            return False
        with owner.begin() as connection:
            return bool(connection.execute(text("SELECT 1 FROM transcript_revisions")).all()) and not (
                connection.execute(text("SELECT 1 FROM procrastinate_jobs WHERE task_name LIKE 't%'")).all()
            )

    try:
        run_worker(database_dsns, worker_database, slots, "wait", is_over, ask_to_stop)
    finally:
        owner.close()

    assert broken[0] > 2
    with worker_database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM transcript_revisions")).scalar_one() == 1
        assert state_of(connection, waiting).progress is Progress.DONE
        assert connection.execute(text("SELECT 1 FROM alarms")).all() == []
