"""What is watched of time and room: late events, a copy that does not get on, disks that fill."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.ids import CallId
from runtime.watch import Watch
from runtime.watch_disks import Disks
from runtime.watch_limits import telephony_limits, worker_limits
from runtime.watch_telephony import telephony_watch
from storage.database import Database
from storage.jobs import Announcer
from telephony.asterisk.event_lag import EventLag
from telephony.call.events import TroubleSeen
from telephony.journal.journal_copy import JournalCopy
from telephony.journal.journal_entry import JournalEntry, write_line
from tests.fixtures_watched_machine import NOW, SETTINGS, Machine
from tests.waiting import wait_until

pytestmark = pytest.mark.real


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one mebibyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.root
@pytest.mark.parametrize("part", ["spool", "journal", "vault"])
def test_a_disk_that_fills_is_told_twice_before_it_is_full(
    machine: Machine, small_disk: Path, part: str
) -> None:
    disks = Disks({part: small_disk, "elsewhere": small_disk / "not-there"})
    watch = Watch(
        database=machine.database, clock=machine.clock, source="worker", looks={"disks": disks.look},
        limits=worker_limits(SETTINGS),
    )  # fmt: skip

    def fill(kibibytes: int) -> list[str]:
        (small_disk / "sound").write_bytes(bytes(kibibytes * 1024))
        return watch.run_once()

    assert fill(900) == []
    assert fill(940) == [f"disk-low-{part}"]
    assert fill(1000) == [f"disk-urgent-{part}"]
    assert fill(100) == []


def test_two_folders_on_one_disk_are_told_of_once(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    disks = Disks({"spool": tmp_path, "vault": tmp_path / "other"})

    assert {reading.part for reading in disks.look()} == {"spool"}
    assert all(reading.value > 0 for reading in disks.look())


@pytest.mark.root
def test_a_folder_that_is_closed_to_us_is_on_the_disk_that_holds_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "spool").mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    closed.chmod(0o700)
    os.seteuid(65534)
    try:
        seen = {reading.part for reading in Disks({"spool": closed / "spool"}).look()}
    finally:
        os.seteuid(0)

    assert seen == {"spool"}
    assert list(Disks({"spool": tmp_path / "not-there"}).look()) == []


def lagging(machine: Machine, lag: EventLag, behind: float = 0.0) -> list[str]:
    return telephony_watch(machine.database, machine.clock, lag, lambda: behind).run_once()


def test_events_in_time_are_no_trouble_late_ones_are_and_the_worst_counts(machine: Machine) -> None:
    lag = EventLag()
    lag.hear({"timestamp": "2026-11-20T12:00:00.000+0900"}, NOW + timedelta(seconds=0.9))
    lag.hear({}, NOW)
    lag.hear({"timestamp": "yesterday"}, NOW)
    in_time = lagging(machine, lag)
    lag.hear({"timestamp": "2026-11-20T12:00:00.000+0900"}, NOW + timedelta(seconds=1.5))
    lag.hear({"timestamp": "2026-11-20T12:00:00.000+0900"}, NOW)

    assert in_time == []
    assert lagging(machine, lag) == ["events-late"]
    assert lag.take_worst() == 0.0


def test_a_clock_that_runs_ahead_is_told_too(machine: Machine) -> None:
    lag = EventLag()
    lag.hear({"timestamp": "2026-11-20T12:00:05.000+0900"}, NOW)

    assert lagging(machine, lag) == ["events-late"]


def test_a_copy_that_does_not_get_on_is_told(machine: Machine) -> None:
    assert lagging(machine, EventLag(), behind=29) == []
    assert lagging(machine, EventLag(), behind=31) == ["journal-behind"]
    assert {limit.code for limit in telephony_limits()} == {"events-late", "journal-behind"}


def test_the_journals_copy_says_for_how_long_it_has_lacked_something(
    machine: Machine, tmp_path: Path
) -> None:
    nowhere = Database("host=127.0.0.1 port=1 user=x dbname=x", connections=1)
    copies = [
        JournalCopy(database, Announcer({}, {}), tmp_path, machine.clock)
        for database in (machine.database, nowhere)
    ]
    # Something to copy, so that the one without a database notices.
    (tmp_path / "app").mkdir()
    happened = TroubleSeen(at=NOW, code="journal-late")
    (tmp_path / "app" / "1.jsonl").write_bytes(
        write_line(JournalEntry(call=CallId("city-1.1"), seq=0, event=happened))
    )
    stop = threading.Event()
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in copies]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: copies[1].behind_seconds > 2, 30)
        behind = min(copies[0].behind_seconds for _ in range(3))
    finally:
        stop.set()
        for copy in copies:
            copy.wake()
        for thread in threads:
            thread.join(20)

    assert behind < 2
