"""What was changed, cut, exchanged or taken out is noticed by whoever opens it, or verifies the vault."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from core.actors import Purpose, Role
from core.ids import RecordingId
from storage.keys import FixedKeys, WrongKey
from storage.sealing import SealBroken
from storage.vault import Vault
from tests.fixtures_vault import VaultSides, actor, files, verify

pytestmark = pytest.mark.real


def test_a_changed_object_is_noticed_by_whoever_opens_it(vault: VaultSides) -> None:
    supervisor = actor(Role.SUPERVISOR)
    recording = vault.sealed(supervisor)
    for file in files(vault.folder):
        sealed = bytearray(file.read_bytes())
        sealed[70_000] ^= 1
        file.write_bytes(sealed)

    opened = vault.console.open_recording(supervisor, recording, Purpose.FACT_CHECK)
    with pytest.raises(SealBroken):
        opened.read(66_000, 10_000)


def test_a_cut_object_is_not_opened_at_all(vault: VaultSides) -> None:
    supervisor = actor(Role.SUPERVISOR)
    recording = vault.sealed(supervisor)
    for file in files(vault.folder):
        file.write_bytes(file.read_bytes()[:-1])

    with pytest.raises(SealBroken):
        vault.console.open_recording(supervisor, recording, Purpose.FACT_CHECK)


def test_another_key_encryption_key_opens_nothing(vault: VaultSides) -> None:
    recording = vault.sealed()
    wrong = FixedKeys({"vault": os.urandom(32), "numbers": bytes(32), "number-hash": bytes(32)})
    other = Vault(database=vault.worker_database, objects=vault.objects, keys=wrong, clock=vault.clock)

    with pytest.raises(WrongKey):
        other.open_for_process("derivation", recording)


def test_a_copy_of_a_recording_cannot_be_put_in_another_s_place(vault: VaultSides) -> None:
    recording = vault.sealed()
    with vault.worker_database.begin() as connection:
        connection.execute(text("UPDATE sealed_objects SET kind = 'peaks' WHERE kind = 'listening'"))

    with pytest.raises(SealBroken):
        vault.worker.open_for_process("derivation", recording, "peaks").read(0, 10)


def test_the_vault_finds_what_was_done_to_it(vault: VaultSides) -> None:
    sound, cut, changed, gone, keyless, master_less = (vault.sealed() for _ in range(6))
    vault.worker.destroy(vault.sealed(), "test", None)
    assert verify(vault).is_sound

    def master_of(recording: UUID) -> Path:
        with vault.worker_database.begin() as connection:
            key = connection.execute(
                text("SELECT object_key FROM sealed_objects WHERE recording_id = :r AND kind = 'master'"),
                {"r": recording},
            ).scalar_one()
        return vault.folder / key

    master_of(cut).write_bytes(master_of(cut).read_bytes()[:-1])
    shutil.copy(master_of(sound), master_of(changed))
    master_of(gone).unlink()
    with vault.worker_database.begin() as connection:
        connection.execute(text("DELETE FROM recording_keys WHERE recording_id = :r"), {"r": keyless})
        connection.execute(
            text("DELETE FROM sealed_objects WHERE recording_id = :r AND kind = 'master'"), {"r": master_less}
        )

    report = verify(vault)

    found = {(fault.recording, fault.code) for fault in report.faults}
    assert found == {
        (RecordingId(cut), "object-size-differs"),
        (RecordingId(changed), "sealed-hash-differs"),
        (RecordingId(gone), "object-missing"),
        (RecordingId(keyless), "key-missing"),
        (RecordingId(master_less), "master-missing"),
    }
    assert (report.recordings, report.destroyed) == (7, 1)
