"""What a desk phone means when it wants to pass its call on."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from core.ids import PhoneId
from telephony.asterisk.refer_message import read_refer
from telephony.call import events as on
from tests.unit.call_scenes import CALL, LEGS, NOON, PHONES

SEALED = b64encode(b"sealed").decode()


class Hall:
    """Knows one line (2101), its phones, and one interpreter outside."""

    def named(self, name: str) -> tuple[PhoneId, ...]:
        return (PHONES[1],) if name in ("2101", PHONES[1]) else ()

    def outside(self, dialled: str) -> tuple[str, str]:
        return ("tsuyaku", SEALED) if dialled == "0300000901" else ("", "")

    def phone(self, name: str) -> bool:
        return name in PHONES


def wish(**refer_to: object) -> dict[str, Any]:
    return {
        "type": "ChannelTransfer",
        "timestamp": "2026-11-20T03:00:00.000+0000",
        "referred_by": {"source_channel": {"id": LEGS[0]}},
        "refer_to": refer_to,
    }


def read(told: dict[str, Any]) -> on.ReferAsked | None:
    found = read_refer(told, NOON, Hall())
    return None if found is None else found[1]


def joining(connected: dict[str, Any], own: str = "city-7.7") -> dict[str, Any]:
    return wish(
        requested_destination={"protocol_id": "a-call", "destination": str(PHONES[1])},
        destination_channel={"id": own, "name": f"PJSIP/{PHONES[0]}-0000000a"},
        connected_channel=connected,
    )


def test_a_line_that_was_dialled_means_its_phones() -> None:
    told = wish(requested_destination={"destination": "2101"})

    assert read_refer(told, NOON, Hall()) == (CALL, on.ReferAsked(at=NOON, leg=LEGS[0], phones=(PHONES[1],)))
    assert read(told | {"referred_by": {"source_channel": {"id": CALL}}}) is None


def test_somebody_outside_is_named_with_the_number_sealed_and_never_in_clear() -> None:
    event = read(wish(requested_destination={"destination": "0300000901"}))

    assert event == on.ReferAsked(at=NOON, leg=LEGS[0], party="tsuyaku", sealed=SEALED)
    assert "300000901" not in repr(event)


def test_a_colleague_whom_the_phone_called_by_itself_is_named_with_the_channel() -> None:
    event = read(joining({"id": "city-8.8", "name": f"PJSIP/{PHONES[1]}-0000000b"}))

    assert event == on.ReferAsked(
        at=NOON,
        leg=LEGS[0],
        phones=(PHONES[1],),
        fetched=f"PJSIP/{PHONES[1]}-0000000b",
        joins=True,
        far="city-8.8",
    )


@pytest.mark.parametrize(
    "connected",
    [
        {},
        {"id": "city-8.8", "name": "PJSIP/trunk-denwa-0000000b"},
        {"id": "city-8.8", "name": "Local/fetch@fetch-colleague-0000000b;2"},
        {"id": LEGS[1], "name": f"PJSIP/{PHONES[1]}-0000000b"},
        {"id": "city-8.8", "name": f"PJSIP/{PHONES[1]}-0000000b,evil"},
        {"id": 7, "name": 7},
    ],
)
def test_two_calls_of_citizens_are_joined_by_nobody(connected: dict[str, Any]) -> None:
    assert read(joining(connected)) == on.ReferAsked(at=NOON, leg=LEGS[0], joins=True)


def test_a_phone_that_holds_two_citizens_joins_neither_with_a_colleague() -> None:
    other = {"id": "city-8.8", "name": f"PJSIP/{PHONES[1]}-0000000b"}

    assert read(joining(other, own=f"op-city-5.5-{PHONES[0]}")) == on.ReferAsked(
        at=NOON, leg=LEGS[0], joins=True
    )


def test_without_a_directory_nobody_is_meant() -> None:
    told = wish(requested_destination={"destination": "2101"})

    assert read_refer(told, NOON, None) == (CALL, on.ReferAsked(at=NOON, leg=LEGS[0]))
