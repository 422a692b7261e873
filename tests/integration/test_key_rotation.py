"""A city changes its keys: every recording opens before, between and after, and nothing sealed is touched."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from core.actors import Purpose, Role
from core.ids import RecordingId
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from storage.key_check import KeyCheck
from storage.key_files import keys_from_files
from storage.key_rotation import KeyNotHere, KeyRotation, KeyStillUsed
from storage.keys import FixedKeys, KeyProvider, WrongKey, key_of
from storage.vault import Vault
from tests.fixtures_keys import TokenOfKeys
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_vault import MASTER, VaultSides, actor

pytestmark = pytest.mark.real

ROWS = text("SELECT recording_id, kek_id, wrapped_key FROM recording_keys")


def data_keys(database: Database, keys: KeyProvider) -> Mapping[UUID, bytes]:
    """Open the key of every recording."""
    with database.begin() as connection:
        return {row[0]: keys.unwrap(row[1], bytes(row[2]), row[0].bytes) for row in connection.execute(ROWS)}


def many_keys(database: Database, keys: KeyProvider, count: int) -> None:
    """Plant recordings of which nothing but the key matters here."""
    with database.begin() as connection:
        made = connection.execute(
            text(
                "INSERT INTO recordings (id, subject, department, practice, class, usable, started_at,"
                " samples, sample_rate, samples_sha256, sealed_at, destroy_after)"
                " SELECT gen_random_uuid(), 'city-' || n, 'zeimu', false, 'unflagged', true, :at, 1, 8000,"
                " 'x', :at, :at FROM generate_series(1, :count) AS n RETURNING id"
            ),
            {"count": count, "at": datetime(2026, 11, 20, tzinfo=UTC)},
        ).scalars().all()  # fmt: skip
        rows: list[dict[str, object]] = []
        for one in made:
            kek_id, wrapped = keys.wrap(os.urandom(32), one.bytes)
            rows.append({"id": one, "kek_id": kek_id, "wrapped": wrapped})
        connection.execute(
            text(
                "INSERT INTO recording_keys (recording_id, kek_id, wrapped_key)"
                " VALUES (:id, :kek_id, :wrapped)"
            ),
            rows,
        )


def contents(folder: Path) -> Mapping[str, bytes]:
    return {str(one): hashlib.sha256(one.read_bytes()).digest() for one in folder.rglob("*") if one.is_file()}


def findings(database: Database, keys: KeyProvider) -> list[tuple[str, int]]:
    return [(one.code, one.recordings) for one in KeyCheck(database, keys).look().findings]


def test_after_a_rotation_everything_opens_and_no_sealed_byte_has_changed(vault: VaultSides) -> None:
    supervisor = actor(Role.SUPERVISOR)
    recording = vault.sealed(supervisor)
    playing = vault.console.open_recording(supervisor, recording, Purpose.RECORD_KEEPING)
    before, old_key = contents(vault.folder), vault.keys.known()[-1]

    rotated = KeyRotation(vault.worker_database, vault.keys).run()

    assert (rotated.rewrapped, rotated.unopened) == (1, 0)
    assert rotated.newest != old_key
    assert KeyRotation(vault.worker_database, vault.keys).used() == {rotated.newest: 1}
    assert contents(vault.folder) == before
    assert playing.read(0, 100) == MASTER[::-1][:100]
    again = vault.console.continue_play(supervisor, playing.grant)
    assert again.read(0, again.size) == MASTER[::-1]
    assert vault.sealed(supervisor) != recording
    assert KeyRotation(vault.worker_database, vault.keys).used() == {rotated.newest: 2}


def test_in_a_device_too(vault: VaultSides, tokens: tuple[TokenOfKeys, TokenOfKeys]) -> None:
    keys = tokens[0].open()
    many_keys(vault.worker_database, keys, 30)
    before = data_keys(vault.worker_database, keys)

    rotated = KeyRotation(vault.worker_database, keys, batch=7).run()

    assert rotated.rewrapped == 30
    assert data_keys(vault.worker_database, tokens[0].open()) == before
    assert findings(vault.worker_database, keys) == []


KILLED_IN_A_ROTATION = """
import sys, time
from pathlib import Path
from core.logs import start_logging
from storage.database import Database
from storage.key_files import keys_from_files
from storage.key_rotation import KeyRotation
start_logging("keys")
def done(count):
    print(count, flush=True)
    if count >= 30:
        time.sleep(60)
KeyRotation(Database(sys.argv[1]), keys_from_files(Path(sys.argv[2]), create=False), batch=10).run(done)
"""


def test_a_rotation_killed_half_way_is_found_at_the_next_start_and_goes_on(
    vault: VaultSides, database_dsns: DatabaseDsns, tmp_path: Path
) -> None:
    database, folder = vault.worker_database, tmp_path / "keys"
    many_keys(database, vault.keys, 100)
    before, old_key = data_keys(database, vault.keys), vault.keys.known()[-1]
    command = [sys.executable, "-c", KILLED_IN_A_ROTATION, database_dsns.worker, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout
        assert [process.stdout.readline() for _ in range(3)] == [b"10\n", b"20\n", b"30\n"]
        process.kill()

    keys = keys_from_files(folder, create=False)
    assert findings(database, keys) == [("rotation-unfinished", 70)]
    assert data_keys(database, keys) == before
    with pytest.raises(KeyStillUsed):
        KeyRotation(database, keys).retire(old_key)

    rotated = KeyRotation(database, keys).run()

    assert rotated.rewrapped == 70
    assert len(keys.known()) == 2, "no third key was made"
    assert KeyRotation(database, keys).used() == {rotated.newest: 100}
    assert findings(database, keys) == []
    where = Path(KeyRotation(database, keys).retire(old_key))
    assert where.stat().st_mode & 0o777 == 0o600
    assert data_keys(database, keys_from_files(folder, create=False)) == before


def test_what_was_sealed_under_the_older_key_while_the_rotation_ran_is_found_and_taken_along(
    vault: VaultSides, tmp_path: Path
) -> None:
    database, keys = vault.worker_database, vault.keys
    older = key_of((tmp_path / "keys" / "vault.key").read_text())
    behind = FixedKeys({"vault": older, "numbers": bytes(32), "number-hash": bytes(32)})
    many_keys(database, keys, 3)
    KeyRotation(database, keys).run()

    many_keys(database, behind, 2)
    before = data_keys(database, keys)

    assert findings(database, keys) == [("rotation-unfinished", 2)]
    assert KeyRotation(database, keys).run().rewrapped == 2
    assert data_keys(database, keys) == before


def test_a_row_that_somebody_spoilt_is_told_and_stops_no_other(vault: VaultSides) -> None:
    database, keys = vault.worker_database, vault.keys
    many_keys(database, keys, 10)
    with database.begin() as connection:
        spoilt = connection.execute(
            text("UPDATE recording_keys SET wrapped_key = 'spoilt' WHERE recording_id ="
                 " (SELECT max(recording_id::text)::uuid FROM recording_keys) RETURNING recording_id")
        ).scalar_one()  # fmt: skip

    assert findings(database, keys) == [("keys-spoilt", 0)]
    rotated = KeyRotation(database, keys, batch=4).run()

    assert (rotated.rewrapped, rotated.unopened) == (9, 1)
    used = KeyRotation(database, keys).used()
    assert sorted(used.values()) == [1, 9]
    with database.begin() as connection:
        left = connection.execute(
            text("SELECT kek_id FROM recording_keys WHERE recording_id = :id"), {"id": spoilt}
        ).scalar_one()
    assert left != rotated.newest


def test_a_lost_key_and_a_wrong_one_are_told_apart_and_nothing_is_rotated_over_them(
    vault: VaultSides, tmp_path: Path
) -> None:
    database, keys, folder = vault.worker_database, vault.keys, tmp_path / "keys"
    many_keys(database, keys, 4)
    stranger = keys_from_files(tmp_path / "another city", create=True)
    assert findings(database, stranger) == [("key-wrong", 4)]
    assert data_keys(database, keys)

    keys.renew()
    many_keys(database, keys, 2)
    (folder / "vault.key").rename(tmp_path / "taken away")
    present = keys_from_files(folder, create=False)

    assert findings(database, present) == [("key-lost", 4)]
    with pytest.raises(KeyNotHere):
        KeyRotation(database, present).run()
    with pytest.raises(WrongKey):
        data_keys(database, present)
    check = KeyCheck(database, present)
    check.raise_alarms(check.look())
    check.raise_alarms(check.look())
    with database.begin() as connection:
        alarms = connection.execute(text("SELECT code, detail->>'count' FROM alarms")).all()
    assert [tuple(one) for one in alarms] == [("keys-do-not-fit", "4")]
    (tmp_path / "taken away").rename(folder / "vault.key")
    assert findings(database, keys_from_files(folder, create=False)) == [("rotation-unfinished", 4)]


@pytest.mark.parametrize("lost", ["numbers.key", "number-hash.key"])
def test_another_key_for_numbers_is_found_by_the_numbers_that_are_there(
    vault: VaultSides, tmp_path: Path, lost: str
) -> None:
    database = vault.worker_database
    sealed, known_as = CallerNumbers(vault.keys).seal("+819012345678")
    with database.begin() as connection:
        connection.execute(
            text("INSERT INTO calls (id, line, department, agency, regime, caller_class, caller_sealed,"
                 " caller_hash, served_by, phase, arrived_at) VALUES ('city-1.0', 'l', 'zeimu', 'a', 'r',"
                 " 'number', :sealed, :hash, 'application', 'ended', now())"),
            {"sealed": sealed, "hash": known_as},
        )  # fmt: skip
    assert findings(database, vault.keys) == []

    keys_from_files(tmp_path / "other", create=True)
    (tmp_path / "other" / lost).rename(tmp_path / "keys" / lost)

    assert findings(database, keys_from_files(tmp_path / "keys", create=False)) == [("numbers-key-wrong", 0)]


def test_a_vault_that_runs_seals_under_the_newest_key_from_the_next_recording_on(
    vault: VaultSides, tmp_path: Path
) -> None:
    vault.sealed()
    keys_of_the_command = keys_from_files(tmp_path / "keys", create=False)
    running: Vault = vault.worker

    rotated = KeyRotation(vault.worker_database, keys_of_the_command).run()
    after = vault.sealed()

    assert running is vault.worker
    assert KeyRotation(vault.worker_database, keys_of_the_command).used() == {rotated.newest: 2}
    assert after in {RecordingId(one) for one in data_keys(vault.worker_database, vault.keys)}
