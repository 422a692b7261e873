"""A machine whose figures are watched, with a small ceiling, and what it was told of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.settings import WatchSettings
from runtime.watch import Watch
from runtime.watch_limits import worker_limits
from runtime.watch_service import ServiceFigures
from storage.database import Database
from tests.fakes.clock import FakeClock

CEILING = 3

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

SETTINGS = WatchSettings(calls_at_once=CEILING)


@dataclass(kw_only=True)
class Machine:
    """A machine with a database, and what goes wrong on it."""

    database: Database
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))

    def watch(self) -> Watch:
        figures = ServiceFigures(self.clock, CEILING)
        looks = {
            "jobs": figures.jobs,
            "calls": figures.calls,
            "recordings": figures.recordings,
            "people": figures.people,
        }
        return Watch(
            database=self.database, clock=self.clock, source="worker", looks=looks,
            limits=worker_limits(SETTINGS),
        )  # fmt: skip

    def write(self, statement: str, **values: object) -> None:
        with self.database.begin() as connection:
            connection.execute(text(statement), values)

    def one(self, question: str) -> object:
        with self.database.begin() as connection:
            return connection.execute(text(question)).scalar_one()

    def call(self, name: str, arrived: float, ended: float | None) -> None:
        """Write a call; times are minutes from now."""
        self.write(
            "INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase,"
            " arrived_at, ended_at) VALUES (:id, 'l', 'd', 'a', 'public-body', 'withheld',"
            " 'application', 'talking', :arrived, :ended)",
            id=name, arrived=NOW + timedelta(minutes=arrived),
            ended=None if ended is None else NOW + timedelta(minutes=ended),
        )  # fmt: skip

    def recording(self, call: str, *findings: str, practice: bool = False) -> None:
        self.write(
            "INSERT INTO recordings VALUES (:r, :call, 'd', NULL, :practice, 'unflagged', true, :at, 1, 8000,"
            " 'x', :findings, :at, now())",
            r=uuid4(), call=call, at=NOW, findings=list(findings), practice=practice,
        )  # fmt: skip

    def record(self, call: str, offer: str) -> None:
        self.write(
            "INSERT INTO asterisk_call_records"
            " VALUES (:call, 'l', 'd', false, :call, 'PJSIP', :at, :at, true, :offer, NULL, :at)",
            call=call, offer=offer, at=NOW - timedelta(minutes=1),
        )  # fmt: skip

    def job(self, queue: str, task: str, waiting: timedelta) -> None:
        self.write(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at)"
            " VALUES (:queue, :task, 0, '{}', 'todo', :at)",
            queue=queue, task=task, at=NOW - waiting,
        )  # fmt: skip


@pytest.fixture
def machine(worker_database: Database) -> Machine:
    return Machine(database=worker_database)
