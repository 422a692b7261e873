"""The journal and its disk: full, slow, refusing, killed in the middle; what is reported written is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ids import CallId
from telephony.journal.journal import CallJournal, JournalUnwritable
from telephony.journal.journal_files import all_entries, is_being_written, journal_files
from tests.unit.call_scenes import ARRIVED, CALL, CALLER_GONE, TO_TALKING


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[CallJournal]:
    one = CallJournal(tmp_path, "telephony-a")
    one.open()
    yield one
    one.close()


def test_a_full_file_is_followed_by_the_next_one(tmp_path: Path) -> None:
    journal = CallJournal(tmp_path, "telephony-a", rotate_bytes=500)
    journal.open()
    for event in TO_TALKING:
        journal.append(CALL, event)
    journal.close()

    assert len(journal_files(tmp_path)) > 1
    assert [one.seq for one in all_entries(tmp_path)] == [1, 2, 3, 4, 5]


def test_a_next_file_that_could_not_be_begun_is_begun_under_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = CallJournal(tmp_path, "telephony-a", rotate_bytes=500)
    journal.open()
    journal.append(CALL, TO_TALKING[0])
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", no_space)
        with pytest.raises(JournalUnwritable):
            journal.append(CALL, TO_TALKING[1])
    journal.append(CALL, TO_TALKING[2])
    journal.close()

    assert [one.seq for one in all_entries(tmp_path)] == [1, 2, 3]


def test_a_journal_that_cannot_be_written_is_known_before_any_call_is_claimed(tmp_path: Path) -> None:
    (tmp_path / "telephony-a").write_text("a file stands where the folder should be")
    journal = CallJournal(tmp_path, "telephony-a")

    with pytest.raises(JournalUnwritable):
        journal.open()
    assert not journal.writable


def test_a_disk_that_is_full_is_known_before_any_call_is_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", no_space)
    journal = CallJournal(tmp_path, "telephony-a")

    with pytest.raises(JournalUnwritable):
        journal.open()


def no_space(_file: int, _data: object = None) -> int:
    raise OSError(28, "No space left on device")


def test_what_the_disk_refuses_is_reported_at_once_and_written_when_it_takes_it_again(
    journal: CallJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(CALL, ARRIVED)
    real_write = os.write

    def half(file: int, data: bytes) -> int:
        real_write(file, bytes(data)[:30])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", half)
        with pytest.raises(JournalUnwritable):
            journal.append(CALL, TO_TALKING[1])
        assert not journal.writable

    journal.append(CALL, TO_TALKING[2])
    assert journal.writable
    assert [one.seq for one in all_entries(tmp_path)] == [1, 2, 3]


def test_a_slow_disk_never_holds_back_who_submits(
    journal: CallJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    real_sync = os.fdatasync

    def sync(file: int) -> None:
        gate.wait(10)
        real_sync(file)

    monkeypatch.setattr(os, "fdatasync", sync)

    first = journal.submit(CALL, ARRIVED)
    second = journal.submit(CALL, TO_TALKING[1])

    assert not first.done()
    gate.set()
    second.result(timeout=10)
    assert [one.seq for one in all_entries(tmp_path)] == [1, 2]


def test_many_calls_share_one_trip_to_the_disk(journal: CallJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    trips, gate, real_sync = list[int](), threading.Event(), os.fdatasync

    def sync(file: int) -> None:
        gate.wait(10)
        trips.append(file)
        real_sync(file)

    monkeypatch.setattr(os, "fdatasync", sync)
    waiting = [journal.submit(CallId(f"city-1.{number}"), CALLER_GONE) for number in range(30)]
    gate.set()
    for one in waiting:
        one.result(timeout=10)

    assert len(trips) <= 2


WRITER = """
import sys
from pathlib import Path
from telephony.journal.journal import CallJournal
from tests.unit.call_scenes import ARRIVED
journal = CallJournal(Path(sys.argv[1]), "telephony-a")
journal.open()
for number in range(1_000_000):
    journal.append(f"city-1.{number}", ARRIVED)
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""


def test_nothing_that_was_reported_written_is_lost_by_a_kill(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(200)]
        writer.kill()
        told += writer.stdout.readlines()
    last = max(int(line) for line in told if line.endswith("\n"))

    kept = {one.call for one in all_entries(tmp_path)}

    assert {CallId(f"city-1.{number}") for number in range(last + 1)} <= kept
    (file,) = journal_files(tmp_path)
    assert not is_being_written(file)
