"""No job is lost or runs for ever, whatever becomes of it or of who does it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.facts import CallEnded, RecordingSealed
from core.ids import CallId, RecordingId
from storage.database import Database
from storage.jobs import Announcer, Task, make_worker_app, retry_parked, retry_stalled
from storage.unit_of_work import UnitOfWork
from tests.fixtures_postgres import DatabaseDsns
from tests.queued_jobs import CALL, capture, captured_in, end_a_call, queued, work_until_idle

pytestmark = pytest.mark.real


def test_a_failing_job_is_tried_again_and_then_parked_with_an_alarm(
    database_dsns: DatabaseDsns, worker_database: Database, announcer: Announcer
) -> None:
    tries: list[str] = []

    def fail(call: str) -> None:
        tries.append(call)
        raise OSError

    end_a_call(worker_database, announcer)
    for _ in range(5):
        work_until_idle(database_dsns, worker_database, capture(fail))

    assert len(tries) == 3
    assert [row.status for row in queued(worker_database)] == ["failed"]
    with worker_database.begin() as connection:
        alarms = connection.execute(text("SELECT code, call_id, detail FROM alarms")).all()
    assert [tuple(alarm) for alarm in alarms] == [
        ("job-parked-capture-recording", CALL, {"task": "capture_recording", "attempts": 3})
    ]


def test_a_parked_job_goes_on_when_a_person_has_removed_the_cause(
    database_dsns: DatabaseDsns, worker_database: Database, announcer: Announcer
) -> None:
    broken = threading.Event()
    broken.set()
    captured: list[str] = []

    def handler(call: str) -> None:
        if broken.is_set():
            raise OSError
        captured.append(call)

    end_a_call(worker_database, announcer)
    work_until_idle(database_dsns, worker_database, capture(handler, attempts=1))
    assert captured == []
    broken.clear()

    assert retry_parked(worker_database) == 1
    work_until_idle(database_dsns, worker_database, capture(handler, attempts=1))

    assert captured == [CALL]


def test_a_retry_does_not_collide_with_a_twin_announced_meanwhile(
    database_dsns: DatabaseDsns, worker_database: Database, announcer: Announcer
) -> None:
    """Both would hold the same queueing lock; the engine would leave the first as being done for ever."""
    captured: list[str] = []

    def announce_twin_then_fail_once(call: str) -> None:
        captured.append(call)
        if len(captured) == 1:
            end_a_call(worker_database, announcer)
            raise OSError

    end_a_call(worker_database, announcer)
    for _ in range(3):
        work_until_idle(database_dsns, worker_database, capture(announce_twin_then_fail_once))

    assert len(captured) == 3
    assert queued(worker_database) == []


def test_jobs_of_a_worker_that_died_are_taken_over_and_a_deadly_one_is_parked(
    database_dsns: DatabaseDsns, worker_database: Database, announcer: Announcer
) -> None:
    captured: list[str] = []
    task = capture(captured_in(captured), attempts=2)
    with UnitOfWork(worker_database, announcer) as work:
        work.announce(CallEnded(call=CALL))
        work.announce(CallEnded(call=CallId("deadly-1.0")))
        work.connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        work.connection.execute(
            text("UPDATE procrastinate_jobs SET attempts = 1 WHERE args ->> 'call' LIKE 'deadly%'")
        )
    end_a_call(worker_database, announcer)

    async def look_for_stalled() -> int:
        app = make_worker_app(database_dsns.worker, [task], worker_database)
        async with app.open_async():
            return await retry_stalled(app, [task], worker_database)

    assert asyncio.run(look_for_stalled()) == 1
    work_until_idle(database_dsns, worker_database, task)

    assert captured == [CALL, CALL]
    assert [(row.args["call"], row.status) for row in queued(worker_database)] == [("deadly-1.0", "failed")]
    with worker_database.begin() as connection:
        assert connection.execute(text("SELECT call_id FROM alarms")).scalars().all() == ["deadly-1.0"]


def test_a_dead_transcribers_job_is_left_to_transcribers_by_workers_of_another_kind(
    database_dsns: DatabaseDsns, worker_database: Database, announcer: Announcer
) -> None:
    captures = capture(captured_in([]))
    transcribes = Task(name="transcribe_recording", queue="transcribe", handler=captured_in([]))
    with UnitOfWork(worker_database, announcer) as work:
        work.announce(RecordingSealed(recording=RecordingId(uuid4())))
        work.connection.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'transcribe_recording'")
        )

    async def look_for_stalled(task: Task) -> int:
        app = make_worker_app(database_dsns.worker, [task], worker_database)
        async with app.open_async():
            return await retry_stalled(app, [task], worker_database)

    assert asyncio.run(look_for_stalled(captures)) == 0
    assert [row.status for row in queued(worker_database)] == ["todo", "doing"]
    assert asyncio.run(look_for_stalled(transcribes)) == 1
    assert [row.status for row in queued(worker_database)] == ["todo", "todo"]


_WORKER_THAT_HANGS = """
import asyncio, sys, time
from storage.database import Database
from storage.jobs import Task, make_worker_app

def hang(call):
    print("started", flush=True)
    time.sleep(600)

async def run(dsn):
    task = Task(name="capture_recording", queue="capture", handler=hang)
    app = make_worker_app(dsn, [task], Database(dsn))
    async with app.open_async():
        await app.run_worker_async()

asyncio.run(run(sys.stdin.readline().strip()))
"""


def test_a_worker_killed_in_the_middle_of_a_job_leaves_it_to_another(
    database_dsns: DatabaseDsns, worker_database: Database, announcer: Announcer
) -> None:
    captured: list[str] = []
    task = capture(captured_in(captured))
    end_a_call(worker_database, announcer)
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER_THAT_HANGS],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(database_dsns.worker + "\n")
    worker.stdin.flush()
    assert worker.stdout.readline() == "started\n"

    worker.kill()
    worker.communicate()
    with worker_database.begin() as connection:
        connection.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 s'"))

    async def look_for_stalled() -> int:
        app = make_worker_app(database_dsns.worker, [task], worker_database)
        async with app.open_async():
            return await retry_stalled(app, [task], worker_database)

    assert asyncio.run(look_for_stalled()) == 1
    work_until_idle(database_dsns, worker_database, task)
    assert captured == [CALL]
