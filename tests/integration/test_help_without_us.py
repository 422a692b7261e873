"""応援 with none of our processes alive: the dialplan notes it and rings two telephones; the talk goes on."""

from __future__ import annotations

import pytest

from telephony.capture.dialplan_facts import read_dialplan_facts
from tests.fixtures_telephony import CALLER, CALLER_TONE, FIRST, OPERATOR_TONE, Hall
from tests.fixtures_watched_hall import SUPERVISOR

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def test_help_asked_for_in_a_call_that_the_dialplan_serves_rings_a_colleague_and_is_noted(
    supervised_hall: Hall,
) -> None:
    phones = supervised_hall.phones(FIRST, SUPERVISOR)
    supervised_hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    phones.order(FIRST, "answer")
    phones.order(CALLER, "say", str(CALLER_TONE))
    phones.hears(FIRST, CALLER_TONE)
    phones.order(FIRST, "press", "*2")
    phones.hear(f"{SUPERVISOR} ringing")
    phones.order(SUPERVISOR, "answer")
    phones.hear(f"{SUPERVISOR} up")
    phones.order(FIRST, "say", str(OPERATOR_TONE))
    phones.hears(CALLER, OPERATOR_TONE)
    phones.hears(FIRST, CALLER_TONE)
    assert f"{CALLER} digit 2" not in phones.lines
    phones.order(CALLER, "hang-up")
    phones.hear(f"{FIRST} over")
    phones.hear(f"{SUPERVISOR} over", seconds=30)

    supervised_hall.wait_until_quiet()
    facts = next(name for name in supervised_hall.recordings() if name.endswith("_facts.wav"))
    noted = read_dialplan_facts((supervised_hall.server.plan.recordings / facts).read_bytes())
    assert len(noted.help_asked) == 1
