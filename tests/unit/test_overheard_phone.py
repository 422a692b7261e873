"""Whose telephone a key was pressed on, read from the leg's name alone."""

from __future__ import annotations

import pytest

from core.ids import PhoneId
from telephony.call.call import operator_leg
from telephony.call.guest import guest_leg
from telephony.leading.overheard import OverheardCode
from telephony.leading.overheard_writing import phone_of
from tests.unit.call_scenes import CALL, NOON

DESK = PhoneId("kokuho-1")


@pytest.mark.parametrize(
    "leg", [operator_leg(CALL, DESK), operator_leg(CALL, DESK, 2), guest_leg(CALL, DESK, 3)]
)
def test_help_is_asked_for_at_the_phone_also_by_a_supervisor_who_took_over(leg: str) -> None:
    assert phone_of(OverheardCode(call=CALL, leg=leg, code="*2", at=NOON)) == DESK  # type: ignore[arg-type]
