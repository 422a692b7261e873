"""Whoever leads a call may be killed or replaced in the middle of it: one call, one recording, all voices."""

from __future__ import annotations

import os
import signal

import pytest

from runtime.practice.order import Moment
from tests.fixtures_city import City
from tests.spoken_dialogue import assert_both_are_kept, assert_both_heard_each_other
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

PARTS = ("telephony-1", "telephony-2")
BACK_SECONDS = 20.0


def connections(city: City, part: str) -> int:
    return len(city.told("asterisk.connected", part=part))


def test_a_call_outlives_both_processes_that_led_it(city: City) -> None:
    for part in PARTS:
        wait_until(lambda part=part: connections(city, part) >= 1, BACK_SECONDS, f"{part} at work")
    with city.practice() as practice:
        practice.wait_for(Moment.TALKING)
        for part, number in zip(PARTS, (signal.SIGKILL, signal.SIGTERM), strict=True):
            before = connections(city, part)
            os.kill(city.pid_of(part), number)
            wait_until(
                lambda part=part, before=before: connections(city, part) > before,
                BACK_SECONDS,
                f"{part} again",
            )
        outcome = practice.finish()

    assert_both_heard_each_other(outcome)
    call = city.ended_call()
    assert call["outcome"] == "talked"
    assert call["served_by"] == "application"
    recording = city.sealed_recording(call)
    assert_both_are_kept(city.sound_of(recording))
    assert recording["usable"]
    assert city.rows("SELECT count(*) AS n FROM recordings WHERE subject = %s", call["id"]) == [{"n": 1}]
    assert city.rows("SELECT count(*) AS n FROM calls WHERE practice") == [{"n": 1}]
    # Nothing that was written is damaged, refused or told twice. That the disk was busy is nobody's fault.
    assert city.rows("SELECT code FROM alarms WHERE code ~ '^journal' AND code <> 'journal-late'") == []
    adopted = [line for part in PARTS for line in city.told("reconciliation.adopted", part=part)]
    assert {line["call"] for line in adopted} == {call["id"]}
