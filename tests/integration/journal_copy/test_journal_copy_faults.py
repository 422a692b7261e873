"""The copy of the journals when something is wrong: damage, a full database or none, dead writers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.ids import CallId
from runtime.postgres_cluster import PostgresCluster
from storage.database import Database
from storage.migrate import migrate
from telephony.call import events as on
from telephony.journal.journal import CallJournal
from telephony.journal.journal_copy import JournalCopy
from telephony.journal.journal_files import journal_files
from tests.copied_journals import StoppedClock, announcer, captures, rows, write
from tests.unit.call_scenes import ARRIVED, CALL, CALLER_GONE, NOON, TO_ANNOUNCING, TO_TALKING
from tests.waiting import wait_until

pytestmark = pytest.mark.real


def test_two_processes_that_both_believe_to_lead_a_call_raise_an_alarm(
    journal: CallJournal, copy: JournalCopy, tmp_path: Path, worker_database: Database
) -> None:
    write(journal, *TO_TALKING)
    heir = CallJournal(tmp_path, "telephony-b")
    heir.open()
    heir.open_calls()
    write(heir, CALLER_GONE)
    write(journal, on.CallLost(at=NOON))
    heir.close()
    copy.run_once()

    assert rows(worker_database, "SELECT code FROM alarms") == [("journal-conflict",)]
    assert captures(worker_database) == 1


def test_an_entry_the_database_never_takes_does_not_hold_back_the_others(
    journal: CallJournal, copy: JournalCopy, worker_database: Database
) -> None:
    poison = CallId("city-\x00")
    write(journal, *TO_TALKING)
    write(journal, replace(ARRIVED, call=poison), call=poison)
    write(journal, CALLER_GONE)
    copy.run_once()

    assert rows(worker_database, "SELECT id, phase FROM calls") == [(CALL, "ended")]
    assert rows(worker_database, "SELECT code FROM alarms") == [("journal-entry-rejected",)]


FULL = """
    CREATE FUNCTION be_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON calls EXECUTE FUNCTION be_full();
"""


def test_damage_in_a_journal_is_told_once_however_often_somebody_starts(
    journal: CallJournal, worker_database: Database, tmp_path: Path, clock: StoppedClock
) -> None:
    write(journal, *TO_TALKING)
    (file,) = journal_files(tmp_path)

    def damage(line: int) -> None:
        lines = file.read_bytes().split(b"\n")
        lines[line] = lines[line][:-4] + b"xxx}"
        file.write_bytes(b"\n".join(lines))

    def told_after_a_start() -> int:
        JournalCopy(worker_database, announcer(), tmp_path, clock).run_once()
        with worker_database.begin() as connection:
            connection.execute(
                text("UPDATE alarms SET acknowledged_at = now() WHERE code = 'journal-damaged'")
            )
        return len(rows(worker_database, "SELECT 1 FROM alarms WHERE code = 'journal-damaged'"))

    damage(2)
    assert [told_after_a_start() for _ in range(3)] == [1, 1, 1]
    damage(4)
    assert [told_after_a_start() for _ in range(2)] == [2, 2]


def test_a_database_that_is_full_loses_no_entry(
    journal: CallJournal, copy: JournalCopy, worker_database: Database, owner_database: Database
) -> None:
    with owner_database.begin() as connection:
        connection.execute(text(FULL))
    write(journal, *TO_TALKING, CALLER_GONE)
    with pytest.raises(OperationalError):
        copy.run_once()
    with owner_database.begin() as connection:
        connection.execute(text("DROP TRIGGER full_disk ON calls"))
    copy.run_once()

    assert rows(worker_database, "SELECT id, phase FROM calls") == [(CALL, "ended")]
    assert rows(worker_database, "SELECT code FROM alarms") == []
    assert captures(worker_database) == 1


def test_a_copied_file_stays_a_day_and_is_removed_when_its_writer_is_dead(
    journal: CallJournal, copy: JournalCopy, tmp_path: Path, clock: StoppedClock
) -> None:
    write(journal, *TO_TALKING)
    (file,) = journal_files(tmp_path)
    with file.open("ab") as torn:
        torn.write(b'{"crc":"0000')
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def removed_after(age: timedelta) -> int:
        os.utime(file, (written.timestamp(), written.timestamp()))
        clock.time = written + age
        return copy.remove_old()

    assert removed_after(timedelta(days=2)) == 0  # not copied
    copy.run_once()
    assert removed_after(timedelta(days=2)) == 0  # its writer lives
    journal.close()
    assert removed_after(timedelta(hours=23)) == 0  # young
    assert removed_after(timedelta(days=2)) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_nothing_was_ever_written_to_does_not_stay(
    journal: CallJournal, copy: JournalCopy, tmp_path: Path, clock: StoppedClock
) -> None:
    (file,) = journal_files(tmp_path)
    journal.close()
    os.truncate(file, 0)
    clock.time = datetime.fromtimestamp(file.stat().st_mtime, UTC) + timedelta(days=2)
    copy.run_once()

    assert copy.remove_old() == 1


@pytest.fixture
def own_cluster(open_folder: Path) -> Iterator[PostgresCluster]:
    one = PostgresCluster(open_folder / "pg-away", open_folder / "keys-away")
    one.prepare()
    one.start()
    try:
        migrate(one.dsn("owner"))
        yield one
    finally:
        one.stop()


def test_the_copy_catches_up_when_the_database_comes_back_and_calls_never_waited(
    own_cluster: PostgresCluster, journal: CallJournal, tmp_path: Path
) -> None:
    database = Database(own_cluster.dsn("worker"))
    copy, stop = JournalCopy(database, announcer(), tmp_path, StoppedClock()), threading.Event()
    copying = threading.Thread(target=copy.run, args=(stop,))
    copying.start()
    try:
        write(journal, *TO_ANNOUNCING)
        copy.wake()
        wait_until(lambda: phases(database) == ["announcing"])
        own_cluster.stop()

        started = time.monotonic()
        write(journal, *TO_TALKING[2:], CALLER_GONE)
        copy.wake()
        waited = time.monotonic() - started
        assert copying.is_alive()
        own_cluster.start()

        wait_until(lambda: phases(database) == ["ended"])
        assert captures(database) == 1
        assert waited < 1.0
    finally:
        stop.set()
        copy.wake()
        copying.join(30)
        database.close()


def phases(database: Database) -> list[object]:
    return [phase for (phase,) in rows(database, "SELECT phase FROM calls")]
