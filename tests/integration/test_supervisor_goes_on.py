"""A caller who loses the operator is left to the supervisor who is there, with the leg that is there."""

from __future__ import annotations

import pytest

from telephony.call.call import Outcome
from telephony.call.guest import Mode
from tests.fixtures_telephony import CALLER, CALLER_TONE, FIRST, Hall, ended
from tests.fixtures_watched_hall import SUPERVISOR, SUPERVISOR_TONE, supervised_talk

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def test_a_held_caller_is_with_the_supervisor_when_the_operators_phone_goes_dead(
    supervised_hall: Hall,
) -> None:
    scene = supervised_talk(supervised_hall)
    phones = scene.phones
    scene.bring(Mode.BARGE)
    scene.order("hold")
    supervised_hall.wait_until(lambda: scene.call.held_at is not None, "the caller is held")

    phones.order(FIRST, "hang-up")
    phones.hears(CALLER, SUPERVISOR_TONE)
    phones.hears(SUPERVISOR, CALLER_TONE)
    assert (scene.call.operator_phone, scene.call.held_since) == (SUPERVISOR, None)
    assert f"{CALLER} over" not in phones.lines
    phones.order(CALLER, "hang-up")

    assert ended(supervised_hall).outcome is Outcome.TALKED


def test_a_call_passed_to_the_supervisor_who_listens_rings_no_phone_a_second_time(
    supervised_hall: Hall,
) -> None:
    scene = supervised_talk(supervised_hall)
    phones = scene.phones
    scene.bring(Mode.LISTEN)
    since = len(phones.lines)

    scene.order("transfer", phone=SUPERVISOR)
    phones.hear(f"{FIRST} over", since=since)
    phones.hears(CALLER, SUPERVISOR_TONE)
    phones.hears(SUPERVISOR, CALLER_TONE)
    assert scene.call.operator_phone == SUPERVISOR
    assert f"{SUPERVISOR} ringing" not in phones.lines[since:]
    phones.order(CALLER, "hang-up")

    assert ended(supervised_hall).outcome is Outcome.TALKED
