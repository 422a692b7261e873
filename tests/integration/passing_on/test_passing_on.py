"""Passed on with real telephones, by the console and by desk phones: one call, one recording."""

from __future__ import annotations

import pytest

from telephony.call.call import Outcome
from tests.fixtures_telephony import (
    CALLER,
    CALLER_TONE,
    FIRST,
    NUMBER,
    OPERATOR_TONE,
    SECOND,
    Hall,
    talk,
    up_to_talking,
)
from tests.talk_passed_on import SECOND_TONE, Talk, assert_track_follows_parties, parties

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def test_a_call_passed_on_rings_there_and_is_the_same_call_with_one_recording(talking: Talk) -> None:
    talking.rings(SECOND, "transfer", phone=SECOND)
    talking.phones.hear(f"{FIRST} over")
    talking.picked_up(SECOND, SECOND_TONE)
    talking.phones.hears(CALLER, SECOND_TONE)
    talking.phones.hears(SECOND, CALLER_TONE)

    call = talking.hang_up()
    assert (call.outcome, call.operator_phone) == (Outcome.TALKED, SECOND)
    assert [one.phone for one in parties(talking.hall)] == [FIRST, SECOND]
    assert_track_follows_parties(talking.hall)


def test_a_call_that_nobody_takes_comes_back_to_the_phone_it_came_from(talking: Talk) -> None:
    talking.rings(SECOND, "transfer", phone=SECOND)
    since = len(talking.phones.lines)
    talking.phones.order(SECOND, "reject")
    talking.phones.hear(f"{FIRST} ringing", since=since)
    talking.picked_up(FIRST, OPERATOR_TONE)
    talking.phones.hears(CALLER, OPERATOR_TONE)

    call = talking.hang_up()
    assert (call.outcome, call.operator_phone) == (Outcome.TALKED, FIRST)


def test_a_desk_phone_that_refers_its_call_passes_the_same_call_on(talking: Talk) -> None:
    since = len(talking.phones.lines)
    talking.phones.order(FIRST, "refer", f"sip:{SECOND}@127.0.0.1:{talking.hall.server.plan.sip_port}")
    talking.phones.hear(f"{SECOND} ringing", since=since)
    talking.picked_up(SECOND, SECOND_TONE)
    talking.phones.hears(CALLER, SECOND_TONE)
    talking.phones.hear(f"{FIRST} over", since=since)

    assert talking.hang_up().operator_phone == SECOND
    assert len(talking.hall.calls()) == 1


def test_a_desk_phone_that_refers_to_nobody_is_refused_and_talks_on(talking: Talk) -> None:
    talking.phones.order(FIRST, "refer", f"sip:09012345678@127.0.0.1:{talking.hall.server.plan.sip_port}")
    talking.phones.hear(f"{FIRST} refused")
    talk(talking.phones)

    assert talking.hang_up().operator_phone == FIRST


def test_a_call_in_the_dialplan_hands_is_moved_by_no_desk_phone(hall: Hall) -> None:
    phones = up_to_talking(hall)
    channels = set(hall.asterisk_has("channels"))
    phones.order(FIRST, "refer", f"sip:{NUMBER}@127.0.0.1:{hall.server.plan.sip_port}")
    phones.order(FIRST, "press", "1")
    phones.hear(f"{CALLER} digit 1")  # what came after the wish has arrived
    talk(phones)
    assert set(hall.asterisk_has("channels")) == channels
    phones.order(CALLER, "hang-up")
    phones.hear(f"{FIRST} over")

    hall.wait_until_quiet()
    assert hall.calls() == {}


def test_two_calls_of_a_desk_phone_are_not_joined_by_it(talking: Talk) -> None:
    port = talking.hall.server.plan.sip_port
    another = f"sip:{SECOND}@127.0.0.1:{port}?Replaces=anycall%3Bto-tag%3Da%3Bfrom-tag%3Db"
    talking.phones.order(FIRST, "refer", another)
    talking.phones.hear(f"{FIRST} refused")
    talk(talking.phones)

    assert talking.hang_up().operator_phone == FIRST
