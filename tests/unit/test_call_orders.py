"""Orders of people to a live call: each gets an answer, and none can disturb the call."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.orders import NOT_NOW, UNKNOWN_ORDER
from telephony.journal.journal_entry import JournalEntry
from telephony.journal.projection import project
from tests.unit.call_scenes import ARRIVED, CALL, CALLER_GONE, LEGS, NOON, TO_JOINING, TO_TALKING, last, play

ORDER = str(UUID(int=7))
LATER = NOON + timedelta(minutes=1)


def ordered(kind: str) -> on.Ordered:
    return on.Ordered(at=LATER, order=ORDER, kind=kind)


def pressed(keys: str, at: int = 10) -> tuple[on.DigitPressed, ...]:
    moment = NOON + timedelta(seconds=at)
    return tuple(on.DigitPressed(at=moment, leg=LEGS[0], digit=key) for key in keys)


@pytest.mark.parametrize("scene", [(ARRIVED,), TO_JOINING, TO_TALKING])
def test_an_order_nobody_knows_is_answered_and_changes_nothing(scene: tuple[on.CallEvent, ...]) -> None:
    before, _ = play(*scene)

    call, commands = last(*scene, ordered("sing"))

    assert call == before
    assert commands == (do.ConcludeOrder(order=ORDER, result=UNKNOWN_ORDER, at=LATER),)


def test_an_order_to_a_call_that_is_over_comes_too_late() -> None:
    before, _ = play(*TO_TALKING, CALLER_GONE)

    call, commands = last(*TO_TALKING, CALLER_GONE, ordered("hold"))

    assert call == before
    assert commands == (do.ConcludeOrder(order=ORDER, result=NOT_NOW, at=LATER),)


def test_star_two_asks_for_help_and_star_one_still_marks() -> None:
    call, commands = play(*TO_TALKING, *pressed("*2"), *pressed("*1", at=20), *pressed("*2", at=30))

    assert (call.marks, call.help_calls) == (1, 2)
    assert [one.at for one in commands if isinstance(one, do.AskForHelp)] == [
        NOON + timedelta(seconds=10),
        NOON + timedelta(seconds=30),
    ]


def test_help_and_answers_to_orders_follow_from_the_journal_alone() -> None:
    told = (*TO_TALKING, *pressed("*2"), ordered("sing"))
    entries = [JournalEntry(call=CALL, seq=seq, event=one) for seq, one in enumerate(told, 1)]

    first, again = project(CALL, entries), project(CALL, entries)

    assert [(one.phone, one.at) for one in first.help_asked] == [("kokuho-1", NOON + timedelta(seconds=10))]
    assert [(one.order, one.result) for one in first.orders] == [(ORDER, UNKNOWN_ORDER)]
    assert again == first
