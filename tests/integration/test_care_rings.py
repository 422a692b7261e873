"""Somebody asked for rest, on a real Asterisk with two phones: the other rings first, and nobody is lost."""

from __future__ import annotations

import time

import pytest

from telephony.call.call import Outcome
from tests.fixtures_telephony import CALLER, FIRST, SECOND, Hall, ended, talk

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def test_the_other_phone_rings_first_and_the_resting_one_before_the_caller_is_turned_away(hall: Hall) -> None:
    hall.telephony(resting=FIRST)
    phones = hall.phones(FIRST, SECOND)
    hall.dial(phones)
    other = phones.hear(f"{SECOND} ringing")
    begun = time.monotonic()
    phones.hear(f"{FIRST} ringing", since=other)  # the other one does not take it
    waited = time.monotonic() - begun
    phones.order(FIRST, "answer")
    talk(phones, FIRST)
    phones.order(CALLER, "hang-up")

    call = ended(hall)
    assert (call.outcome, call.operator_phone) == (Outcome.TALKED, FIRST)
    assert 1.0 < waited < 4.5, "half of the line's five seconds"


def test_with_the_other_phone_unplugged_the_last_one_rings_at_once(hall: Hall) -> None:
    hall.telephony(resting=FIRST)
    phones = hall.phones(FIRST)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    phones.order(FIRST, "answer")
    talk(phones, FIRST)
    phones.order(CALLER, "hang-up")

    call = ended(hall)
    assert (call.outcome, call.operator_phone, call.round) == (Outcome.TALKED, FIRST, 1)
