"""Two processes that hear the same keys read the same codes at the same moments."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.ids import LegId
from telephony.call.events import DigitPressed
from telephony.call.key_codes import Keys, press
from telephony.leading.overheard import OverheardCode, OverheardKeys
from tests.unit.call_scenes import CALL, LEGS, NOON

CODES = ("*1", "*2")


def pressed(*keys: str, apart: float = 0.3) -> list[tuple[str, datetime]]:
    keyed, found = Keys(), list[tuple[str, datetime]]()
    for number, digit in enumerate("".join(keys)):
        at = NOON + timedelta(seconds=number * apart)
        keyed, code = press(keyed, digit, at, CODES)
        if code is not None:
            found.append((code, at))
    return found


@pytest.mark.parametrize(
    ("keys", "codes"),
    [
        ("*1", ["*1"]),
        ("5*2", ["*2"]),
        ("**1", ["*1"]),
        ("*1*2*1", ["*1", "*2", "*1"]),
        ("1*", []),
        ("12", []),
    ],
)
def test_codes_are_found_among_other_keys(keys: str, codes: list[str]) -> None:
    assert [code for code, _ in pressed(keys)] == codes


def test_keys_pressed_too_far_apart_are_no_code() -> None:
    assert pressed("*1", apart=4.0) == []


def test_a_code_on_a_call_of_another_process_is_told_once_and_its_keys_are_kept_for_an_heir() -> None:
    told = list[OverheardCode]()
    heard = OverheardKeys(CODES, told.append)
    star, one = (
        DigitPressed(at=NOON + timedelta(seconds=number), leg=LegId(LEGS[0]), digit=digit)
        for number, digit in enumerate("*1")
    )
    for event in (star, one, one):
        heard.hear(CALL, event)

    assert told == [OverheardCode(call=CALL, leg=LEGS[0], code="*1", at=one.at)]
    assert heard.since(CALL, None) == (star, one)
    assert heard.since(CALL, star.at) == (one,)
    assert heard.since(CALL, one.at) == ()
