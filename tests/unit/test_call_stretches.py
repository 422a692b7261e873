"""What of a call is no talk: ringing, and the caller on hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from telephony.call import events as on
from telephony.call.orders import OrderKind
from telephony.call.stretches import Stretch, StretchKind
from telephony.journal.journal_entry import JournalEntry
from telephony.journal.projection import Projection, project
from tests.unit.call_scenes import CALL, CALLER_GONE, LEGS, NOON, SECOND, TO_TALKING


def told(*events: on.CallEvent) -> Projection:
    return project(CALL, [JournalEntry(call=CALL, seq=seq, event=one) for seq, one in enumerate(events, 1)])


def after(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def ordered(kind: OrderKind, seconds: int, **body: str) -> on.Ordered:
    return on.Ordered(at=after(seconds), order=str(UUID(int=seconds)), kind=kind.value, body=body)


def test_ringing_is_a_stretch_until_somebody_answers() -> None:
    assert told(*TO_TALKING).stretches == (Stretch(kind=StretchKind.RINGING, began_at=NOON, ended_at=NOON),)


def test_a_hold_is_a_stretch_whoever_holds_the_caller() -> None:
    by_us = told(*TO_TALKING, ordered(OrderKind.HOLD, 10), ordered(OrderKind.RESUME, 30), CALLER_GONE)
    by_phone = told(
        *TO_TALKING,
        on.PhoneHeld(at=after(10), leg=LEGS[0]),
        on.PhoneResumed(at=after(30), leg=LEGS[0]),
        CALLER_GONE,
    )

    hold = Stretch(kind=StretchKind.HOLD, began_at=after(10), ended_at=after(30))
    assert hold in by_us.stretches
    assert hold in by_phone.stretches


def test_a_hold_that_the_caller_ends_by_hanging_up_ends_then() -> None:
    held = told(*TO_TALKING, ordered(OrderKind.HOLD, 10), CALLER_GONE)

    assert held.stretches[-1] == Stretch(kind=StretchKind.HOLD, began_at=after(10), ended_at=CALLER_GONE.at)


def test_the_row_says_what_keeps_operator_and_caller_apart() -> None:
    consult = ordered(OrderKind.CONSULT, 10, phones=SECOND)
    transfer = ordered(OrderKind.TRANSFER, 10, phones=SECOND)

    asides = [
        (told(*TO_TALKING, *events).row or {})["aside"]
        for events in ((), (ordered(OrderKind.HOLD, 10),), (consult,), (transfer,), (transfer, CALLER_GONE))
    ]

    assert asides == [None, "held", "asking", "passed-on", None]


def test_whoever_is_asked_may_see_who_calls_while_the_phone_rings() -> None:
    row = told(*TO_TALKING, ordered(OrderKind.CONSULT, 10, phones=SECOND)).row

    assert row is not None
    assert row["ringing_phones"] == [SECOND]
