"""Facts become jobs inside the transaction that made them true; a job carries ids and may run twice.

The job engine is procrastinate, on the same database. Facts are deferred through an App of its own that has
no tasks and no pool: the worker's App is asynchronous and would not take our connection.

The same job is queued once: its queueing lock is tried in a savepoint, because a duplicate would otherwise
end the caller's transaction. A started job gives its queueing lock up; else a retry would collide with a twin
announced meanwhile, and the job would hang for ever as being done. The ordinary lock keeps twins from running
at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import cast
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate import SyncPsycopgConnector as OnlyForDeferring
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from sqlalchemy import Connection, text

from core.errors import DomainError, GivenUp, TryLater
from core.facts import Fact
from core.ids import CallId, RecordingId
from core.logs import get_log
from storage.alarms import raise_alarm
from storage.database import Database

WAITS = (2, 5, 15, 60, 300, 900, 1800)
"""Seconds before the second, third … try; the last one repeats."""

WORKER_NAME = "tsuwaroku worker "
"""What a worker's connections are called; the names of its queues follow, with commas."""

_GIVE_QUEUEING_LOCK_UP = text("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = :job")
_PARKED = text("SELECT id FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id FOR UPDATE SKIP LOCKED")
_QUEUE_AGAIN = text("SELECT procrastinate_retry_job_v2(:job, now(), NULL, NULL, NULL)")
_HASTEN = text("SELECT hasten_job(:lock, :priority)")
_COUNT_ONE_LESS = text("UPDATE procrastinate_jobs SET attempts = attempts - 1 WHERE id = :job")
_START_COUNTING_ANEW = text("UPDATE procrastinate_jobs SET attempts = 0 WHERE id = :job")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A reaction that a worker can run: ``handler(call="…")`` or ``handler(recording="…")``, ids as text.

    After ``attempts`` tries the job is parked: it stays in the table as failed, and an alarm says so.
    """

    name: str
    queue: str
    handler: Callable[..., None]
    attempts: int = 8
    cron: str | None = None
    """When it runs by itself too, once for all workers (``timestamp=…``); times are UTC."""
    on_parked: Callable[[Connection, str], None] | None = None
    """Told the job's recording, in the transaction of the alarm: people see it where they look for it."""


class Announcer:
    """Puts the reactions to a fact into the queue.

    Args:
        reactions: which tasks react to which fact
        queues: the queue of every task
        needs: of tasks whose jobs do not simply come in their order: how much each one is needed
    """

    def __init__(
        self,
        reactions: Mapping[type[Fact], Sequence[str]],
        queues: Mapping[str, str],
        needs: Mapping[str, Callable[[Connection, Fact], int]] | None = None,
    ) -> None:
        self._needs = dict(needs or {})
        self._reactions = {
            fact: tuple((task, queues[task]) for task in tasks) for fact, tasks in reactions.items()
        }
        self._app = App(connector=OnlyForDeferring())

    def announce(self, connection: Connection, fact: Fact, *, priority: int = 0) -> None:
        """Defer every reaction through this very connection; a job that waits already is not queued twice.

        Args:
            connection: open transaction in which the fact became true
            fact: what became true; a fact nobody listed is a bug (KeyError), one nobody reacts to is fine
            priority: higher is done first; a job that waits already is done sooner if it is higher now
        """
        ids = {field.name: str(getattr(fact, field.name)) for field in fields(fact)}
        for task, queue in self._reactions[type(fact)]:
            lock = ":".join((task, *ids.values()))
            need = self._needs[task](connection, fact) if task in self._needs else priority
            if task in self._needs:
                # Also one that waits for its next try, or is being done: it must not give way to others.
                connection.execute(_HASTEN, {"lock": lock, "priority": need})
            try:
                with connection.begin_nested():
                    self._app.configure_task(
                        task, queue=queue, priority=need, lock=lock, queueing_lock=lock,
                        connection=connection.connection.driver_connection,
                    ).defer(**ids)  # fmt: skip
            except AlreadyEnqueued:
                get_log().info("job.already-waiting", task=task)
            except ConnectorException as error:
                raise error.__cause__ or error from None


class _Backoff(BaseRetryStrategy):
    def __init__(self, attempts: int) -> None:
        self._attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, TryLater):
            return RetryDecision(retry_in={"seconds": exception.wait_seconds})
        # Whatever else it was, the same job may work a moment later.
        if isinstance(exception, GivenUp) or job.attempts + 1 >= self._attempts:
            return None
        return RetryDecision(retry_in={"seconds": WAITS[min(job.attempts, len(WAITS) - 1)]})


def make_worker_app(dsn: str, tasks: Sequence[Task], database: Database) -> App:
    """Build the worker's App; run it inside ``app.open_async()`` with ``app.run_worker_async(queues=…)``.

    Args:
        dsn: connection string of the worker role, for the engine's own pool
        tasks: what this worker can run; handlers are plain functions and run in threads
        database: the worker role's database, for alarms
    """
    named = {"application_name": WORKER_NAME + ",".join(sorted({task.queue for task in tasks}))}
    app = App(
        connector=PsycopgConnector(conninfo=dsn, min_size=1, max_size=4, kwargs=named),
        worker_defaults={"delete_jobs": "successful"},
    )
    for task in tasks:
        known = app.task(name=task.name, queue=task.queue, retry=_Backoff(task.attempts), pass_context=True)(
            _watched(task, database)
        )
        if task.cron is not None:
            app.periodic(cron=task.cron, periodic_id=task.name, queueing_lock=task.name, lock=task.name)(
                known
            )
    return app


def _watched(task: Task, database: Database) -> Callable[..., None]:
    def run(context: JobContext, **ids: str | int) -> None:
        with database.begin() as connection:
            connection.execute(_GIVE_QUEUEING_LOCK_UP, {"job": context.job.id})
        try:
            task.handler(**ids)
        except TryLater as later:
            get_log().info("job.given-back", task=task.name, job=context.job.id, code=later.code)
            with database.begin() as connection:
                connection.execute(_COUNT_ONE_LESS, {"job": context.job.id})
            raise
        except Exception as error:
            attempt = context.job.attempts + 1
            code = error.code if isinstance(error, DomainError) else type(error).__name__
            get_log().warning("job.failed", task=task.name, job=context.job.id, attempt=attempt, code=code)
            if attempt >= task.attempts or isinstance(error, GivenUp):
                _tell_of_parked(database, task, context.job, attempt)
            raise

    return run


def _tell_of_parked(database: Database, task: Task, job: Job, attempts: int) -> None:
    call, recording = job.task_kwargs.get("call"), job.task_kwargs.get("recording")
    with database.begin() as connection:
        raise_alarm(
            connection,
            f"job-parked-{job.task_name.replace('_', '-')}",
            call=CallId(str(call)) if call else None,
            recording=RecordingId(UUID(str(recording))) if recording else None,
            detail={"task": job.task_name, "attempts": attempts},
        )
        if task.on_parked is not None and recording:
            task.on_parked(connection, str(recording))


async def retry_stalled(app: App, tasks: Sequence[Task], database: Database, silent_seconds: int = 30) -> int:
    """Give jobs whose worker fell silent to another one; the engine does not do that by itself.

    Only jobs that this kind of worker runs: the others are their own kind's to give back, or to park.

    A job that killed its workers as often as it may be tried is parked, so that it cannot kill for ever.

    Args:
        app: an open worker App
        tasks: what this kind of worker runs, with the number of attempts
        database: the worker role's database
        silent_seconds: how long a worker may be silent before its jobs are taken (it beats every 10 s)

    Returns:
        number of jobs that were queued again
    """
    ours = {task.name: task for task in tasks}
    again = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_seconds):
        task = ours.get(job.task_name)
        if task is None:
            continue  # another kind of worker knows how often it may be tried
        with database.begin() as connection:
            connection.execute(_GIVE_QUEUEING_LOCK_UP, {"job": job.id})
        if job.attempts + 1 >= task.attempts:
            _tell_of_parked(database, task, job, job.attempts + 1)
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job)
            again += 1
        get_log().warning("job.stalled", task=job.task_name, job=job.id, attempt=job.attempts + 1)
    return again


def retry_parked(database: Database) -> int:
    """Queue every parked job again with a fresh count of attempts, when a person has removed the cause.

    Args:
        database: the worker role's database

    Returns:
        number of jobs that were queued again
    """
    with database.begin() as connection:
        parked = cast("Sequence[int]", connection.execute(_PARKED).scalars().all())
        for job in parked:
            connection.execute(_GIVE_QUEUEING_LOCK_UP, {"job": job})
            connection.execute(_QUEUE_AGAIN, {"job": job})
            connection.execute(_START_COUNTING_ANEW, {"job": job})
    return len(parked)
