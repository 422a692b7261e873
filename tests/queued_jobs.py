"""Jobs that wait, and a worker that does them until none is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from core.facts import CallEnded, RecordingSealed
from core.ids import CallId
from storage.database import Database
from storage.jobs import Announcer, Task, make_worker_app
from storage.unit_of_work import UnitOfWork
from tests.fixtures_postgres import DatabaseDsns

REACTIONS = {
    CallEnded: ("capture_recording",),
    RecordingSealed: ("derive_listening_copy", "transcribe_recording"),
}
QUEUES = {
    "capture_recording": "capture",
    "derive_listening_copy": "derive",
    "transcribe_recording": "transcribe",
}
CALL = CallId("city-1.0")


@dataclass(frozen=True)
class Row:
    task: str
    queue: str
    args: dict[str, str]
    status: str
    attempts: int
    priority: int


def queued(database: Database) -> list[Row]:
    with database.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT task_name, queue_name, args, status::text, attempts, priority"
                " FROM procrastinate_jobs ORDER BY id"
            )
        )
        return [Row(*row) for row in rows]


def work_until_idle(dsns: DatabaseDsns, database: Database, *tasks: Task) -> None:
    async def run() -> None:
        app = make_worker_app(dsns.worker, tasks, database)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False)

    asyncio.run(run())


def captured_in(done: list[str]) -> Callable[..., None]:
    def handler(call: str) -> None:
        done.append(call)

    return handler


def capture(handler: Callable[..., None], attempts: int = 3) -> Task:
    return Task(name="capture_recording", queue="capture", handler=handler, attempts=attempts)


def end_a_call(database: Database, announcer: Announcer) -> None:
    """Announce that a call ended, as telephony does."""
    with UnitOfWork(database, announcer) as work:
        work.announce(CallEnded(call=CALL))
