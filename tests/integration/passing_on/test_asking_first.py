"""A colleague who is asked first, with real telephones: the caller overhears nothing."""

from __future__ import annotations

import pytest

from tests.fixtures_telephony import (
    CALLER,
    CALLER_TONE,
    FIRST,
    SECOND,
    talk,
)
from tests.talk_passed_on import (
    SECOND_TONE,
    Talk,
    assert_track_follows_parties,
    consult,
    heard_by_caller,
    parties,
)

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def test_a_colleague_is_asked_first_and_then_takes_the_call(talking: Talk) -> None:
    consult(talking)
    talking.order("complete")
    talking.phones.hears(CALLER, SECOND_TONE)
    talking.phones.hears(SECOND, CALLER_TONE)
    talking.phones.hear(f"{FIRST} over")

    call = talking.hang_up()
    assert (call.operator_phone, call.consult_result) == (SECOND, "passed-on")
    assert [one.phone for one in parties(talking.hall)] == [FIRST, SECOND]
    assert_track_follows_parties(talking.hall)


def test_a_consultation_that_is_taken_back_returns_to_the_caller(talking: Talk) -> None:
    since = len(talking.phones.lines)
    consult(talking)
    talking.order("take-back")
    talk(talking.phones)
    talking.phones.hear(f"{SECOND} over", since=since)

    call = talking.hang_up()
    assert (call.operator_phone, call.consult_result) == (FIRST, "taken-back")
    assert heard_by_caller(talking.hall, SECOND_TONE) == []


def test_an_operator_who_is_refused_by_the_colleague_is_back_with_the_caller(talking: Talk) -> None:
    talking.rings(SECOND, "consult", phone=SECOND)
    talking.phones.order(SECOND, "reject")
    talk(talking.phones)

    assert talking.hang_up().consult_result == "busy"


def test_an_operator_who_hangs_up_leaves_the_call_to_the_asked_colleague(talking: Talk) -> None:
    consult(talking)
    talking.phones.order(FIRST, "hang-up")
    talking.phones.hears(CALLER, SECOND_TONE)

    assert talking.hang_up().operator_phone == SECOND


def test_an_operator_who_hangs_up_while_it_rings_leaves_the_caller_to_the_colleague(talking: Talk) -> None:
    talking.rings(SECOND, "consult", phone=SECOND)
    talking.phones.order(FIRST, "hang-up")
    talking.becomes("a call under way", consult=False)
    talking.picked_up(SECOND, SECOND_TONE)
    talking.phones.hears(CALLER, SECOND_TONE)

    assert talking.hang_up().operator_phone == SECOND
