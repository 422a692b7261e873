"""Our telephony process dies, hangs or is not there: the citizen talks on, and the city has its recording."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from runtime.practice.order import Moment
from tests.city_service import Row
from tests.fixtures_city import City, city_folder, running_city
from tests.spoken_dialogue import assert_both_are_kept, assert_both_heard_each_other
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

BACK_SECONDS = 15.0


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    """A city with a single telephony process: nobody takes its calls over before it is started again."""
    with city_folder() as folder, running_city(folder, TSUWAROKU_TELEPHONY__PROCESSES="1") as running:
        yield running


def kept(city: City, call: Row) -> Row:
    """The recording lies in the vault with both voices, Asterisk's copy is gone, the notice is judged."""
    recording = city.sealed_recording(call)
    assert_both_are_kept(city.sound_of(recording))
    assert not set(recording["findings"]) - {"padded"}
    wait_until(lambda: not city.in_spool(call), 10, "an emptied spool")
    told = city.rows("SELECT notice FROM calls WHERE id = %s", call["id"])[0]
    assert told["notice"] == "proven"
    assert recording["usable"]
    return recording


def is_led_again(city: City, lost: int) -> None:
    """A new telephony process is there, and it is ready."""
    wait_until(lambda: city.pid_of("telephony-1") != lost, BACK_SECONDS, "a new telephony process")
    wait_until(
        lambda: (
            len(city.told("asterisk.connected", part="telephony-1"))
            >= len(city.told("child.started", kind="telephony-1"))
        ),
        BACK_SECONDS,
        "a connection to Asterisk",
    )


def call_nobody_led(city: City) -> Row:
    """Nobody announced the end of such a call: the worker finds it, every half minute and when it starts."""
    os.kill(city.pid_of("worker"), signal.SIGTERM)
    return city.ended_call(75.0)


def test_killed_in_the_announcement(city: City) -> None:
    lost = city.pid_of("telephony-1")
    with city.practice() as practice:
        practice.wait_for(Moment.ANSWERED)
        wait_until(lambda: city.rows("SELECT 1 FROM calls WHERE phase = 'announcing'"), 5, "an announcement")
        city.kill("telephony-1")
        outcome = practice.finish()

    assert_both_heard_each_other(outcome)
    is_led_again(city, lost)
    kept(city, city.ended_call())
    assert city.told("child.ended", kind="telephony-1", status=-signal.SIGKILL)


def test_killed_in_the_talk(city: City) -> None:
    lost = city.pid_of("telephony-1")
    with city.practice() as practice:
        practice.wait_for(Moment.TALKING)
        city.kill("telephony-1")
        outcome = practice.finish()

    assert_both_heard_each_other(outcome)
    is_led_again(city, lost)
    call = city.ended_call()
    kept(city, call)
    assert call["outcome"] == "talked"
    assert len(city.told("child.ended", kind="telephony-1", status=-signal.SIGKILL)) == 2


def test_frozen_in_the_talk(city: City) -> None:
    lost = city.pid_of("telephony-1")
    with city.practice() as practice:
        practice.wait_for(Moment.TALKING)
        city.freeze("telephony-1")
        outcome = practice.finish()

    assert_both_heard_each_other(outcome)
    is_led_again(city, lost)
    kept(city, city.ended_call())
    assert city.told("child.frozen", kind="telephony-1", pid=lost)


def test_frozen_when_the_call_comes_in(city: City) -> None:
    lost = city.pid_of("telephony-1")
    city.freeze("telephony-1")
    with city.practice() as practice:
        practice.wait_for(Moment.ANSWERED, 10.0)
        outcome = practice.finish()

    assert outcome.answered_after is not None
    assert outcome.answered_after < 3.0
    assert_both_heard_each_other(outcome)
    is_led_again(city, lost)
    kept(city, call_nobody_led(city))
    assert city.told("child.frozen", kind="telephony-1", pid=lost)


def test_not_there_at_all(city: City) -> None:
    lost = city.pid_of("telephony-1")
    city.tell_supervisor(signal.SIGSTOP)  # so that nobody starts another one
    try:
        os.kill(lost, signal.SIGKILL)
        with city.practice() as practice:
            outcome = practice.finish()
    finally:
        city.tell_supervisor(signal.SIGCONT)

    assert_both_heard_each_other(outcome)
    is_led_again(city, lost)
    call = call_nobody_led(city)
    kept(city, call)
    assert call["served_by"] == "dialplan"
    assert city.told("orphans.adopted", part="worker", call=call["id"])
