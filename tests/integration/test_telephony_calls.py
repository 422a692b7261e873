"""Whole calls through a real Asterisk with real SIP phones: what a citizen and an operator live through."""

from __future__ import annotations

import time

import pytest

from telephony.call.call import Outcome
from tests.fixtures_telephony import CALLER, FIRST, SECOND, Hall, ended, recorded_seconds, talk, up_to_talking

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def test_a_citizen_is_told_of_the_recording_connected_and_recorded_on_both_tracks(hall: Hall) -> None:
    process = hall.telephony()
    phones = up_to_talking(hall)
    phones.order(FIRST, "press", "*1")
    process.hear(lambda line: line.endswith(" talking"))
    hall.wait_until(lambda: next(iter(hall.calls().values())).marks == 1, "a mark")
    phones.order(CALLER, "hang-up")
    phones.hear(f"{FIRST} over")

    call = ended(hall)
    assert call.outcome is Outcome.TALKED
    assert call.announcement_played
    assert call.operator_phone == FIRST
    assert f"{CALLER} digit *" not in phones.lines
    assert recorded_seconds(hall) > 1.5


def test_an_operator_who_hangs_up_ends_the_call_for_the_caller(hall: Hall) -> None:
    hall.telephony()
    phones = up_to_talking(hall)
    phones.order(FIRST, "hang-up")
    phones.hear(f"{CALLER} over")

    assert ended(hall).outcome is Outcome.TALKED


def test_of_two_ringing_phones_the_first_to_answer_has_the_call_and_the_other_falls_silent(
    hall: Hall,
) -> None:
    hall.telephony()
    phones = hall.phones(FIRST, SECOND)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    phones.hear(f"{SECOND} ringing")
    phones.order(SECOND, "answer")
    phones.hear(f"{FIRST} over")
    talk(phones, SECOND)
    phones.order(CALLER, "hang-up")
    phones.hear(f"{SECOND} over")

    assert ended(hall).operator_phone == SECOND


def test_a_caller_who_is_rung_for_hears_the_ringing_tone(hall: Hall) -> None:
    hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")

    phones.hears(CALLER, 400, share=0.3)


def test_busy_phones_are_excused_to_the_caller(hall: Hall) -> None:
    hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    phones.order(FIRST, "reject")
    phones.hear(f"{CALLER} over")

    assert ended(hall).outcome is Outcome.BUSY


def test_phones_that_nobody_picks_up_are_excused_to_the_caller(hall: Hall) -> None:
    process = hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)
    process.hear(lambda line: line.endswith(" apologising"))
    phones.hear(f"{FIRST} over")
    phones.hear(f"{CALLER} over")

    assert ended(hall).outcome is Outcome.NO_ANSWER


def test_phones_that_are_not_plugged_in_are_excused_to_the_caller(hall: Hall) -> None:
    hall.telephony()
    phones = hall.phones()
    hall.dial(phones)
    phones.hear(f"{CALLER} up")
    phones.hear(f"{CALLER} over")

    call = ended(hall)
    assert call.outcome is Outcome.NOBODY_THERE
    assert recorded_seconds(hall) > 1.5


@pytest.mark.parametrize("phase", ["announcing", "connecting"])
def test_a_caller_who_gives_up_leaves_nothing_behind(hall: Hall, phase: str) -> None:
    process = hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)
    process.hear(lambda line: line.endswith(f" {phase}"))
    time.sleep(0.2)  # well inside the phase, not at its very first packet
    phones.order(CALLER, "hang-up")

    assert ended(hall).outcome is Outcome.ABANDONED
    assert recorded_seconds(hall) > 0.1


def test_two_calls_at_once_do_not_disturb_each_other(hall: Hall) -> None:
    hall.telephony()
    phones = hall.phones(FIRST)
    others = hall.phones(SECOND)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    phones.order(FIRST, "answer")
    before = others.hear(f"{SECOND} over")  # it rang for the first call
    talk(phones)
    hall.dial(others)
    others.hear(f"{SECOND} ringing", since=before)
    others.order(SECOND, "answer")
    talk(others, SECOND)
    others.order(CALLER, "hang-up")
    others.hear(f"{SECOND} over", since=before)
    talk(phones)
    phones.order(CALLER, "hang-up")
    phones.hear(f"{FIRST} over")

    hall.wait_until_quiet()
    assert [one.outcome for one in hall.calls().values()] == [Outcome.TALKED, Outcome.TALKED]
