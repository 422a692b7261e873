"""A server or a worker dies: the database, Asterisk, who writes words down, the supervisor of them all.

The tests stand in one city: that the next call goes on shows that the fault before was overcome.
"""

from __future__ import annotations

import os
import signal
import time

import psycopg
import pytest

from runtime.practice.order import Moment, Side
from tests.city_service import Row
from tests.fixtures_city import City
from tests.spoken_dialogue import (
    CALLER_WORDS,
    OPERATOR_WORDS,
    SECONDS,
    assert_both_are_kept,
    assert_both_heard_each_other,
    place,
    words_of_operator,
)
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

TAIL_SECONDS = 2.1
"""What a dying Asterisk may take with it: sound that it had not yet written to its file."""
STALLED_SECONDS = 75.0
"""A worker that is silent for half a minute loses its jobs to another one."""


def kept(city: City, call: Row) -> Row:
    """The recording lies in the vault with both voices, and Asterisk's copy is gone."""
    recording = city.sealed_recording(call)
    assert_both_are_kept(city.sound_of(recording))
    assert not set(recording["findings"]) - {"padded"}
    wait_until(lambda: not city.in_spool(call), 10, "an emptied spool")
    return recording


def test_the_workers_die_in_the_transcription(city: City) -> None:
    with city.practice() as practice:
        outcome = practice.finish()
    recording = city.sealed_recording(city.ended_call())
    wait_until(
        lambda: city.rows(
            "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'transcribe_recording'"
        ),
        20,
        "a transcription that is under way",
    )
    city.kill("speech")
    city.kill("worker")

    assert_both_heard_each_other(outcome)
    words = city.utterances(recording, STALLED_SECONDS)
    assert {"caller", "hall"} == {one["track"] for one in words}
    wait_until(lambda: not city.rows("SELECT 1 FROM procrastinate_jobs"), STALLED_SECONDS, "an empty queue")
    assert len(city.rows("SELECT 1 FROM transcript_revisions")) == 1
    assert city.utterances(recording) == words
    objects = city.rows("SELECT kind FROM sealed_objects WHERE recording_id = %s", recording["id"])
    assert sorted(one["kind"] for one in objects) == ["listening", "master", "peaks"]
    assert city.told("child.ended", kind="speech", status=-signal.SIGKILL)
    assert city.told("child.ended", kind="worker", status=-signal.SIGKILL)
    assert city.command("vault", "verify").returncode == 0


def test_the_database_is_away_when_the_call_ends(city: City) -> None:
    lost = city.pid_of("postgres")
    with city.practice() as practice:
        practice.wait_for(Moment.TALKING)
        city.tell_supervisor(signal.SIGSTOP)  # so that the database stays away
        try:
            os.kill(lost, signal.SIGKILL)
            outcome = practice.finish()
            with pytest.raises(psycopg.OperationalError):
                city.rows("SELECT 1")
        finally:
            city.tell_supervisor(signal.SIGCONT)

    assert_both_heard_each_other(outcome)
    call = city.ended_call()
    recording = kept(city, call)
    assert (call["outcome"], call["interrupted"]) == ("talked", False)
    assert city.told("child.ended", kind="postgres", status=-signal.SIGKILL)
    assert city.told("capture.sealed", part="worker", call=call["id"])
    assert city.utterances(recording)


def test_asterisk_dies_in_the_talk(city: City) -> None:
    with city.practice(seconds=None) as practice:
        practice.wait_for(Moment.TALKING)
        talked_from = time.monotonic()
        wait_until(lambda: time.monotonic() - talked_from > SECONDS, SECONDS + 1, "a talk of some seconds")
        city.kill("asterisk")
        talked = time.monotonic() - talked_from
    call = city.ended_call(90)
    recording = city.sealed_recording(call)
    sound = city.sound_of(recording)

    assert call["interrupted"]
    assert "salvaged" in recording["findings"]
    greeting, alike = place(sound[:, 1], words_of_operator())
    assert alike > 0.8
    talk = recording["samples"] / recording["sample_rate"] - (greeting - OPERATOR_WORDS[0])
    assert talk >= talked - TAIL_SECONDS
    assert city.rows("SELECT notice FROM calls WHERE id = %s", call["id"]) == [{"notice": "proven"}]
    assert city.told("child.ended", kind="asterisk", status=-signal.SIGKILL)


def test_the_supervisor_dies_and_the_service_starts_again_under_a_talk(city: City) -> None:
    asterisk = city.pid_of("asterisk")
    with city.practice(seconds=None) as practice:
        practice.wait_for(Moment.TALKING)
        talked_from = time.monotonic()
        city.kill_supervisor()
        city.start()
        wait_until(lambda: time.monotonic() - talked_from > SECONDS, SECONDS, "a talk of some seconds")
        practice.hang_up(Side.CALLER)
        outcome = practice.finish()

    assert_both_heard_each_other(outcome)
    call = city.ended_call()
    recording = kept(city, call)
    assert recording["samples"] / recording["sample_rate"] > CALLER_WORDS[1]
    assert call["outcome"] == "talked"
    assert city.told("child.kept", kind="asterisk", pid=asterisk)
