"""A recording that somebody takes out of the vault with every row of it is still missed."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.ids import RecordingId
from storage.vault_verify import VaultVerifier
from tests.fixtures_vault import VaultSides

pytestmark = pytest.mark.real


def take_away(vault: VaultSides, recording: RecordingId) -> None:
    """Remove rows and objects under the worker's own role, as a thief at the database would."""
    with vault.worker_database.begin() as connection:
        keys = connection.execute(
            text("DELETE FROM sealed_objects WHERE recording_id = :r RETURNING object_key"), {"r": recording}
        ).scalars()
        for key in keys:
            (vault.folder / key).unlink()
        connection.execute(text("DELETE FROM recording_keys WHERE recording_id = :r"), {"r": recording})
        connection.execute(text("DELETE FROM recordings WHERE id = :r"), {"r": recording})


def test_a_recording_taken_away_whole_is_missed_by_the_knocks_it_left(vault: VaultSides) -> None:
    taken, destroyed = vault.sealed(), vault.sealed()
    for recording in (taken, destroyed):
        vault.worker.open_for_process("derivation", recording, "master")
    vault.worker.destroy(destroyed, "test", None)
    verifier = VaultVerifier(
        database=vault.worker_database, objects=vault.objects, keys=vault.keys, clock=vault.clock
    )
    assert not verifier.verify().faults

    take_away(vault, taken)

    assert [(fault.code, fault.recording) for fault in verifier.verify().faults] == [
        ("recording-missing", taken)
    ]
