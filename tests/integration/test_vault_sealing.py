"""What comes into the vault is verified before it counts, announced once, and not lost if something fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Self

import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import RecordingId
from storage.access_rules import RecordingDestroyed
from storage.database import Database
from storage.objects import ObjectStore
from storage.recordings import NewRecording
from storage.sealing import SealBroken
from storage.vault import Vault, Work
from tests.fixtures_vault import MASTER, VaultSides, actor, count, files, new_recording, verify

pytestmark = pytest.mark.real


def test_a_sealed_recording_is_announced_in_the_same_transaction(vault: VaultSides) -> None:
    new = new_recording()

    with vault.work() as work:
        vault.worker.seal(work, new, MASTER)
        assert count(vault.worker_database, "procrastinate_jobs") == 0

    assert count(vault.worker_database, "recordings") == 1
    assert count(vault.worker_database, "procrastinate_jobs") == 2


def test_nothing_that_lies_on_the_disk_tells_what_was_said_or_by_whom(vault: VaultSides) -> None:
    operator = actor(Role.OPERATOR)
    recording = vault.sealed(operator)

    lying = files(vault.folder)
    assert len(lying) == 2
    for file in lying:
        sealed = file.read_bytes()
        assert b"fLaC" not in sealed[:64]
        assert MASTER[1000:1032] not in sealed
        assert str(recording) not in str(file)
        assert str(operator.account) not in str(file)


def test_sealing_twice_keeps_one_recording_and_announces_once(vault: VaultSides) -> None:
    new = new_recording()
    for _ in range(2):
        with vault.work() as work:
            assert vault.worker.seal(work, new, MASTER) == new.id

    assert count(vault.worker_database, "recordings") == 1
    assert count(vault.worker_database, "procrastinate_jobs") == 2
    assert len(files(vault.folder)) == 1


class LooksTooEarly(Vault):
    """A worker that looked whether the recording was there before its twin had committed."""

    def seal(self, work: Work, new: NewRecording, master: bytes) -> RecordingId:
        database, self._database = self._database, Database("host=/nowhere")
        self._database.begin = NothingThere  # type: ignore[method-assign,assignment]
        try:
            return super().seal(work, new, master)
        finally:
            self._database = database


class NothingThere:
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, *_: object) -> Self:
        return self

    def one_or_none(self) -> None:
        return None


def test_two_workers_sealing_the_same_recording_at_once_keep_one(vault: VaultSides) -> None:
    new = new_recording()
    slow = LooksTooEarly(
        database=vault.worker_database, objects=vault.objects, keys=vault.keys, clock=vault.clock
    )
    with vault.work() as work:
        vault.worker.seal(work, new, MASTER)

    with vault.work() as work:
        slow.seal(work, new, MASTER[::-1])

    assert count(vault.worker_database, "recordings") == 1
    assert count(vault.worker_database, "procrastinate_jobs") == 2
    assert len(files(vault.folder)) == 1
    assert vault.worker.open_for_process("transcription", new.id).read(0, 4) == b"fLaC"


def test_a_try_that_was_killed_half_way_is_no_obstacle_and_its_remains_are_found(vault: VaultSides) -> None:
    new = new_recording()
    with pytest.raises(KeyboardInterrupt), vault.work() as work:  # noqa: PT012  killed between object and commit
        vault.worker.seal(work, new, MASTER)
        raise KeyboardInterrupt
    assert count(vault.worker_database, "recordings") == 0
    left = files(vault.folder)
    assert len(left) == 1
    os.utime(left[0], (0, 0))

    with vault.work() as work:
        vault.worker.seal(work, new, MASTER)

    assert vault.worker.open_for_process("transcription", new.id).read(0, len(MASTER)) == MASTER
    report = verify(vault)
    assert [(fault.code, fault.object_key) for fault in report.faults] == [
        ("object-of-no-recording", str(left[0].relative_to(vault.folder)))
    ]


def test_a_recording_that_takes_minutes_to_seal_keeps_no_transaction_waiting(vault: VaultSides) -> None:
    """The server ends a transaction that idles for two minutes, and the seal with it."""
    waiting: list[int] = []

    def blocks() -> Iterator[bytes]:
        with vault.worker_database.begin() as connection:
            asked = text(
                "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
                " AND datname = current_database()"
            )
            waiting.append(connection.execute(asked).scalar_one())
        yield MASTER

    new = new_recording()
    with vault.work() as work:
        vault.worker.seal(work, new, blocks())
    with vault.work() as work:
        vault.worker.add_derived(work, new.id, "listening", "audio/webm", blocks())

    assert waiting == [0, 0]


def test_a_master_whose_making_fails_leaves_neither_rows_nor_objects(vault: VaultSides) -> None:
    def blocks() -> Iterator[bytes]:
        yield MASTER
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), vault.work() as work:
        vault.worker.seal(work, new_recording(), blocks())

    assert count(vault.worker_database, "recordings") == 0
    assert files(vault.folder) == []


def test_what_does_not_read_back_as_it_was_written_is_not_sealed(vault: VaultSides) -> None:
    class Forgetful(ObjectStore):
        def get_range(self, key: str, start: int, length: int) -> bytes:
            data = super().get_range(key, start, length)
            return data[:-1] + bytes([data[-1] ^ 1])

    forgetful = Vault(
        database=vault.worker_database,
        objects=Forgetful(vault.objects._store, vault.folder),
        keys=vault.keys,
        clock=vault.clock,
    )

    with pytest.raises(SealBroken), vault.work() as work:
        forgetful.seal(work, new_recording(), MASTER)

    assert count(vault.worker_database, "recordings") == 0


def test_nothing_can_be_added_to_a_destroyed_recording(vault: VaultSides) -> None:
    recording = vault.sealed()
    vault.worker.destroy(recording, "test", None)

    with pytest.raises(RecordingDestroyed), vault.work() as work:
        vault.worker.add_derived(work, recording, "peaks", "application/octet-stream", b"peaks")
    with pytest.raises(RecordingDestroyed):
        vault.worker.open_for_process("derivation", recording)
    assert files(vault.folder) == []


def test_a_destroyed_recording_does_not_come_back_when_its_capture_runs_again(vault: VaultSides) -> None:
    new = new_recording()
    for _ in range(2):
        with vault.work() as work:
            vault.worker.seal(work, new, MASTER)
        vault.worker.destroy(new.id, "test", None)

    assert files(vault.folder) == []
