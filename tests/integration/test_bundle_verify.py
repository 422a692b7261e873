"""``tsuwaroku bundle verify``, typed by whoever received a bundle: no settings, no database, no network."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import CliRunner

from incidents.quotes.log_path import fingerprint_of
from runtime.cli import app
from tests import bundle_scene as scene


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "city.pem"
    file.write_bytes(scene.KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return file


def typed(file: Path, key: Path, password: str, *more: str) -> tuple[int, str]:
    found = CliRunner().invoke(
        app, ["bundle", "verify", str(file), "--key", str(key), "--password", password, *more]
    )
    return found.exit_code, found.output


def test_a_bundle_is_told_to_be_the_citys_and_whole(tmp_path: Path, key: Path) -> None:
    made = scene.bundle(tmp_path)

    status, told = typed(
        made.path, key, made.password, "--fingerprint", fingerprint_of(scene.KEY.public_key()).hex()
    )

    assert status == 0
    assert "市が署名したものです" in told
    assert "R8-12" in told
    assert "call-1.wav" in told


def test_what_is_not_so_is_told_without_repeating_what_it_says(tmp_path: Path, key: Path) -> None:
    made = scene.bundle(tmp_path)
    other = tmp_path / "other.hex"
    other.write_text(Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex(), encoding="ascii")
    none = tmp_path / "none.zip"
    none.write_bytes(b"not a bundle")

    assert typed(made.path, other, made.password)[0] == 1
    assert "R8-12" not in typed(made.path, other, made.password)[1]
    assert typed(made.path, key, "WRONG-WRONG")[0] == 2
    assert "パスワードが違います" in typed(made.path, key, "WRONG-WRONG")[1]
    assert typed(none, key, made.password)[0] == 2
    assert typed(tmp_path / "away.zip", key, made.password)[0] == 2
    assert typed(made.path, none, made.password)[0] == 2
    assert typed(made.path, key, made.password, "--fingerprint", "00" * 32)[0] == 2
