"""What people at the city hall are told of their keys: at the start, and when they ask or change them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.settings import Settings
from runtime.audit_report import tell_head_key, verify_audit
from runtime.installation import Installation
from runtime.key_ceremony import check_keys, retire_key, rotate_keys, tell_at_start
from runtime.wiring import create_keys
from storage.key_files import keys_from_files
from storage.key_rotation import KeyStillUsed
from storage.keys import KeysAway
from tests.fixtures_keys import PIN, SOFTHSM, TokenOfKeys
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_vault import VaultSides

pytestmark = pytest.mark.real


def settings_of(dsns: DatabaseDsns, home: Path, **vault: object) -> Settings:
    return Settings.model_validate(
        {
            "home": home,
            "database": {"owner_dsn": dsns.owner, "app_dsn": dsns.app, "worker_dsn": dsns.worker},
            "vault": vault,
        }
    )


def test_keys_that_do_not_fit_are_told_at_the_start_and_the_service_goes_on(
    vault: VaultSides, database_dsns: DatabaseDsns, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installation = Installation(settings_of(database_dsns, tmp_path))
    vault.sealed()
    create_keys(installation)
    tell_at_start(installation)
    assert capsys.readouterr().err == ""

    (tmp_path / "keys").rename(tmp_path / "lost")
    keys_from_files(tmp_path / "keys", create=True)
    create_keys(installation)
    tell_at_start(installation)

    told = capsys.readouterr().err
    assert "【鍵】置かれている鍵が違います。録音 1 件" in told
    with vault.worker_database.begin() as connection:
        alarms = connection.execute(text("SELECT code FROM alarms")).scalars().all()
    assert alarms == ["keys-do-not-fit"]


def test_people_rotate_look_and_retire(
    vault: VaultSides, database_dsns: DatabaseDsns, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, old = settings_of(database_dsns, tmp_path), vault.keys.known()[-1]
    vault.sealed()
    vault.sealed()
    with pytest.raises(KeyStillUsed):
        retire_key(settings, old)

    assert rotate_keys(settings)
    assert "包み直した録音 2 件" in capsys.readouterr().out
    assert check_keys(settings)
    assert f"前の鍵 {old}: 録音 0 件" in capsys.readouterr().out
    retire_key(settings, old)
    assert f"retired/{old}.key" in capsys.readouterr().out
    assert check_keys(settings)


def test_a_device_that_is_away_stops_only_the_very_first_start(
    vault: VaultSides, database_dsns: DatabaseDsns, tmp_path: Path,
    tokens: tuple[TokenOfKeys, TokenOfKeys], capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    there = settings_of(
        database_dsns, tmp_path, key_provider="pkcs11", hsm_module=SOFTHSM, hsm_token="city", hsm_pin=PIN
    )
    away = settings_of(
        database_dsns, tmp_path, key_provider="pkcs11", hsm_module=SOFTHSM, hsm_token="gone", hsm_pin=PIN
    )
    with pytest.raises(KeysAway):
        create_keys(Installation(away))
    create_keys(Installation(there))
    assert len(tokens[0].open().known()) == 1

    vault.sealed()
    create_keys(Installation(away))
    tell_at_start(Installation(away))

    assert "【鍵】鍵の装置につながりません。" in capsys.readouterr().err


def test_the_access_log_is_proven_against_its_heads_by_anybody_with_the_public_key(
    database_dsns: DatabaseDsns, vault: VaultSides, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(database_dsns, tmp_path)
    tell_head_key(settings)
    public_key = capsys.readouterr().out.strip()

    assert verify_audit(settings, heads="", public_key=public_key, as_json=False)

    assert "注意: 控えがありません。" in capsys.readouterr().out
    assert not list((tmp_path / "heads").iterdir())
