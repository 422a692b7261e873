"""What a process writes of a call that was taken from it counts for nothing, whenever it reaches the disk."""

from __future__ import annotations

from pathlib import Path

from telephony.call import events as on
from telephony.call.call import Phase
from telephony.journal.journal import CallJournal
from telephony.journal.journal_entry import JournalEntry
from telephony.journal.journal_files import journalled_calls
from telephony.journal.journal_terms import TERM, first_of_term, in_force
from telephony.journal.projection import project
from tests.unit.call_scenes import ANSWERED, ARRIVED, CALL, CALLER, CALLER_GONE, NOON, TOLD

HEARD = on.DigitPressed(at=NOON, leg=CALLER, digit="1")
FOUND = on.Adopted(at=NOON, caller_up=True)


def entries(*numbers: int) -> list[JournalEntry]:
    return [JournalEntry(call=CALL, seq=number, event=HEARD) for number in numbers]


def counting(*numbers: int) -> list[int]:
    return [one.seq for one in in_force(entries(*numbers))]


def test_all_entries_of_one_term_count() -> None:
    assert counting(1, 2, 3) == [1, 2, 3]
    assert counting() == []


def test_a_new_term_goes_on_behind_what_its_process_knew() -> None:
    assert first_of_term(1, 5) + 1 == TERM + 6
    assert first_of_term(1, TERM + 9) + 1 == 2 * TERM + 10


def test_what_was_written_too_late_does_not_count() -> None:
    assert counting(1, 2, 3, 4, TERM + 3, TERM + 4) == [1, 2, TERM + 3, TERM + 4]


def test_a_call_that_changed_hands_often_keeps_what_each_leader_knew() -> None:
    late_in_both = (1, 2, 3, TERM + 3, TERM + 4, TERM + 5, 3 * TERM + 5)

    assert counting(*late_in_both) == [1, 2, TERM + 3, TERM + 4, 3 * TERM + 5]


def test_a_line_that_a_frozen_process_still_writes_changes_no_call(tmp_path: Path) -> None:
    frozen = CallJournal(tmp_path, "tsuwaroku-city-aaaaaaaaaaaa")
    heir = CallJournal(tmp_path, "tsuwaroku-city-bbbbbbbbbbbb")
    for journal in (frozen, heir):
        journal.open()
    frozen.append(CALL, ARRIVED)
    frozen.append(CALL, ANSWERED)
    (written,) = heir.read_open((CALL,))
    heir.take_over(written, 1)
    heir.append(CALL, FOUND)
    frozen.append(CALL, TOLD)
    frozen.append(CALL, CALLER_GONE)
    frozen.close()
    heir.close()

    call = journalled_calls(tmp_path)[CALL]
    assert call.call.phase is Phase.ANNOUNCING
    assert (call.writer, call.seq) == ("tsuwaroku-city-bbbbbbbbbbbb", TERM + 3)


def test_the_database_folds_a_call_that_changed_hands_like_its_leader_did() -> None:
    told = project(
        CALL,
        [
            JournalEntry(call=CALL, seq=1, event=ARRIVED),
            JournalEntry(call=CALL, seq=2, event=ANSWERED),
            JournalEntry(call=CALL, seq=3, event=CALLER_GONE),
            JournalEntry(call=CALL, seq=TERM + 3, event=FOUND),
        ],
    )

    assert told.row is not None
    assert told.row["ended_at"] is None
    assert told.misfits == 0
