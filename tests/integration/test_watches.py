"""The watches: each alarm is raised when its trouble is there, and none of them when it is not."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from runtime.watch import REMIND, Limit, Reading, Watch
from runtime.watch_ceiling import MARK, CeilingMarks
from runtime.watch_service import LONGEST_CALL
from tests.fixtures_watched_machine import CEILING, NOW, Machine

pytestmark = pytest.mark.real


def busy(machine: Machine, calls: int) -> None:
    for number in range(calls):
        machine.call(f"live-{number}", -1, None)


def test_a_machine_that_does_its_work_raises_no_alarm(machine: Machine) -> None:
    busy(machine, CEILING)
    machine.call("stale", -LONGEST_CALL.total_seconds() / 60 - 1, None)
    machine.record("taken", "taken")
    machine.record("early", "none")
    machine.recording("a", "length-differs")
    machine.recording("b", "length-differs")
    machine.recording("p", "length-differs", practice=True)
    machine.recording("q", "one-sided")
    machine.job("capture", "capture_recording", timedelta(minutes=9))
    machine.job("transcribe", "transcribe_recording", timedelta(hours=5))
    machine.job("capture", "compare_recordings", timedelta(days=-1))

    assert machine.watch().run_once() == []
    assert machine.one("SELECT value FROM watch_readings WHERE name = 'calls_at_once'") == CEILING
    assert machine.one("SELECT count(*) FROM alarms") == 0


@pytest.mark.parametrize("offer", ["timed-out", "nobody-there"])
def test_a_call_that_nobody_took_is_told(machine: Machine, offer: str) -> None:
    machine.record("lonely", offer)

    assert machine.watch().run_once() == ["calls-not-claimed"]


def test_calls_that_are_taken_late_are_told_and_those_in_time_are_not(machine: Machine) -> None:
    for name, seconds in (("in-time", 0.39), ("late", 0.45)):
        machine.record(name, "taken")
        machine.call(name, -1 + seconds / 60, 0)
        expected = ["claims-late"] if name == "late" else []
        assert machine.watch().run_once() == expected


def test_more_calls_than_measured_are_told_and_none_is_refused(machine: Machine) -> None:
    busy(machine, CEILING + 1)

    assert machine.watch().run_once() == ["beyond-measured-ceiling"]


def test_several_recordings_of_the_wrong_length_are_the_machine(machine: Machine) -> None:
    for name in "abc":
        machine.recording(name, "length-differs")

    assert machine.watch().run_once() == ["recordings-stretched"]


@pytest.mark.parametrize(
    ("queue", "waiting"),
    [
        ("capture", timedelta(minutes=11)),
        ("derive", timedelta(minutes=11)),
        ("transcribe", timedelta(hours=7)),
    ],
)
def test_jobs_that_nobody_does_are_told(machine: Machine, queue: str, waiting: timedelta) -> None:
    machine.job(queue, "some_task", waiting)

    assert machine.watch().run_once() == [f"jobs-late-{queue}"]


def test_a_job_without_a_time_of_its_own_is_as_old_as_its_queueing(machine: Machine) -> None:
    machine.write(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status)"
        " VALUES ('capture', 'some_task', 0, '{}', 'todo')"
    )
    machine.clock.go_on(datetime.now(UTC) + timedelta(minutes=11) - NOW)

    assert machine.watch().run_once() == ["jobs-late-capture"]


def test_trouble_is_told_once_again_after_it_was_over_and_again_after_a_day(machine: Machine) -> None:
    level = [2.0]
    watch = Watch(
        database=machine.database, clock=machine.clock, source="test",
        looks={"level": lambda _connection: [Reading(name="level", value=level[0])]},
        limits=[Limit(name="level", code="test-level", above=1)],
    )  # fmt: skip

    def told() -> list[str]:
        machine.write("UPDATE alarms SET acknowledged_at = now()")
        return watch.run_once()

    assert [told(), told()] == [["test-level"], []]
    level[0] = 1.0
    assert told() == []
    level[0] = 2.0
    assert told() == ["test-level"]
    machine.clock.go_on(REMIND)
    assert [told(), told()] == [["test-level"], []]


def test_one_look_that_fails_does_not_end_the_others(machine: Machine) -> None:
    def fails(_connection: object) -> list[Reading]:
        raise RuntimeError("broken")

    watch = Watch(
        database=machine.database, clock=machine.clock, source="test",
        looks={"fails": fails, "works": lambda _connection: [Reading(name="level", value=2)]},
        limits=[Limit(name="level", code="test-level", above=1)],
    )  # fmt: skip

    assert watch.run_once() == ["test-level"]


def test_a_watch_in_a_thread_goes_on_when_the_database_was_away(machine: Machine) -> None:
    tried = threading.Semaphore(0)

    def look(_connection: object) -> list[Reading]:
        tried.release()
        raise OSError

    watch = Watch(
        database=machine.database, clock=machine.clock, source="test", looks={"look": look}, limits=()
    )
    stop = threading.Event()
    thread = threading.Thread(target=watch.run, args=(stop, 0.01))
    thread.start()
    looked = [tried.acquire(timeout=10) for _ in range(3)]
    stop.set()
    thread.join(10)

    assert looked == [True] * 3
    assert not thread.is_alive()


def test_recordings_made_beyond_the_ceiling_bear_a_mark_and_no_other_does(machine: Machine) -> None:
    for name, arrived, ended in (
        ("before", -60, -50), ("first", -30, -10), ("second", -30, -5), ("third", -29, -20),
        ("fourth", -25, None), ("just-enough", -10, -6), ("after", -4, -1),
    ):  # fmt: skip
        machine.call(name, arrived, ended)
        machine.recording(name, "short")
    marks = CeilingMarks(machine.database, machine.clock, CEILING)
    done = [marks.run_once(), marks.run_once()]
    with machine.database.begin() as connection:
        rows = connection.execute(text("SELECT subject, findings FROM recordings")).all()

    marked = {row.subject for row in rows if MARK in row.findings}
    assert marked == {"first", "second", "third", "fourth"}
    assert done == [4, 0]
    assert all(row.findings.count("short") == 1 for row in rows)


def test_time_is_not_needed_to_look(machine: Machine) -> None:
    begun = time.monotonic()
    for _ in range(20):
        machine.watch().run_once()

    assert (time.monotonic() - begun) / 20 < 0.5, "a look every 15 seconds must cost next to nothing"
