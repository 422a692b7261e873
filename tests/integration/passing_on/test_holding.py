"""A caller on hold, with real telephones: music alone, and the same operator again."""

from __future__ import annotations

import pytest

from telephony.call.call import Outcome
from tests.fixtures_telephony import (
    CALLER,
    CALLER_TONE,
    FIRST,
    OPERATOR_TONE,
    talk,
)
from tests.talk_passed_on import Talk, heard_by_caller, parties

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def test_a_held_caller_hears_music_alone_and_comes_back_to_the_same_operator(talking: Talk) -> None:
    talking.order("hold")
    talking.becomes("a held caller", held_at=True)
    talking.phones.silent(FIRST, CALLER_TONE)
    talking.phones.silent(CALLER, OPERATOR_TONE)
    talking.phones.hears_something(CALLER)
    talking.order("resume")
    talk(talking.phones)

    assert talking.hang_up().outcome is Outcome.TALKED
    first, second = parties(talking.hall)
    assert (first.phone, second.phone) == (FIRST, FIRST)
    assert first.left_at is not None
    assert second.joined_at > first.left_at


def test_an_operator_who_comes_back_after_hold_is_on_the_recording_again(talking: Talk) -> None:
    talking.order("hold")
    talking.becomes("a held caller", held_at=True)
    talking.phones.hears_something(CALLER)
    talking.go_on()
    talking.order("resume")
    talk(talking.phones)
    talking.go_on()

    talking.hang_up()
    assert len(heard_by_caller(talking.hall, OPERATOR_TONE)) == 2


def test_the_phone_own_hold_is_marked_and_ends(talking: Talk) -> None:
    talking.phones.order(FIRST, "hold")
    talking.becomes("a caller held by the phone", phone_held_at=True)
    talking.phones.hears_something(CALLER)
    talking.phones.order(FIRST, "resume")
    talking.becomes("a caller no longer held", phone_held_at=False)
    talk(talking.phones)

    talking.hang_up()
    assert len(parties(talking.hall)) == 2
