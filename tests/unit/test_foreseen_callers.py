"""Who calls is sealed while the claim is under way; what is said at the arrival is what counts."""

from __future__ import annotations

from typing import Any

import pytest

from core.ids import CallId
from telephony.asterisk.ari_messages import Arrival, Said
from telephony.call.callers import read_caller
from telephony.call.events import CallerClass
from telephony.leading.foreseen_callers import REMEMBERED, ForeseenCallers
from tests.unit.call_scenes import CALL, NOON, PLAN


class Seals:
    """Counts how often a number is sealed."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    def __call__(self, e164: str) -> tuple[bytes, bytes]:
        self.numbers.append(e164)
        return e164[::-1].encode(), b"h" * 16


def offer(number: str, name: str = "", presentation: str = "allowed") -> dict[str, Any]:
    return {
        "type": "CallBroadcast",
        "channel": {
            "id": CALL,
            "caller": {"number": number, "name": name},
            "channelvars": {"TSUWAROKU_PRESENTATION": presentation},
        },
    }


def arrival(number: str, name: str = "", presentation: str = "allowed") -> Arrival:
    return Arrival(
        channel=CALL,
        line=PLAN.line,
        number=Said(number),
        name=Said(name),
        presentation=Said(presentation),
        at=NOON,
    )


def test_a_caller_who_was_offered_is_sealed_once_and_before_the_arrival() -> None:
    seals = Seals()
    callers = ForeseenCallers(seals)
    callers.foresee(CALL, offer("0312345678"))
    sealed = list(seals.numbers)

    event = callers.arrived(arrival("0312345678"), PLAN)

    assert sealed == seals.numbers == [read_caller("0312345678").e164]
    assert event.caller.sealed == b"87654321318+"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (arrival("0312345678", presentation="prohib"), CallerClass.WITHHELD),
        (arrival("0398765432"), CallerClass.NUMBER),
        (arrival("", name="公衆電話"), CallerClass.PAYPHONE),
    ],
)
def test_what_is_said_at_the_arrival_counts(said: Arrival, kind: CallerClass) -> None:
    callers = ForeseenCallers(Seals())
    callers.foresee(CALL, offer("0312345678"))

    event = callers.arrived(said, PLAN)

    assert event.caller.kind is kind
    assert event.caller.sealed != b"87654321318+"


def test_an_offer_tells_of_its_own_call_alone_and_once() -> None:
    seals = Seals()
    callers = ForeseenCallers(seals)
    callers.foresee(CallId("city-1.99"), offer("0312345678"))
    callers.arrived(arrival("0312345678"), PLAN)
    callers.foresee(CALL, offer("0312345678"))
    callers.forget(CALL)
    callers.arrived(arrival("0312345678"), PLAN)

    assert len(seals.numbers) == 4


def test_only_the_last_offers_are_remembered() -> None:
    seals = Seals()
    callers = ForeseenCallers(seals)
    callers.foresee(CALL, offer("0312345678"))
    for number in range(REMEMBERED):
        callers.foresee(CallId(f"city-2.{number}"), offer(""))

    callers.arrived(arrival("0312345678"), PLAN)

    assert len(seals.numbers) == 2


def test_an_offer_of_nonsense_harms_no_arrival() -> None:
    callers = ForeseenCallers(Seals())
    for told in ({}, {"channel": 7}, {"channel": {"caller": [], "channelvars": "x"}}):
        callers.foresee(CALL, told)

    assert callers.arrived(arrival("0312345678"), PLAN).caller.kind is CallerClass.NUMBER
