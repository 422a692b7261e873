"""What the service lives on is missing: room in the vault, the right to write there, the speech model.

The city of these tests has a vault on a disk of a few blocks and an empty folder for its model.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.facts import CallEnded
from core.ids import CallId
from storage.unit_of_work import UnitOfWork
from tests.city_service import Row
from tests.city_visitor import signed_in
from tests.fixtures_city import City, city_folder, running_city
from tests.spoken_dialogue import assert_both_are_kept, assert_both_heard_each_other
from tests.waiting import wait_until
from transcription.model_files import ModelFiles

pytestmark = [pytest.mark.real, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.root]

TINY = "size=64k,mode=0700"
ROOMY = "size=64m"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoorCity:
    """A city with a disk of its own under its vault, and a folder where its model should be."""

    city: City
    vault: Path
    models: Path

    def remount(self, options: str) -> None:
        """Change the disk under the running service."""
        subprocess.run(["mount", "-o", f"remount,{options}", self.vault], check=True)

    def alarm(self, code: str, seconds: float = 30.0) -> Row:
        """Wait for an alarm that nobody has seen, and see it."""
        see = "UPDATE alarms SET acknowledged_at = now() WHERE code = %s AND acknowledged_at IS NULL"
        return wait_until(lambda: self.city.rows(f"{see} RETURNING *", code), seconds, f"an alarm {code}")[0]

    def announce_again(self, call: Row) -> None:
        """Do not wait for the next try, which comes ever later."""
        with self.city.parts() as parts, UnitOfWork(parts.database, parts.announcer) as work:
            work.announce(CallEnded(call=CallId(call["id"])))


@pytest.fixture(scope="module")
def poor() -> Iterator[PoorCity]:
    if os.geteuid() != 0:
        pytest.skip("a disk of a few blocks is mounted by root only")
    with city_folder() as folder:
        vault, models = folder / "home/vault", folder / "model"
        vault.mkdir(parents=True)
        models.mkdir(mode=0o755)
        subprocess.run(["mount", "-t", "tmpfs", "-o", TINY, "vault-of-a-test", vault], check=True)
        try:
            with running_city(folder, TSUWAROKU_SPEECH__MODEL_DIR=str(models)) as city:
                yield PoorCity(city=city, vault=vault, models=models)
        finally:
            subprocess.run(["umount", "--lazy", vault], check=True)


@pytest.fixture(scope="module")
def call(poor: PoorCity) -> Row:
    """A call that was held while the vault was full."""
    with poor.city.practice() as practice:
        outcome = practice.finish()
    assert_both_heard_each_other(outcome)
    return poor.city.ended_call()


def test_a_full_vault_leaves_the_recording_with_asterisk_and_says_so(poor: PoorCity, call: Row) -> None:
    assert poor.alarm("vault-cannot-write")["detail"] == {"reason": "object-store-full"}
    assert len(poor.city.in_spool(call)) == 2
    assert not poor.city.rows("SELECT 1 FROM recordings")


def test_a_read_only_vault_does_the_same(poor: PoorCity, call: Row) -> None:
    poor.remount(f"ro,{ROOMY}")
    poor.announce_again(call)

    # The alarm of the full vault is still open until the next try says why it fails now.
    wait_until(
        lambda: poor.alarm("vault-cannot-write")["detail"] == {"reason": "object-store-shut"}, 60, "why"
    )
    assert len(poor.city.in_spool(call)) == 2
    assert not poor.city.rows("SELECT 1 FROM recordings")


def test_the_recording_is_captured_whole_when_there_is_room_again(poor: PoorCity, call: Row) -> None:
    poor.remount(f"rw,{ROOMY}")
    poor.announce_again(call)
    recording = poor.city.sealed_recording(call)

    assert_both_are_kept(poor.city.sound_of(recording))
    assert not set(recording["findings"]) - {"padded"}
    wait_until(lambda: not poor.city.in_spool(call), 10, "an emptied spool")
    wait_until(lambda: poor.city.command("vault", "verify").returncode == 0, 20, "a sound vault")
    assert len(poor.city.rows("SELECT 1 FROM recordings")) == 1


def test_without_a_model_a_recording_is_heard_and_an_alarm_tells(
    poor: PoorCity, call: Row, chromium: Browser
) -> None:
    recording = poor.city.sealed_recording(call)
    poor.alarm("model-missing")
    wait_until(
        lambda: poor.city.rows("SELECT 1 FROM sealed_objects WHERE kind = 'listening'"),
        30,
        "a copy for the ear",
    )
    with signed_in(chromium, poor.city, "supervisor") as visitor:
        visitor.open_call(call["id"])
        visitor.play(0.5)
        expect(visitor.page.get_by_text("文字起こしの準備が整うのを待っています").first).to_be_visible()

    assert {told.status for told in visitor.sounds} == {206}
    assert not poor.city.rows("SELECT 1 FROM transcript_revisions WHERE recording_id = %s", recording["id"])


def test_the_words_come_when_the_model_is_there(poor: PoorCity, call: Row, tmp_path: Path) -> None:
    whole = ModelFiles(tmp_path).verified().path
    for file in whole.iterdir():
        (poor.models / file.name).write_bytes(file.read_bytes())
    words = poor.city.utterances(poor.city.sealed_recording(call), 120)

    assert {one["track"] for one in words} == {"caller", "hall"}
    assert len(poor.city.rows("SELECT 1 FROM transcript_revisions")) == 1
    assert len([file for file in poor.vault.rglob("*") if file.is_file()]) == 3, "a failed try left something"
