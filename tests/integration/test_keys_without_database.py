"""The desk phone's keys while the database is away: both work, are in the journal, and help still comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.profile.model import CityProfile
from runtime.asterisk_rootfs import AsteriskProgram
from telephony.call.call import Phase
from tests.fixtures_asterisk import running_asterisk
from tests.fixtures_telephony import CALLER, FIRST, Hall, shorten, talk
from tests.fixtures_watched_hall import SUPERVISOR, supervised_town

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def town_that_rings_at_once() -> CityProfile:
    plain = supervised_town()
    return plain.model_copy(update={"help": plain.help.model_copy(update={"accept_seconds": 0})})


@pytest.fixture
def hall(asterisk_program: AsteriskProgram, open_folder: Path) -> Iterator[Hall]:
    folder, profile = open_folder / "no-database", town_that_rings_at_once()
    with (
        running_asterisk(folder / "pbx", asterisk_program, profile) as server,
        Hall(server, folder, profile) as made,
    ):
        shorten(server.plan.sounds)
        yield made


def test_a_call_is_flagged_and_a_colleague_comes_though_nothing_can_be_written(hall: Hall) -> None:
    process = hall.telephony()  # its rows are away for as long as it lives
    phones = hall.phones(FIRST, SUPERVISOR)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    phones.order(FIRST, "answer")
    talk(phones)

    phones.order(FIRST, "press", "*1")
    hall.wait_until(lambda: [one.marks for one in hall.calls().values()] == [1], "the mark in the journal")
    phones.order(FIRST, "press", "*2")
    phones.hear(f"{SUPERVISOR} ringing")
    (call,) = hall.calls().values()
    assert call.help_asked is not None
    assert (call.help_calls, call.phase) == (1, Phase.TALKING)

    since = len(phones.lines)
    phones.order(SUPERVISOR, "answer")
    phones.hear(f"{SUPERVISOR} up")
    phones.hears_something(SUPERVISOR)
    phones.order(SUPERVISOR, "press", "1")
    phones.hear(f"{SUPERVISOR} over", since=since)
    assert process.process.poll() is None

    phones.order(CALLER, "hang-up")
    phones.hear(f"{FIRST} over")
    hall.wait_until_quiet()
    assert f"{SUPERVISOR} ringing" not in phones.lines[since:]
