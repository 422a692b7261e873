"""Which recordings become text and in which order, what people are shown meanwhile, and what stops it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.actors import Actor, Role
from core.facts import RecordingPromoted, TranscriptionWanted
from core.ids import AccountId, RecordingId
from storage.database import Database
from storage.jobs import Announcer
from storage.unit_of_work import UnitOfWork
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_transcripts import NOON, Archive, People
from tests.waiting_words import Listens, announce, call_of, flag, state, task_of, work_until_idle
from transcription.progress import Progress, TranscriptionState, ask, state_of
from transcription.transcribe import Transcriber

pytestmark = pytest.mark.real


def ask_for_help(database: Database, recording: RecordingId) -> None:
    with database.begin() as connection:
        call = call_of(connection, recording)
        connection.execute(
            text(
                "INSERT INTO help_requests (id, call_id, source, phone, asked_at)"
                " VALUES (:id, :call, 'phone', 'hoken1', :at)"
            ),
            {"id": uuid4(), "call": call, "at": NOON},
        )


def supervisor(database: Database, owner: Callable[..., None], person: People) -> Actor:
    account = uuid4()
    owner(
        "INSERT INTO accounts (id, login, display_name, password_hash, roles, departments, created_at)"
        " VALUES (:id, :login, 'x', 'x', '{supervisor}', '{kokuho}', now())",
        id=account,
        login=str(account),
    )
    return person(Role.SUPERVISOR, account=account)


def noted_in(done: list[str]) -> Callable[..., None]:
    def handler(recording: str) -> None:
        done.append(recording)

    return handler


def test_a_line_that_wants_only_flagged_calls_as_text_gets_no_other(
    worker_database: Database, archive: Archive, transcriber: Transcriber, listens: Listens
) -> None:
    plain, flagged = archive.record(), archive.record()
    with worker_database.begin() as connection:
        call_of(connection, plain)
    flag(worker_database, flagged)

    for recording in (plain, flagged):
        transcriber.transcribe_recording(str(recording))

    assert listens.heard == 1
    assert state(worker_database, plain) == (Progress.NOT_WANTED, "")
    assert state(worker_database, flagged) == (Progress.DONE, "")


def test_a_supervisor_asks_for_it_and_gets_it(  # noqa: PLR0913, PLR0917  each is one fixture
    worker_database: Database,
    app_database: Database,
    archive: Archive,
    transcriber: Transcriber,
    announcer: Announcer,
    person: People,
    write_as_owner: Callable[..., None],
    database_dsns: DatabaseDsns,
) -> None:
    recording = archive.record()
    with worker_database.begin() as connection:
        call_of(connection, recording)
    transcriber.transcribe_recording(str(recording))
    actor = supervisor(worker_database, write_as_owner, person)

    with UnitOfWork(app_database, announcer, actor) as work:
        assert ask(work.connection, recording, actor.account, NOON)
        work.announce(TranscriptionWanted(recording=recording))
    assert state(worker_database, recording) == (Progress.WAITING, "")
    with UnitOfWork(app_database, announcer, actor) as work:
        assert not ask(work.connection, recording, actor.account, NOON), "it waits already"
    work_until_idle(database_dsns, worker_database, task_of(transcriber.transcribe_recording))

    assert state(worker_database, recording) == (Progress.DONE, "")


def test_nobody_but_a_supervisor_of_the_department_in_the_own_name_asks(
    worker_database: Database,
    app_database: Database,
    archive: Archive,
    person: People,
    write_as_owner: Callable[..., None],
) -> None:
    own = supervisor(worker_database, write_as_owner, person)
    recording = archive.record(operator=own.account)
    closed, buffered = archive.record(usable=False), archive.record()
    write_as_owner("UPDATE recordings SET class = 'buffer' WHERE id = :id", id=buffered)
    operator = person(Role.OPERATOR, account=own.account)
    elsewhere = person(Role.SUPERVISOR, departments=("zeimu",), account=own.account)
    administrator = person(Role.ADMINISTRATOR, account=own.account)

    refused = [(actor, recording, own.account) for actor in (operator, elsewhere, administrator)]
    refused += [(own, closed, own.account), (own, buffered, own.account)]
    refused += [(own, recording, AccountId(uuid4()))]
    for actor, asked_for, name in refused:
        with pytest.raises(ProgrammingError), app_database.begin(actor) as connection:
            ask(connection, asked_for, name, NOON)
    for state_wanted in ("done", "failed", "working", "not-wanted"):
        with pytest.raises(ProgrammingError), app_database.begin(own) as connection:
            connection.execute(
                text(
                    "INSERT INTO transcription_states (recording_id, state, since, asked_by, asked_at)"
                    " VALUES (:id, :state, now(), :by, now())"
                ),
                {"id": recording, "state": state_wanted, "by": own.account},
            )
    with app_database.begin(own) as connection:
        assert ask(connection, recording, own.account, NOON)
    with app_database.begin(elsewhere) as connection:
        assert state_of(connection, recording) == TranscriptionState()
    with pytest.raises(ProgrammingError), app_database.begin(own) as connection:
        connection.execute(text("DELETE FROM transcription_states"))


def test_of_what_was_destroyed_nothing_is_noted_any_more(
    worker_database: Database, archive: Archive, transcriber: Transcriber
) -> None:
    recording = archive.record()
    archive.transcribe(recording, "納税の相談です")
    archive.destroy(recording)

    with worker_database.begin() as connection:
        transcriber.park(connection, str(recording))
        left = connection.execute(text("SELECT count(*) FROM transcription_states")).scalar_one()

    assert left == 0


def test_flagged_calls_come_first_then_help_then_the_newest(
    database_dsns: DatabaseDsns, worker_database: Database, archive: Archive, announcer: Announcer
) -> None:
    oldest, newest = archive.record(), archive.record(started_at=NOON + timedelta(hours=2))
    helped = archive.record(started_at=NOON - timedelta(days=1))
    flagged = archive.record(started_at=NOON - timedelta(days=2))
    ask_for_help(worker_database, helped)
    flag(worker_database, flagged)
    announce(worker_database, announcer, oldest, newest, helped, flagged)
    done: list[str] = []

    work_until_idle(database_dsns, worker_database, task_of(noted_in(done)))

    assert done == [str(one) for one in (flagged, helped, newest, oldest)]


def test_a_call_that_is_flagged_while_it_waits_goes_first_at_once(
    database_dsns: DatabaseDsns, worker_database: Database, archive: Archive, announcer: Announcer
) -> None:
    first, second = archive.record(), archive.record(started_at=NOON - timedelta(hours=1))
    announce(worker_database, announcer, first, second)
    with worker_database.begin() as connection:  # it failed once and would wait for its next try
        connection.execute(
            text(
                "UPDATE procrastinate_jobs SET queueing_lock = NULL, scheduled_at = now() + interval '1 hour'"
                " WHERE task_name = 'transcribe_recording' AND args ->> 'recording' = :recording"
            ),
            {"recording": str(second)},
        )
    flag(worker_database, second)
    with UnitOfWork(worker_database, announcer) as work:
        work.announce(RecordingPromoted(recording=second))
    done: list[str] = []

    work_until_idle(database_dsns, worker_database, task_of(noted_in(done)))

    assert done[0] == str(second)
    assert done[-1] == str(first)
