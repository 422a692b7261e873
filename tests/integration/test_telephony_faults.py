"""No fault of ours costs a citizen the call, or the city the recording: each is made to happen, for real."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest

from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_events import AriEvents
from telephony.call.call import Outcome, ServedBy
from telephony.call.events import Adopted
from telephony.journal.journal_files import all_entries
from tests.fixtures_telephony import (
    CALLER,
    FIRST,
    Hall,
    Phones,
    TalkingProcess,
    ended,
    recorded_seconds,
    talk,
    up_to_talking,
)
from tests.wire import Wire

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def freeze(process: TalkingProcess) -> None:
    process.process.send_signal(signal.SIGSTOP)


def kill(process: TalkingProcess) -> None:
    process.process.kill()
    process.process.wait(5)


def served_to_the_end(hall: Hall, phones: Phones, *, since: int = 0) -> None:
    """The operator's phone rings, both talk, the caller hangs up, nothing is left."""
    phones.hear(f"{FIRST} ringing", since=since, seconds=20)
    phones.order(FIRST, "answer")
    talk(phones)
    phones.order(CALLER, "hang-up")
    phones.hear(f"{FIRST} over", since=since)
    hall.wait_until_quiet()
    assert recorded_seconds(hall) > 0.3


def test_without_any_process_of_ours_the_citizen_is_served_and_recorded(hall: Hall) -> None:
    phones = hall.phones(FIRST)
    hall.dial(phones)

    served_to_the_end(hall, phones)
    assert not hall.calls()


def test_a_frozen_process_costs_the_citizen_half_a_second(hall: Hall) -> None:
    process = hall.telephony()
    freeze(process)
    phones = hall.phones(FIRST)
    begun = time.monotonic()
    hall.dial(phones)
    phones.hear(f"{CALLER} up")

    assert time.monotonic() - begun < 1.5
    served_to_the_end(hall, phones)


def test_a_frozen_process_stops_beating_so_that_its_supervisor_can_tell(hall: Hall) -> None:
    process = hall.telephony()
    last = hall.heartbeat.stat().st_mtime
    hall.wait_until(lambda: hall.heartbeat.stat().st_mtime > last, "a beat", 2.0)
    freeze(process)
    time.sleep(0.5)  # a beat may be under way
    frozen = hall.heartbeat.stat().st_mtime
    time.sleep(1.0)  # four beats long

    assert hall.heartbeat.stat().st_mtime == frozen


def test_a_process_killed_in_the_announcement_is_replaced_and_the_citizen_is_served(hall: Hall) -> None:
    process = hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)
    process.hear(lambda line: line.endswith(" announcing"))
    kill(process)
    hall.telephony().hear(lambda line: line.endswith(" announcing"), seconds=2.0)

    served_to_the_end(hall, phones)
    assert ended(hall).outcome is Outcome.TALKED


def test_a_process_killed_while_the_phones_ring_is_replaced_and_they_ring_again(hall: Hall) -> None:
    process = hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)
    since = phones.hear(f"{FIRST} ringing")
    kill(process)
    hall.telephony()

    # It rings anew, and the first ringing ends: in either order.
    served_to_the_end(hall, phones, since=since)
    assert ended(hall).operator_phone == FIRST


def test_a_connection_lost_while_the_phones_ring_is_made_anew_and_who_picks_up_is_heard(hall: Hall) -> None:
    with Wire(hall.server.plan.ari_url) as wire:
        process = hall.telephony(wire.url)
        phones = hall.phones(FIRST)
        hall.dial(phones)
        phones.hear(f"{FIRST} ringing")
        wire.cut()
        hall.wait_until(lambda: found_again(hall), "a call that was found again")
        phones.order(FIRST, "answer")
        talk(phones)
        phones.order(CALLER, "hang-up")

        assert ended(hall).served_by is ServedBy.APPLICATION
        process.stop()


def found_again(hall: Hall) -> bool:
    return any(isinstance(one.event, Adopted) for one in all_entries(hall.journals))


def test_a_process_killed_in_the_talk_is_not_heard_by_anybody(hall: Hall) -> None:
    process = hall.telephony()
    phones = up_to_talking(hall)
    kill(process)
    talk(phones)
    hall.telephony().hear(lambda line: line.endswith(" talking"), seconds=2.0)
    talk(phones)
    phones.order(FIRST, "press", "*1")
    hall.wait_until(lambda: next(iter(hall.calls().values())).marks == 1, "a mark")
    phones.order(CALLER, "hang-up")
    phones.hear(f"{FIRST} over")

    assert ended(hall).outcome is Outcome.TALKED
    assert recorded_seconds(hall) > 1.5


def test_a_call_that_ended_while_nobody_listened_is_ended_and_cleared_away(hall: Hall) -> None:
    process = hall.telephony()
    phones = up_to_talking(hall)
    kill(process)
    phones.order(CALLER, "hang-up")
    phones.hear(f"{CALLER} over")
    hall.telephony()
    phones.hear(f"{FIRST} over", seconds=5.0)

    assert ended(hall).outcome is Outcome.TALKED


def test_a_process_frozen_in_the_talk_harms_nothing_and_its_successor_takes_over(hall: Hall) -> None:
    process = hall.telephony()
    phones = up_to_talking(hall)
    freeze(process)
    talk(phones)
    kill(process)  # as the supervisor does
    hall.telephony().hear(lambda line: line.endswith(" talking"), seconds=2.0)
    phones.order(FIRST, "hang-up")
    phones.hear(f"{CALLER} over")

    assert ended(hall).outcome is Outcome.TALKED


def test_an_announcement_that_cannot_be_played_does_not_stop_the_call_and_is_not_claimed_to_be_heard(
    hall: Hall,
) -> None:
    (hall.server.plan.sounds / "rokuon.wav").unlink()
    hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)

    served_to_the_end(hall, phones)
    call = ended(hall)
    assert not call.announcement_played
    assert call.attempt == 2


@pytest.mark.parametrize("phase", ["announcing", "connecting"])
def test_a_lost_journal_does_not_leave_the_citizen_in_silence(hall: Hall, phase: str) -> None:
    process = hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)
    process.hear(lambda line: line.endswith(f" {phase}"))
    if phase == "connecting":
        phones.hear(f"{FIRST} ringing")
    kill(process)
    for file in hall.journals.glob("*/*.jsonl"):
        file.unlink()
    hall.telephony()
    # A phone that rings for nobody falls silent; then the dialplan rings it for the same citizen.
    since = phones.hear(f"{FIRST} over") if phase == "connecting" else 0

    served_to_the_end(hall, phones, since=since)


def test_a_killed_asterisk_ends_the_call_and_our_process_goes_on(hall: Hall) -> None:
    process = hall.telephony()
    up_to_talking(hall)
    hall.server.kill()
    hall.server.start()
    process.hear(lambda line: line.endswith(" ended"))
    call = ended(hall)

    assert call.interrupted
    assert call.outcome is Outcome.TALKED
    assert process.process.poll() is None


def test_a_process_that_starts_without_a_journal_claims_nothing_and_harms_nothing(hall: Hall) -> None:
    hall.journals.write_text("a file where the folder should be")
    process = hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)

    served_to_the_end(hall, phones)
    assert process.process.poll() is None


def test_a_second_process_of_the_same_name_ends_the_first_which_would_be_deaf(hall: Hall) -> None:
    process = hall.telephony()
    (app,) = [one.name for one in hall.journals.iterdir()]
    plan = hall.server.plan
    address = AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password)

    async def usurp() -> None:
        async def nothing() -> None:
            return

        events = AriEvents(address, app, on_event=lambda _told: None, on_connect=nothing)
        listening = asyncio.create_task(events.listen())
        while process.process.poll() is None:  # noqa: ASYNC110  the test has its own limit
            await asyncio.sleep(0.05)
        listening.cancel()

    asyncio.run(asyncio.wait_for(usurp(), 10))

    assert process.process.returncode not in (0, None)


def test_a_journal_that_cannot_be_written_leaves_calls_to_the_dialplan(hall: Hall) -> None:
    process = hall.telephony()
    process.tell("break the journal")
    process.hear("journal broken")
    phones = hall.phones(FIRST)
    hall.dial(phones)

    served_to_the_end(hall, phones)
    assert all(one.served_by is ServedBy.DIALPLAN for one in hall.calls().values())
