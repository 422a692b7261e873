"""A process is known to live, to be frozen, or to be dead, without any clock that could be set."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from telephony.leading.process_life import LivingProcesses, ProcessLife, Standing

OURS, OTHER = "tsuwaroku-city-aaaaaaaaaaaa", "tsuwaroku-city-bbbbbbbbbbbb"


class Seconds:
    """A monotonic clock that moves when it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def living(tmp_path: Path, seconds: Seconds) -> LivingProcesses:
    return LivingProcesses(tmp_path, OURS, seconds=seconds)


@pytest.fixture
def other(tmp_path: Path) -> ProcessLife:
    life = ProcessLife(tmp_path, OTHER)
    assert life.begin()
    return life


def look(living: LivingProcesses, seconds: Seconds, *, times: int, every: float = 0.25) -> None:
    for _ in range(times):
        seconds.now += every
        living.look()


def test_a_process_lives_from_its_beginning_to_its_end(living: LivingProcesses, other: ProcessLife) -> None:
    assert living.standing(OTHER) is Standing.ALIVE
    other.end()

    assert living.standing(OTHER) is Standing.DEAD


def test_a_process_that_counts_on_is_alive_for_ever(
    living: LivingProcesses, other: ProcessLife, seconds: Seconds
) -> None:
    for _ in range(40):
        other.beat()
        look(living, seconds, times=1)

    assert living.others() == {OTHER: Standing.ALIVE}


def test_a_process_that_stops_to_count_is_silent_after_three_seconds(
    living: LivingProcesses, other: ProcessLife, seconds: Seconds
) -> None:
    look(living, seconds, times=12)
    before = living.standing(OTHER)
    look(living, seconds, times=2)

    assert (before, living.standing(OTHER)) == (Standing.ALIVE, Standing.SILENT)
    other.beat()
    look(living, seconds, times=1)
    assert living.standing(OTHER) is Standing.ALIVE


def test_a_machine_that_was_paused_for_an_hour_makes_nobody_look_frozen(
    living: LivingProcesses, other: ProcessLife, seconds: Seconds
) -> None:
    other.beat()
    look(living, seconds, times=2)
    seconds.now += 3600
    living.look()

    assert living.standing(OTHER) is Standing.ALIVE


def test_a_process_of_which_nothing_is_seen_is_dead_and_we_ourselves_live(living: LivingProcesses) -> None:
    assert living.standing(OTHER) is Standing.DEAD
    assert living.standing("../../etc/passwd") is Standing.DEAD
    assert living.standing(OURS) is Standing.ALIVE


def test_a_folder_that_cannot_be_written_is_noticed_and_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "leases"
    folder.write_text("a file where the folder should be")
    life = ProcessLife(folder, OURS)
    assert not life.begin()
    assert not life.shown
    folder.unlink()
    life.beat()

    assert life.shown


FROZEN = """
import sys, time
from pathlib import Path
from telephony.leading.process_life import ProcessLife
ProcessLife(Path(sys.argv[1]), sys.argv[2]).begin()
print("begun", flush=True)
time.sleep(60)
"""


def test_a_frozen_process_can_be_ended_and_a_living_one_cannot(
    tmp_path: Path, living: LivingProcesses, seconds: Seconds
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FROZEN, str(tmp_path), OTHER], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "begun"
            look(living, seconds, times=2)
            assert not living.end_frozen(OTHER)
            look(living, seconds, times=14)
            assert living.end_frozen(OTHER)
            end = time.monotonic() + 10
            while living.standing(OTHER) is not Standing.DEAD:
                assert time.monotonic() < end
                time.sleep(0.01)
        finally:
            process.kill()
