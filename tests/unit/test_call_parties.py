"""Who took part in a call, from when until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from telephony.call import events as on
from telephony.call.parties import Part, Party
from telephony.journal.journal_entry import JournalEntry
from telephony.journal.projection import project
from tests.unit.call_scenes import (
    CALL,
    CALLER_GONE,
    FIRST,
    JOINED,
    LEGS,
    NOON,
    TO_CONNECTING,
    TO_JOINING,
    left,
)

CONNECTED = NOON + timedelta(seconds=20)
HUNG_UP = NOON + timedelta(seconds=80)


def parties(*events: on.CallEvent) -> tuple[Party, ...]:
    entries = [JournalEntry(call=CALL, seq=seq, event=one) for seq, one in enumerate(events, 1)]
    return project(CALL, entries).parties


def test_the_operator_takes_part_from_the_join_to_the_end() -> None:
    found = parties(*TO_JOINING, replace(JOINED, at=CONNECTED), CALLER_GONE)

    assert found == (
        Party(leg=LEGS[0], part=Part.OPERATOR, phone=FIRST, joined_at=CONNECTED, left_at=CALLER_GONE.at),
    )


def test_an_operator_who_hangs_up_first_left_then() -> None:
    gone = replace(left(LEGS[0], on.Cause.NORMAL), at=HUNG_UP)

    found = parties(*TO_JOINING, replace(JOINED, at=CONNECTED), gone, CALLER_GONE)

    assert [one.left_at for one in found] == [HUNG_UP]


def test_nobody_takes_part_in_a_call_that_nobody_answered() -> None:
    assert parties(*TO_CONNECTING, CALLER_GONE) == ()
