"""``tsuwaroku verify-quote`` as a third party types it: without database, settings or network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from incidents.quotes.file import LONGEST, packed
from incidents.quotes.statement import hash_of
from tests.made_quote import CITY, OTHERS, quote_file, row_of, stated

pytestmark = pytest.mark.real
HERE = Path.cwd()


def pem(place: Path, key: Ed25519PrivateKey = CITY) -> Path:
    file = place / "city.pem"
    file.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return file


def verify(
    place: Path, data: bytes, *options: str, key: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it in a network of its own, in an empty folder, with an empty environment."""
    file = place / "quote.tsuquote"
    file.write_bytes(data)
    alone = ["unshare", "--net", "--map-root-user"]
    command = [sys.executable, "-m", "runtime", "verify-quote", str(file), "--key", str(key or pem(place))]
    return subprocess.run(
        [*alone, *command, *options],
        capture_output=True, text=True, cwd=place, check=False, timeout=60,
        env={"PYTHONPATH": str(HERE), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def test_a_third_party_is_told_each_thing_in_plain_words(tmp_path: Path) -> None:
    told = verify(tmp_path, packed(quote_file()), "--clip", str(tmp_path / "clip.flac"))

    assert told.returncode == 0, told.stderr
    assert told.stdout.count("○") == 7
    for part in ("「責任者」", "話した人: 相手", "さくら 市子", "市が書き出したままです"):
        assert part in told.stdout, part
    assert (tmp_path / "clip.flac").read_bytes().startswith(b"fLaC")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["city.pem", "clip.flac", "quote.tsuquote"]


def test_what_was_changed_is_refused_with_its_reason_and_not_repeated(tmp_path: Path) -> None:
    told = verify(tmp_path, packed(quote_file()).replace("責任者".encode(), "責仼者".encode()), "--english")

    assert told.returncode == 1
    assert "× words, side, seconds, speaker, hearer or another fact is not" in told.stdout
    assert "NOT as the city exported it" in told.stdout
    assert "責仼者" not in told.stdout


def test_what_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    whole, file = packed(quote_file()), pem(tmp_path)
    for data in (whole[:-40], b"[" * 100_000, bytes(LONGEST + 9)):
        assert verify(tmp_path, data).returncode == 2
    (tmp_path / "nonsense.pem").write_bytes(b"-----BEGIN PUBLIC KEY-----\nAAAA")
    assert verify(tmp_path, whole, key=tmp_path / "nonsense.pem").returncode == 2
    assert verify(tmp_path, whole, key=pem(tmp_path, OTHERS)).returncode == 1
    other = verify(tmp_path, whole, "--fingerprint", "00" * 32, key=pem(tmp_path))
    assert (other.returncode, "指紋が違います" in other.stderr) == (2, True)
    assert file.exists()


def test_a_practice_call_is_told_first(tmp_path: Path) -> None:
    practised = stated(practice=True)
    line = packed(quote_file(practised)).split(b"\n")[1]
    row = row_of(line, detail={"practice": 1, "statement": hash_of(line)})

    told = verify(tmp_path, packed(quote_file(practised, row=row)))

    assert told.returncode == 0, told.stdout
    assert "【練習】" in told.stdout
