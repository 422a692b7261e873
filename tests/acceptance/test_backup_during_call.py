"""A backup is made while somebody speaks; the machine is lost; the hall goes on from what was kept apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from runtime.practice.order import PracticeOutcome
from runtime.practice.running import Moment
from runtime.practice.scenario import Samples
from tests.city_service import Row
from tests.fixtures_city import City, city_folder, running_city
from tests.waiting import wait_until

RATE = 8000

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What a hall that lost its machine still has, and what it had."""

    backups: Path
    keys: Path
    paper: str
    during: str
    outcome: PracticeOutcome
    recording: Row
    samples: Samples

    def restored(self, folder: Path, *arguments: str) -> tuple[City, str]:
        """Restore into an empty folder, as a person does."""
        city = City(folder, {"BACKUP_SECRET": self.paper})
        done = city.command("restore", "--from", str(self.backups), "--keys", str(self.keys), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return city, done.stdout


@pytest.fixture(scope="module")
def lost() -> Iterator[Lost]:
    with city_folder() as folder:
        with running_city(folder) as city:
            key = city.command("backup-key").stdout
            backups = folder / "backups"
            with city.practice(scenario="d1", seconds=12.0) as practice:
                practice.wait_for(Moment.TALKING, 40.0)
                during = city.command("backup", "--to", str(backups), "--json")
                outcome = practice.finish()
            recording = city.sealed_recording(city.ended_call())
            wait_until(
                lambda: len(city.rows("SELECT 1 FROM sealed_objects")) == 3,
                60,
                "copies for the ear and the eye",
            )
            samples = city.sound_of(recording)
            after = city.command("backup", "--to", str(backups), "--quick", "--keep-days", "14")
            shutil.copytree(city.home / "keys", folder / "safe")
        assert during.returncode == 0, during.stderr
        assert after.returncode == 0, after.stderr
        shutil.rmtree(folder / "home")
        yield Lost(
            backups=backups, keys=folder / "safe", outcome=outcome, recording=recording, samples=samples,
            paper=next(line for line in key.splitlines() if line.startswith("    ")).strip(),
            during=json.loads(during.stdout.splitlines()[-1])["backup"],
        )  # fmt: skip


def test_the_call_heard_nothing_of_the_backup(lost: Lost) -> None:
    assert lost.outcome.connected
    assert lost.recording["findings"] == []


def test_the_newest_backup_brings_the_recording_back(lost: Lost) -> None:
    with city_folder() as folder:
        city, told = lost.restored(folder)

        assert "すべて正しい状態です。" in told
        assert "録音の実物 3 個" in told
        owners = {file.owner() for file in (city.home / "vault").rglob("*")}
        assert owners == {(city.home / "vault").owner()}


def test_the_hall_answers_again_and_a_call_that_was_going_on_does_not_hang(lost: Lost) -> None:
    with city_folder() as folder:
        city, _told = lost.restored(folder, "--set", lost.during)
        try:
            city.start()
            call = city.ended_call()
            recording = city.sealed_recording(call)
            heard, whole = city.sound_of(recording), lost.samples
            wait_until(lambda: not city.in_spool(call), 30, "the files to be deleted once they are sealed")
            assert len(heard) > 3 * RATE
            assert np.array_equal(heard[: len(heard) - RATE], whole[: len(heard) - RATE])
            with city.practice(scenario="d1", seconds=3.0) as practice:
                assert practice.finish().connected
        finally:
            city.stop()
