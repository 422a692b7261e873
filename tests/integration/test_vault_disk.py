"""An object folder that is full or read-only: said clearly, nothing half written, a later try succeeds."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.objects import ObjectStore, ObjectStoreFull, ObjectStoreShut
from storage.vault import Vault
from tests.fixtures_vault import MASTER, VaultSides, count, files, new_recording

pytestmark = pytest.mark.real


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "small"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", disk], check=True)


def vault_on(disk: Path, vault: VaultSides) -> Vault:
    """The worker's vault, its objects on another disk."""
    return Vault(
        database=vault.worker_database, objects=ObjectStore.at(f"file://{disk}"), keys=vault.keys,
        clock=vault.clock,
    )  # fmt: skip


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_object_folder_is_a_clear_error_and_a_later_try_succeeds(
    vault: VaultSides, small_disk: Path
) -> None:
    full = vault_on(small_disk, vault)
    (small_disk / "something else").write_bytes(bytes(300_000))
    new = new_recording()

    with pytest.raises(ObjectStoreFull), vault.work() as work:
        full.seal(work, new, MASTER)
    assert count(vault.worker_database, "recordings") == 0
    assert count(vault.worker_database, "procrastinate_jobs") == 0

    (small_disk / "something else").unlink()
    with vault.work() as work:
        full.seal(work, new, MASTER)
    assert full.open_for_process("transcription", new.id).read(0, len(MASTER)) == MASTER


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_read_only_object_folder_is_a_clear_error_and_a_later_try_succeeds(
    vault: VaultSides, small_disk: Path
) -> None:
    shut = vault_on(small_disk, vault)
    new = new_recording()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)

    with pytest.raises(ObjectStoreShut), vault.work() as work:
        shut.seal(work, new, MASTER)
    assert count(vault.worker_database, "recordings") == 0

    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    with vault.work() as work:
        shut.seal(work, new, MASTER)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(ObjectStoreShut):
        shut.destroy(new.id, "test", None)
    assert count(vault.worker_database, "recording_keys") == 0
    assert count(vault.worker_database, "destructions") == 0
    assert count(vault.worker_database, "alarms WHERE code = 'objects-not-removed'") == 1

    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    shut.destroy(new.id, "test", None)
    assert count(vault.worker_database, "destructions") == 1
    assert files(small_disk) == []
