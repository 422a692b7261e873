"""A colleague fetches a citizen's call that rings on an empty desk (代理応答), with real telephones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ids import PhoneId
from core.profile.model import CityProfile
from runtime.asterisk_rootfs import AsteriskProgram
from telephony.call.call import LegState, Outcome
from tests.fixtures_asterisk import KOKUHO, RENSHU, SpokenTo, running_asterisk, town
from tests.fixtures_telephony import (
    CALLER,
    CALLER_TONE,
    FIRST,
    SECOND,
    Hall,
    Phones,
    ended,
    recorded_seconds,
    shorten,
    talk,
)

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

THIRD = "renshu1"
THIRD_TONE = 2330
CODE = "*8"
TALK_SECONDS = 1.5
"""How long people talk on; before the end the dialplan says nothing that tells of a key's arrival."""


def neighbours() -> CityProfile:
    """The practice caller's line rings one phone; two more belong to the citizens' line of its department."""
    plain = town(ring_seconds=15)
    phones = {RENSHU: (FIRST,), KOKUHO: (FIRST, SECOND, THIRD)}
    lines = tuple(
        line.model_copy(update={"phones": tuple(PhoneId(one) for one in phones[line.id])})
        for line in plain.lines
    )
    return plain.model_copy(update={"lines": lines})


@pytest.fixture
def office(
    asterisk_program: AsteriskProgram, open_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Hall]:
    folder, profile = open_folder / f"hall-{abs(hash(request.node.nodeid))}", neighbours()
    with (
        running_asterisk(folder / "pbx", asterisk_program, profile) as server,
        Hall(server, folder, profile) as hall,
    ):
        shorten(server.plan.sounds)
        yield hall


def rings(hall: Hall) -> Phones:
    """Let the citizen's call ring at the first phone alone."""
    phones = hall.phones(FIRST, SECOND, THIRD)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    return phones


def fetch(hall: Hall, phones: Phones, phone: str) -> None:
    phones.order(phone, "dial", f"sip:{CODE}@127.0.0.1:{hall.server.plan.sip_port}")


def test_who_fetches_a_call_talks_is_recorded_and_presses_the_keys(office: Hall) -> None:
    office.telephony()
    phones = rings(office)

    fetch(office, phones, SECOND)
    phones.hear(f"{FIRST} over")
    talk(phones, SECOND)
    phones.order(SECOND, "press", "*1")
    office.wait_until(lambda: [one.marks for one in office.calls().values()] == [1], "a mark")
    phones.order(SECOND, "press", "*2")
    office.wait_until(lambda: [one.help_calls for one in office.calls().values()] == [1], "help")
    phones.order(SECOND, "hold")
    office.wait_until(lambda: all(one.phone_held_at for one in office.calls().values()), "a hold")
    phones.order(SECOND, "resume")
    office.wait_until(lambda: not any(one.phone_held_at for one in office.calls().values()), "no hold")
    talk(phones, SECOND)
    phones.order(CALLER, "hang-up")
    phones.hear(f"{SECOND} over")

    call = ended(office)
    assert (call.outcome, call.operator_phone) == (Outcome.TALKED, SECOND)
    assert call.help_asked is not None
    assert call.help_asked[0] == SECOND
    assert {one.state for one in call.operators} == {LegState.OVER}
    assert recorded_seconds(office) > 2


def test_two_who_fetch_at_once_are_one_who_talks_and_passes_the_call_on_with_the_phone(office: Hall) -> None:
    office.telephony()
    phones = rings(office)

    fetch(office, phones, SECOND)
    fetch(office, phones, THIRD)
    office.wait_until(lambda: any(one.connected_at for one in office.calls().values()), "a talk")
    winner = str(next(iter(office.calls().values())).operator_phone)
    phones.hear(f"{SECOND if winner == THIRD else THIRD} over")
    talk(phones, winner)
    since = len(phones.lines)
    phones.order(winner, "refer", f"sip:{FIRST}@127.0.0.1:{office.server.plan.sip_port}")
    phones.hear(f"{winner} over", since=since)
    phones.hear(f"{FIRST} ringing", since=since)
    phones.order(FIRST, "answer")
    talk(phones, FIRST)
    phones.order(CALLER, "hang-up")

    assert (ended(office).operator_phone, winner in (SECOND, THIRD)) == (FIRST, True)


def test_a_line_that_a_call_is_passed_on_to_rings_everybody_there_and_the_first_takes_it(
    office: Hall,
) -> None:
    telephony = office.telephony()
    phones = rings(office)
    phones.order(FIRST, "answer")
    talk(phones)

    telephony.tell(f"order transfer line={KOKUHO}")
    phones.hear(f"{SECOND} ringing")
    phones.hear(f"{THIRD} ringing")
    phones.order(THIRD, "answer")
    phones.hear(f"{SECOND} over")
    phones.order(THIRD, "say", str(THIRD_TONE))
    phones.hears(CALLER, THIRD_TONE)
    phones.hears(THIRD, CALLER_TONE)
    phones.order(CALLER, "hang-up")

    assert ended(office).operator_phone == THIRD


def test_with_every_process_of_ours_dead_the_dialplan_lets_a_call_be_fetched_and_flagged(
    office: Hall,
) -> None:
    phones = rings(office)

    fetch(office, phones, SECOND)
    phones.hear(f"{FIRST} over")
    talk(phones, SECOND)
    phones.order(SECOND, "press", "*1")
    time.sleep(TALK_SECONDS)
    phones.order(CALLER, "hang-up")
    office.wait_until_quiet()

    facts = SpokenTo(office.server).facts_of(RENSHU)
    assert facts["phone"].startswith(f"PJSIP/{SECOND}-")
    assert float(facts["connected"]) <= float(facts["marks"].split()[0]) <= float(facts["ended"])
    assert float(facts["talked_ms"]) > 1000
    assert recorded_seconds(office) > 2


def test_where_nothing_rings_the_code_ends_at_once_and_nothing_is_left(office: Hall) -> None:
    office.telephony()
    phones = office.phones(SECOND)

    fetch(office, phones, SECOND)
    phones.hear(f"{SECOND} over", seconds=3)

    office.wait_until_quiet()
    assert (office.calls(), office.recordings()) == ({}, {})
