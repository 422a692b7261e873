"""Facts become jobs with the transaction that made them true."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.facts import CallEnded, RecordingSealed
from core.ids import CallId, RecordingId
from storage.database import Database
from storage.jobs import Announcer
from storage.unit_of_work import UnitOfWork
from tests.fixtures_postgres import DatabaseDsns
from tests.queued_jobs import CALL, Row, capture, captured_in, end_a_call, queued, work_until_idle

pytestmark = pytest.mark.real


def test_a_fact_becomes_one_job_per_reaction_when_its_transaction_commits(
    worker_database: Database, announcer: Announcer
) -> None:
    recording = RecordingId(uuid4())

    with UnitOfWork(worker_database, announcer) as work:
        work.announce(RecordingSealed(recording=recording), priority=5)
        assert queued(worker_database) == []

    args = {"recording": str(recording)}
    assert queued(worker_database) == [
        Row("derive_listening_copy", "derive", args, "todo", 0, 5),
        Row("transcribe_recording", "transcribe", args, "todo", 0, 5),
    ]


def test_a_fact_that_did_not_come_true_is_never_heard_of(
    worker_database: Database, announcer: Announcer
) -> None:
    with pytest.raises(ZeroDivisionError), UnitOfWork(worker_database, announcer) as work:  # noqa: PT012  order matters
        work.announce(CallEnded(call=CALL))
        raise ZeroDivisionError

    assert queued(worker_database) == []


def test_a_fact_announced_twice_waits_once_and_does_not_spoil_the_transaction(
    worker_database: Database, announcer: Announcer
) -> None:
    end_a_call(worker_database, announcer)
    with UnitOfWork(worker_database, announcer) as work:
        work.announce(CallEnded(call=CALL))
        work.announce(CallEnded(call=CallId("city-2.0")))

    assert [row.args["call"] for row in queued(worker_database)] == ["city-1.0", "city-2.0"]


def test_the_console_s_role_puts_jobs_into_the_queue_but_cannot_look_into_it(
    app_database: Database, worker_database: Database, announcer: Announcer
) -> None:
    with UnitOfWork(app_database, announcer) as work:
        work.announce(CallEnded(call=CALL))

    assert len(queued(worker_database)) == 1
    for table in ("jobs", "events", "workers", "periodic_defers"):
        with pytest.raises(ProgrammingError), app_database.begin() as connection:
            connection.execute(text("SELECT 1 FROM procrastinate_" + table))  # noqa: S608  four names of ours


def test_a_job_is_done_by_a_worker_and_forgotten(
    database_dsns: DatabaseDsns, worker_database: Database, announcer: Announcer
) -> None:
    captured: list[str] = []
    end_a_call(worker_database, announcer)

    work_until_idle(database_dsns, worker_database, capture(captured_in(captured)))

    assert captured == [CALL]
    assert queued(worker_database) == []
