"""Runs jobs from the queue, and the small duties that come round: stalled jobs, orphans, the access chain.

Handlers are plain functions in threads. Several worker processes may run on several machines against the same
database; each duty is safe to run in all of them at once.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from procrastinate import App

from core.errors import DomainError
from core.logs import get_log

log = get_log()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to be done every so many seconds, in a thread. One that fails is tried again next time."""

    name: str
    every_seconds: float
    run: Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPlan:
    """What one worker process does. ``concurrency`` jobs run at the same time."""

    queues: Sequence[str]
    concurrency: int
    duties: Sequence[Duty]
    give_stalled_back: Callable[[App], Awaitable[int]]
    end_work: Callable[[], None]
    """Makes long jobs give their work back at once, when the worker is asked to stop."""


async def work(app: App, plan: WorkerPlan) -> None:
    """Work until SIGTERM or SIGINT. A database that is away is waited for; nothing in the queue is lost."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    duties = [asyncio.create_task(_do(duty, stopping)) for duty in plan.duties]
    while not stopping.is_set():
        try:
            await _run_jobs(app, plan, stopping)
        except Exception as error:  # noqa: BLE001  whatever the engine choked on, the queue is still there
            log.warning("worker.interrupted", code=type(error).__name__)
            await _pause(stopping, 1.0)
    plan.end_work()
    for duty in duties:
        duty.cancel()
    await asyncio.gather(*duties, return_exceptions=True)


async def _run_jobs(app: App, plan: WorkerPlan, stopping: asyncio.Event) -> None:
    async with app.open_async():
        jobs = asyncio.create_task(
            app.run_worker_async(
                queues=list(plan.queues),
                concurrency=plan.concurrency,
                wait=True,
                listen_notify=True,
                fetch_job_polling_interval=1.0,
                install_signal_handlers=False,
                shutdown_graceful_timeout=3.0,
                delete_jobs="successful",
            )
        )
        stalled = asyncio.create_task(_watch_stalled(app, plan, stopping))
        ending = asyncio.create_task(stopping.wait())
        done, _ = await asyncio.wait({jobs, ending}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.is_set():
            plan.end_work()
        for task in (jobs, stalled, ending):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(stalled, ending, return_exceptions=True)
            await jobs
        if jobs in done and jobs.exception() is not None:
            raise jobs.exception() or RuntimeError


async def _watch_stalled(app: App, plan: WorkerPlan, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            count = await plan.give_stalled_back(app)
            if count:
                log.warning("worker.stalled-given-back", count=count)
        except Exception as error:  # noqa: BLE001  next time
            log.warning("worker.stalled-not-seen", code=type(error).__name__)
        await _pause(stopping, 10.0)


async def _do(duty: Duty, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await asyncio.to_thread(duty.run)
        except DomainError as error:
            log.warning("duty.failed", task=duty.name, code=error.code)
        except Exception as error:  # noqa: BLE001  one duty must not end the others
            log.error("duty.failed", task=duty.name, code=type(error).__name__)  # noqa: TRY400  no texts
        await _pause(stopping, duty.every_seconds)


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
