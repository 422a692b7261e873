"""What the database says of a call follows from its journal alone, and comes out the same every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.ids import LegId, PhoneId
from telephony.call import events as on
from telephony.journal.journal_entry import JournalEntry
from telephony.journal.projection import project
from tests.unit.call_scenes import (
    ARRIVED,
    CALL,
    CALLER_GONE,
    FIRST,
    JOINED,
    LEGS,
    NOON,
    PHONES,
    TO_ANNOUNCING,
    TO_CONNECTING,
    TO_TALKING,
    TOLD,
    arrived,
    key,
)


def journal(*events: on.CallEvent) -> list[JournalEntry]:
    return [JournalEntry(call=CALL, seq=seq, event=event) for seq, event in enumerate(events, start=1)]


def test_a_call_that_was_talked_has_every_moment_in_its_row() -> None:
    row = project(CALL, journal(*TO_TALKING, CALLER_GONE)).row

    assert row is not None
    assert (row["arrived_at"], row["answered_at"], row["connected_at"]) == (NOON, NOON, NOON)
    assert (row["ended_at"], row["outcome"], row["phase"]) == (CALLER_GONE.at, "talked", "ended")
    assert (row["operator_phone"], row["served_by"], row["interrupted"]) == (FIRST, "application", False)
    assert (row["caller_class"], row["caller_sealed"]) == ("number", b"sealed")


def test_a_call_still_going_on_has_no_outcome_yet() -> None:
    row = project(CALL, journal(*TO_TALKING)).row

    assert row is not None
    assert (row["outcome"], row["ended_at"], row["phase"]) == (None, None, "talking")


def test_a_call_whose_caller_never_reached_us_has_no_row() -> None:
    assert project(CALL, journal(CALLER_GONE)).row is None


def test_each_mark_has_its_moment_and_the_same_name_every_time() -> None:
    keys = (key("*", seconds=60), key("1", seconds=61), key("*", seconds=70), key("1", seconds=71))
    once = project(CALL, journal(*TO_TALKING, *keys))
    again = project(CALL, journal(*TO_TALKING, *keys, CALLER_GONE))

    assert [one.at for one in once.marks] == [keys[1].at, keys[3].at]
    assert once.marks == again.marks
    assert len({one.id for one in once.marks}) == 2


def test_alarms_of_the_machine_and_of_the_driver_are_told_once_each() -> None:
    failed = replace(TOLD, played=False)
    trouble = on.TroubleSeen(at=NOON, code="journal-late")
    told = project(
        CALL, journal(*TO_ANNOUNCING, failed, replace(failed, playback=f"pb-{CALL}-2"), trouble, trouble)
    )

    assert told.alarms == ("announcement-not-played", "journal-late")


def test_refused_entries_and_those_that_no_longer_fit_do_not_stop_the_rest() -> None:
    refused = JournalEntry(call=CALL, seq=2, event=JOINED, refused=True)
    told = project(CALL, [*journal(ARRIVED), refused, *journal(JOINED), *journal(CALLER_GONE)])

    assert told.misfits == 1
    assert told.row is not None
    assert told.row["outcome"] == "abandoned"


def test_the_row_says_which_phones_ring_until_somebody_answers() -> None:
    ringing = project(CALL, journal(*TO_CONNECTING)).row
    talking = project(CALL, journal(*TO_TALKING)).row

    assert ringing is not None
    assert talking is not None
    assert ringing["ringing_phones"] == list(PHONES)
    assert talking["ringing_phones"] == []


def test_whoever_is_asked_to_take_a_call_over_is_shown_who_calls_until_they_have_it() -> None:
    asks = on.Ordered(at=NOON, order="o", kind="take-over", body={"phone": "kacho-1"})
    leg = LegId(f"sv-{CALL}-kacho-1~1")
    arrival = arrived(desk_phones=(*PHONES, PhoneId("kacho-1")))
    asked = journal(arrival, *TO_TALKING[1:], asks)
    up = (*asked, JournalEntry(call=CALL, seq=20, event=on.OperatorAnswered(at=NOON, leg=leg)))
    rows = [project(CALL, one).row for one in (asked, up)]

    assert [row and row["ringing_phones"] for row in rows] == [["kacho-1"], []]


def test_a_wish_to_pass_a_call_on_that_asterisk_tells_twice_is_one_wish() -> None:
    wish = on.ReferAsked(at=NOON, leg=LEGS[0], joins=True)
    again, later = (replace(wish, at=NOON + timedelta(seconds=seconds)) for seconds in (0.01, 20))

    assert [one.at for one in project(CALL, journal(*TO_TALKING, wish, again, later)).refers] == [
        NOON,
        later.at,
    ]
