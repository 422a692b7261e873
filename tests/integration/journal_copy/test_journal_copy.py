"""The journal reaches a real PostgreSQL: in order, once, and after however long the database was away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from storage.database import Database
from telephony.call import events as on
from telephony.call.call import operator_leg, playback_of
from telephony.journal.journal import CallJournal
from telephony.journal.journal_copy import JournalCopy
from tests.copied_journals import StoppedClock, announcer, captures, rows, write
from tests.fixtures_postgres import DatabaseDsns
from tests.unit.call_scenes import (
    ARRIVED,
    CALL,
    CALLER_GONE,
    FIRST,
    JOINED,
    NOON,
    TO_ANNOUNCING,
    TO_JOINING,
    TO_TALKING,
    TOLD,
    key,
)

pytestmark = pytest.mark.real


def test_a_call_can_be_followed_in_the_database_while_it_lasts(
    journal: CallJournal, copy: JournalCopy, worker_database: Database
) -> None:
    query = "SELECT phase, operator_phone, outcome FROM calls"
    write(journal, *TO_ANNOUNCING)
    copy.run_once()
    announcing = rows(worker_database, query)
    write(journal, *TO_TALKING[2:])
    copy.run_once()
    talking = rows(worker_database, query)
    write(journal, CALLER_GONE)
    copy.run_once()

    assert announcing == [("announcing", None, None)]
    assert talking == [("talking", FIRST, None)]
    assert rows(worker_database, query) == [("ended", FIRST, "talked")]
    assert rows(worker_database, "SELECT seq FROM call_journal ORDER BY seq") == [
        (1,), (2,), (3,), (4,), (5,), (6,),
    ]  # fmt: skip


def test_the_end_of_a_call_is_announced_once_however_often_it_is_copied(
    journal: CallJournal, copy: JournalCopy, worker_database: Database, tmp_path: Path, clock: StoppedClock
) -> None:
    write(journal, *TO_TALKING)
    copy.run_once()
    before = captures(worker_database)
    write(journal, CALLER_GONE, on.OperatorHungUp(at=NOON, leg=operator_leg(CALL, FIRST)))
    copy.run_once()
    with worker_database.begin() as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET queueing_lock = NULL"))
    another = JournalCopy(worker_database, announcer(), tmp_path, clock)

    assert another.run_once() == 0
    write(journal, on.TroubleSeen(at=NOON, code="journal-late"))
    assert another.run_once() == 1
    assert (before, captures(worker_database)) == (0, 1)


@pytest.mark.parametrize("destroyed_at", [NOON, None])
def test_a_forgotten_call_whose_recording_was_destroyed_does_not_come_back_from_its_file(
    journal: CallJournal,
    worker_database: Database,
    tmp_path: Path,
    clock: StoppedClock,
    destroyed_at: datetime | None,
) -> None:
    write(journal, *TO_TALKING, CALLER_GONE)
    JournalCopy(worker_database, announcer(), tmp_path, clock).run_once()
    with worker_database.begin() as connection:
        connection.execute(
            text("""
            INSERT INTO recordings (id, subject, department, practice, class, usable, started_at, samples,
                   sample_rate, samples_sha256, sealed_at, destroy_after, destroyed_at)
            VALUES (:id, :call, 'hoken', true, 'practice', true, :noon, 1, 8000, '', :noon, :noon, :destroyed)
            """),
            {"id": uuid4(), "call": CALL, "noon": NOON, "destroyed": destroyed_at},
        )
        connection.execute(text("DELETE FROM call_journal"))
        connection.execute(text("DELETE FROM calls"))

    JournalCopy(worker_database, announcer(), tmp_path, clock).run_once()

    known_again = [] if destroyed_at else [(CALL,)]
    assert rows(worker_database, "SELECT id FROM calls") == known_again
    assert rows(worker_database, "SELECT DISTINCT call_id FROM call_journal") == known_again


def test_listeners_are_woken_when_a_call_changes(
    journal: CallJournal, copy: JournalCopy, database_dsns: DatabaseDsns
) -> None:
    with psycopg.connect(database_dsns.app, autocommit=True) as listening:
        listening.execute("LISTEN tsuwaroku_calls")
        write(journal, ARRIVED)
        copy.run_once()

        heard = [one.payload for one in listening.notifies(timeout=5, stop_after=1)]

    assert heard == [CALL]


def test_marks_and_alarms_are_written_once_and_an_acknowledged_alarm_stays_acknowledged(
    journal: CallJournal, copy: JournalCopy, worker_database: Database
) -> None:
    failed = replace(TOLD, played=False)
    write(journal, *TO_ANNOUNCING, failed, replace(failed, playback=playback_of(CALL, 2)))
    copy.run_once()
    with worker_database.begin() as connection:
        connection.execute(text("UPDATE alarms SET acknowledged_at = now()"))
    write(journal, *TO_TALKING[3:], key("*", seconds=60), key("1", seconds=61))
    copy.run_once()
    write(journal, CALLER_GONE)
    copy.run_once()

    assert rows(worker_database, "SELECT code, call_id FROM alarms") == [("announcement-not-played", CALL)]
    assert rows(worker_database, "SELECT at, source FROM call_marks") == [
        (NOON + timedelta(seconds=61), "phone")
    ]


@pytest.mark.parametrize(
    ("seat", "is_theirs"),
    [
        ((-60, 300), True),
        ((-60, 11), True),
        ((5, 300), False),  # sat down while the phone rang
        ((11, 300), False),  # sat down when a colleague had answered
        ((-60, 9), False),  # left while it rang
    ],
)
def test_a_call_is_the_own_call_of_who_sat_at_the_phone_from_its_arrival_until_it_was_answered(
    journal: CallJournal,
    copy: JournalCopy,
    owner_database: Database,
    seat: tuple[int, int],
    is_theirs: bool,
) -> None:
    person = uuid4()
    with owner_database.begin() as connection:
        connection.execute(
            text("INSERT INTO accounts VALUES (:id, 'sato', '佐藤', 'x', '{operator}', '{}', NULL, now())"),
            {"id": person},
        )
        connection.execute(
            text("INSERT INTO phone_seats VALUES (DEFAULT, :phone, :id, 'x', :sat_from, :sat_until)"),
            {
                "phone": FIRST,
                "id": person,
                "sat_from": NOON + timedelta(seconds=seat[0]),
                "sat_until": NOON + timedelta(seconds=seat[1]),
            },
        )
    answered = replace(JOINED, at=NOON + timedelta(seconds=10))
    write(journal, *TO_JOINING, answered, CALLER_GONE)  # copied five minutes later: it makes no difference
    copy.run_once()

    assert rows(owner_database, "SELECT operator_id FROM calls") == [(person if is_theirs else None,)]


def test_a_call_that_was_taken_over_is_one_call_though_two_processes_wrote_of_it(
    journal: CallJournal, copy: JournalCopy, tmp_path: Path, worker_database: Database
) -> None:
    write(journal, *TO_TALKING)
    journal.close()
    heir = CallJournal(tmp_path, "a-process-that-sorts-before")
    heir.open()
    heir.open_calls()
    write(heir, CALLER_GONE)
    heir.close()
    copy.run_once()

    assert rows(worker_database, "SELECT phase, outcome FROM calls") == [("ended", "talked")]
    assert captures(worker_database) == 1


def test_what_the_dialplan_noted_of_a_returned_call_is_not_overwritten(
    journal: CallJournal, copy: JournalCopy, worker_database: Database
) -> None:
    write(journal, ARRIVED, on.TimerFired(at=NOON, timer=on.Timer.ANSWER))
    copy.run_once()
    with worker_database.begin() as connection:
        connection.execute(text("UPDATE calls SET outcome = 'talked', notice = 'proven'"))
    write(journal, CALLER_GONE)
    copy.run_once()

    assert rows(worker_database, "SELECT served_by, outcome, notice, phase FROM calls") == [
        ("dialplan", "talked", "proven", "ended")
    ]


def test_a_press_of_the_flag_key_and_a_call_for_help_are_written_once(
    journal: CallJournal, copy: JournalCopy, worker_database: Database
) -> None:
    write(
        journal,
        *TO_TALKING,
        key("*", seconds=60),
        key("1", seconds=61),
        key("*", seconds=70),
        key("2", seconds=71),
    )
    copy.run_once()
    write(journal, CALLER_GONE)
    copy.run_once()

    flagged = rows(worker_database, "SELECT flagged_at = (SELECT min(at) FROM call_marks) FROM calls")
    helped = rows(worker_database, "SELECT call_id, source, phone, asked_by FROM help_requests")
    assert flagged == [(True,)]
    assert helped == [(CALL, "phone", "kokuho-1", None)]
