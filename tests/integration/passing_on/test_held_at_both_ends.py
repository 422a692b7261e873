"""A caller held by the desk phone and by the console at once, with real telephones: what both hear."""

from __future__ import annotations

import os
import signal

import pytest

from telephony.call.stretches import aside_of
from tests.fixtures_telephony import CALLER, CALLER_TONE, FIRST, OPERATOR_TONE, talk
from tests.talk_passed_on import Talk, parties

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def hold_at(talking: Talk, end: str) -> None:
    if end == "phone":
        talking.phones.order(FIRST, "hold")
        talking.becomes("a caller held by the phone", phone_held_at=True)
    else:
        talking.order("hold")
        talking.becomes("a caller held by the console", held_at=True)


def come_back_at(talking: Talk, end: str) -> None:
    if end == "phone":
        talking.phones.order(FIRST, "resume")
        talking.becomes("a phone that came back", phone_held_at=False)
    else:
        talking.order("resume")
        talking.becomes("a console that came back", held_at=False)


def music_alone(talking: Talk) -> None:
    talking.phones.silent(CALLER, OPERATOR_TONE)
    talking.phones.silent(FIRST, CALLER_TONE)
    talking.phones.hears_something(CALLER)


@pytest.mark.parametrize(
    ("begun", "ended"),
    [(("phone", "console"), ("console", "phone")), (("console", "phone"), ("phone", "console"))],
)
def test_a_caller_held_at_both_ends_hears_music_until_both_are_back(
    talking: Talk, begun: tuple[str, str], ended: tuple[str, str]
) -> None:
    for end in begun:
        hold_at(talking, end)
        music_alone(talking)
    come_back_at(talking, ended[0])
    music_alone(talking)
    talking.hall.wait_until(lambda: aside_of(talking.call) == "held", "a caller who is held on")
    come_back_at(talking, ended[1])
    talk(talking.phones)
    assert aside_of(talking.call) is None

    talking.hang_up()
    assert len(parties(talking.hall)) == 2


def test_what_the_phone_did_while_nobody_led_the_call_is_known_to_who_leads_it_then(talking: Talk) -> None:
    for order, held in (("hold", True), ("resume", False)):
        os.kill(talking.telephony.process.pid, signal.SIGKILL)
        talking.telephony.process.wait(10)
        talking.phones.order(FIRST, order)
        if held:
            music_alone(talking)
        else:
            talk(talking.phones)
        talking.telephony = talking.hall.telephony()
        talking.becomes("what the phone says of itself", phone_held_at=held)
    talking.hang_up()
