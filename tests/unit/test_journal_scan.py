"""Which calls may go on is found among thousands that are over, and never wrongly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.ids import CallId, LegId
from telephony.call import events as on
from telephony.journal import journal_files
from telephony.journal.journal import CallJournal
from telephony.journal.journal_entry import JournalEntry, write_line
from telephony.journal.journal_files import journalled_calls
from telephony.journal.journal_scan import perhaps_open
from telephony.journal.journal_terms import TERM
from tests.unit.call_scenes import ANSWERED, ARRIVED, CALLER_GONE, NOON, TOLD

GOES_ON, OVER = CallId("city-1795290506.1"), CallId("city-1795290507.2")


def journalled(root: Path, *entries: tuple[CallId, int, on.CallEvent, bool]) -> list[Path]:
    folder = root / "tsuwaroku-city-aaaa"
    folder.mkdir()
    file = folder / "00000001.jsonl"
    lines = (
        write_line(JournalEntry(call=call, seq=seq, event=event, refused=refused))
        for call, seq, event, refused in entries
    )
    file.write_bytes(b"\n" + b"".join(lines))
    return [file]


def arrival(call: CallId) -> on.CallerArrived:
    return replace(ARRIVED, call=call, leg=LegId(call))


@pytest.mark.parametrize("ending", [CALLER_GONE, on.CallLost(at=NOON)])
def test_a_call_whose_caller_hung_up_is_over_and_every_other_one_is_looked_at(
    tmp_path: Path, ending: on.CallEvent
) -> None:
    files = journalled(
        tmp_path,
        (GOES_ON, 1, arrival(GOES_ON), False),
        (OVER, 1, arrival(OVER), False),
        (GOES_ON, 2, ANSWERED, False),
        (OVER, 2, ending, False),
    )

    assert perhaps_open(files) == {GOES_ON}


def test_an_end_that_was_refused_or_is_damaged_is_no_end(tmp_path: Path) -> None:
    files = journalled(tmp_path, (GOES_ON, 1, arrival(GOES_ON), False), (GOES_ON, 2, CALLER_GONE, True))
    assert perhaps_open(files) == {GOES_ON}

    files[0].write_bytes(files[0].read_bytes().replace(b'"refused":true', b'"refused":false'))
    assert perhaps_open(files) == {GOES_ON}


def test_an_end_that_a_frozen_process_wrote_of_a_call_led_on_elsewhere_is_no_end(tmp_path: Path) -> None:
    files = journalled(
        tmp_path,
        (GOES_ON, 1, arrival(GOES_ON), False),
        (GOES_ON, TERM + 2, ANSWERED, False),
        (GOES_ON, 2, CALLER_GONE, False),
    )
    assert perhaps_open(files) == {GOES_ON}


def test_a_process_that_starts_in_the_evening_reads_the_calls_that_go_on_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = CallJournal(tmp_path, "tsuwaroku-city-aaaa")
    dead.open()
    for number in range(300):
        call = CallId(f"city-1795290506.{number}")
        dead.submit(call, arrival(call))
        if number not in (7, 250):
            dead.submit(call, CALLER_GONE)
    dead.append(CallId("city-1795290506.7"), TOLD, refused=True)
    dead.close()
    read: list[CallId] = []
    whole = journal_files.read_line

    def noted(line: bytes) -> JournalEntry:
        entry = whole(line)
        read.append(entry.call)
        return entry

    monkeypatch.setattr(journal_files, "read_line", noted)
    heir = CallJournal(tmp_path, "tsuwaroku-city-bbbb")

    found = {one.id for one in heir.open_calls()}

    assert found == set(read) == {"city-1795290506.7", "city-1795290506.250"}
    assert found == {call for call, one in journalled_calls(tmp_path).items() if not one.ended}
