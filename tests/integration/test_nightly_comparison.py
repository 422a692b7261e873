"""A job with a time of day runs by itself, once for all workers, and whenever somebody asks besides."""

from __future__ import annotations

import asyncio
import threading

import pytest
from procrastinate.periodic import PeriodicTask
from sqlalchemy import text

from core.facts import ComparisonWanted
from runtime.watch_duties import NIGHTLY
from runtime.wiring import QUEUES, REACTIONS
from storage.database import Database
from storage.jobs import Announcer, Task, make_worker_app
from storage.unit_of_work import UnitOfWork
from tests.fixtures_postgres import DatabaseDsns

pytestmark = pytest.mark.real

EVERY_SECOND = "* * * * * *"
TIMES = 3


def test_two_workers_run_a_timed_job_once_for_each_time(
    database_dsns: DatabaseDsns, worker_database: Database
) -> None:
    ran: list[object] = []
    enough = threading.Event()

    def run(timestamp: int) -> None:
        ran.append(timestamp)
        if len(ran) >= TIMES:
            enough.set()

    task = Task(name="compare_recordings", queue="capture", handler=run, cron=EVERY_SECOND)

    async def work() -> None:
        apps = [make_worker_app(database_dsns.worker, [task], worker_database) for _ in range(2)]
        async with apps[0].open_async(), apps[1].open_async():
            workers = [
                asyncio.create_task(
                    app.run_worker_async(install_signal_handlers=False, fetch_job_polling_interval=0.2)
                )
                for app in apps
            ]
            assert await asyncio.to_thread(enough.wait, 30)
            for one in workers:
                one.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    asyncio.run(work())

    assert len(ran) == len(set(ran))


def test_asking_queues_one_comparison_however_often_somebody_asks(
    database_dsns: DatabaseDsns, worker_database: Database
) -> None:
    ran: list[dict[str, object]] = []
    announcer = Announcer(REACTIONS, QUEUES)
    for _ in range(3):
        with UnitOfWork(worker_database, announcer) as work:
            work.announce(ComparisonWanted())
    with worker_database.begin() as connection:
        queued = connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one()

    async def once() -> None:
        task = Task(name="compare_recordings", queue="capture", handler=lambda **when: ran.append(when))
        app = make_worker_app(database_dsns.worker, [task], worker_database)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False)

    asyncio.run(once())

    assert (queued, ran) == (1, [{}])


def test_the_comparison_runs_at_half_past_two_in_japan() -> None:
    nightly = PeriodicTask(task=None, cron=NIGHTLY, periodic_id="x", configure_kwargs={})  # type: ignore[arg-type]
    midnight_in_utc = 1_795_219_200.0

    assert (
        nightly.croniter.get_next(ret_type=float, start_time=midnight_in_utc) == midnight_in_utc + 17.5 * 3600
    )
