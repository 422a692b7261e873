"""What was written down stays written down: after a crash, a full disk, and by another process's eyes."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.ids import CallId, PhoneId
from telephony.call import events as on
from telephony.call.call import Phase
from telephony.journal.journal import CallJournal
from telephony.journal.journal_entry import JournalEntry, LineDamaged, read_line, write_line
from telephony.journal.journal_files import (
    all_entries,
    cut_torn_end,
    is_being_written,
    journal_files,
    journalled_calls,
    read_from,
)
from tests.unit.call_scenes import ARRIVED, CALL, CALLER_GONE, JOINED, LEGS, NOON, SEALED, TO_TALKING, key

SAMPLES: tuple[on.CallEvent, ...] = (
    *TO_TALKING,
    CALLER_GONE,
    on.CallLost(at=NOON),
    key("*"),
    on.OperatorHungUp(at=NOON, leg=LEGS[0], cause=on.Cause.BUSY),
    on.TimerFired(at=NOON, timer=on.Timer.RING),
    on.ActionRefused(at=NOON, action=on.Action.JOIN_LEGS, reason=on.Refusal.GONE, leg=LEGS[0]),
    on.Adopted(at=NOON, caller_up=True, answered=LEGS[:1], joined=LEGS[:1]),
    on.TroubleSeen(at=NOON, code="journal-late"),
    on.RecordingBegan(at=NOON),
    on.RecordingStopped(at=NOON),
    on.Ordered(at=NOON, order="5d0f6d3a", kind="hold", by="0c0b8c2f", body={"phone": "hoken1"}),
    on.OrderPerformed(at=NOON, order="5d0f6d3a", result="done"),
    on.GuestPlaced(at=NOON, leg=LEGS[1]),
    on.ConsultJoined(at=NOON, target=LEGS[1]),
    on.PhoneHeld(at=NOON, leg=LEGS[0]),
    on.PhoneResumed(at=NOON, leg=LEGS[0]),
    on.ReferAsked(at=NOON, leg=LEGS[0], phones=(PhoneId("hoken1"),)),
    on.FetchAsked(at=NOON, channel="city-1.9", phone=PhoneId("hoken2"), rings_at=(PhoneId("hoken1"),)),
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[CallJournal]:
    one = CallJournal(tmp_path, "telephony-a")
    one.open()
    yield one
    one.close()


def test_there_is_a_sample_of_every_event() -> None:
    assert {type(one) for one in SAMPLES} == set(on.EVENTS)


@pytest.mark.parametrize("event", SAMPLES, ids=lambda one: type(one).__name__)
def test_every_event_is_read_back_as_it_was_written(event: on.CallEvent) -> None:
    entry = JournalEntry(call=CALL, seq=7, event=event, refused=True)

    assert read_line(write_line(entry)) == entry
    assert write_line(entry).count(b"\n") == 1


def test_a_sealed_number_of_any_bytes_survives_the_journal() -> None:
    sealed = replace(SEALED, sealed=bytes(range(256)), hash=b"\xff" * 16)
    entry = JournalEntry(call=CALL, seq=1, event=replace(ARRIVED, caller=sealed))

    assert read_line(write_line(entry)) == entry


def test_a_line_with_any_byte_changed_or_missing_is_damaged() -> None:
    line = write_line(JournalEntry(call=CALL, seq=1, event=JOINED))

    for place in range(len(line) - 1):
        for wrong in (line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :], line[:place]):
            with pytest.raises(LineDamaged):
                read_line(wrong)


def test_an_event_is_on_the_disk_when_append_returns(journal: CallJournal, tmp_path: Path) -> None:
    for event in TO_TALKING:
        journal.append(CALL, event)

    assert [one.event for one in all_entries(tmp_path)] == list(TO_TALKING)
    assert [one.seq for one in all_entries(tmp_path)] == [1, 2, 3, 4, 5]


def test_a_refused_event_is_kept_and_marked_but_changes_no_call(journal: CallJournal, tmp_path: Path) -> None:
    journal.append(CALL, ARRIVED)
    journal.append(CALL, JOINED, refused=True)

    assert [one.refused for one in all_entries(tmp_path)] == [False, True]
    assert journalled_calls(tmp_path)[CALL].call.phase is Phase.ANSWERING


def test_a_half_line_at_the_end_is_not_an_event_and_is_cut_once_its_writer_is_dead(tmp_path: Path) -> None:
    journal = CallJournal(tmp_path, "telephony-a")
    journal.open()
    journal.append(CALL, ARRIVED)
    journal.append(CALL, TO_TALKING[1])
    (file,) = journal_files(tmp_path)
    whole = file.read_bytes().index(b"\0")
    half = write_line(JournalEntry(call=CALL, seq=3, event=TO_TALKING[2]))[:-20]
    with file.open("rb+") as stream:
        stream.seek(whole)
        stream.write(half)

    assert [one.seq for one in all_entries(tmp_path)] == [1, 2]
    assert cut_torn_end(file) == 0  # the writer lives
    zeros_too = file.stat().st_size - whole
    with file.open("rb") as dead:  # as after a kill: nobody took the zeros away
        content = dead.read()
    journal.close()
    file.write_bytes(content)
    assert cut_torn_end(file) == zeros_too > len(half)
    assert file.stat().st_size == whole


def test_a_process_of_the_same_name_cuts_the_half_line_of_its_predecessor(tmp_path: Path) -> None:
    first = CallJournal(tmp_path, "telephony-a")
    first.open()
    first.append(CALL, ARRIVED)
    first.close()
    (file,) = journal_files(tmp_path)
    with file.open("ab") as stream:
        stream.write(b'{"crc":"0000')

    second = CallJournal(tmp_path, "telephony-a")
    second.open()
    second.close()

    assert file.read_bytes().endswith(b"}\n")
    assert len(journal_files(tmp_path)) == 2


def test_a_damaged_line_is_counted_and_the_lines_around_it_are_read(
    journal: CallJournal, tmp_path: Path
) -> None:
    for event in TO_TALKING:
        journal.append(CALL, event)
    (file,) = journal_files(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"answered", b"hindered")
    file.write_bytes(b"".join(lines))

    reading = read_from(file)

    assert [one.seq for one in reading.entries] == [1, 3, 4, 5]
    assert reading.damaged == 1


def test_who_takes_over_goes_on_where_the_dead_process_stopped(tmp_path: Path) -> None:
    dead = CallJournal(tmp_path, "telephony-a")
    dead.open()
    over = CallId("city-1795290506.9")
    for event in TO_TALKING:
        dead.append(CALL, event)
    dead.append(over, replace(ARRIVED, call=over))
    dead.append(over, CALLER_GONE)
    dead.close()
    heir = CallJournal(tmp_path, "telephony-b")
    heir.open()

    (call,) = heir.open_calls()
    heir.append(CALL, CALLER_GONE)
    heir.close()

    assert (call.id, call.phase) == (CALL, Phase.TALKING)
    assert [one.seq for one in all_entries(tmp_path) if one.call == CALL] == [1, 2, 3, 4, 5, 6]
    assert journalled_calls(tmp_path)[CALL].ended


def test_a_call_that_a_living_process_leads_is_not_taken_from_it(
    journal: CallJournal, tmp_path: Path
) -> None:
    for event in TO_TALKING:
        journal.append(CALL, event)
    newcomer = CallJournal(tmp_path, "telephony-b")
    newcomer.open()

    while_it_lives = newcomer.open_calls()
    its_own = [call.id for call in journal.open_calls()]
    journal.close()
    when_it_is_dead = [call.id for call in newcomer.open_calls()]
    newcomer.close()

    assert while_it_lives == []
    assert its_own == when_it_is_dead == [CALL]


def test_a_living_process_can_be_told_from_a_dead_one(journal: CallJournal, tmp_path: Path) -> None:
    (file,) = journal_files(tmp_path)

    assert is_being_written(file)
    journal.close()
    assert not is_being_written(file)


def test_two_who_ask_at_once_whether_a_dead_process_writes_are_both_told_no(
    journal: CallJournal, tmp_path: Path
) -> None:
    (file,) = journal_files(tmp_path)
    with file.open("rb") as another:
        journal.close()
        fcntl.flock(another, fcntl.LOCK_SH | fcntl.LOCK_NB)  # as `is_being_written` does

        assert not is_being_written(file)


def test_the_lock_of_the_journal_does_not_disturb_readers(journal: CallJournal, tmp_path: Path) -> None:
    journal.append(CALL, ARRIVED)
    (file,) = journal_files(tmp_path)
    with file.open("rb") as stream, pytest.raises(BlockingIOError):
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)

    assert len(read_from(file).entries) == 1
