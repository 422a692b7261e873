"""Whether the work is done is asked of every queue: one worker that lives does not speak for the others."""

from __future__ import annotations

import asyncio

import pytest

from runtime.health import queues_at_work
from storage.database import Database
from storage.jobs import Task, make_worker_app
from tests.fixtures_postgres import DatabaseDsns

pytestmark = pytest.mark.real


def a_task(queue: str) -> Task:
    return Task(name=f"of_{queue}", queue=queue, handler=lambda: None)


def test_a_queue_is_at_work_only_while_its_own_worker_asks_for_jobs(
    database_dsns: DatabaseDsns, worker_database: Database
) -> None:
    found: list[frozenset[str]] = []

    async def worked(*queues: str) -> None:
        app = make_worker_app(database_dsns.worker, [a_task(one) for one in queues], worker_database)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False)
            found.append(queues_at_work(database_dsns.worker))
            await asyncio.sleep(0.2)
            found.append(queues_at_work(database_dsns.worker, seconds=0.1))

    found.append(queues_at_work(database_dsns.worker))
    asyncio.run(worked("capture", "derive"))
    asyncio.run(worked("transcribe"))

    assert found == [
        frozenset(),
        frozenset({"capture", "derive"}),
        frozenset(),  # it lives and asks for nothing: frozen
        frozenset({"transcribe"}),
        frozenset(),
    ]


def test_a_database_that_is_away_has_no_workers() -> None:
    assert queues_at_work("postgresql://nobody@127.0.0.1:1/none") == frozenset()
