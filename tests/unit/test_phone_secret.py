"""What a person sees who gives a phone a new password: it, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.ids import PhoneId
from runtime.cli import app
from runtime.pbx_secrets import PbxSecrets
from telephony.asterisk_config.sip_security import digest_of

SAKURA = Path(__file__).parents[2] / "profiles" / "sakura.yaml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TSUWAROKU_HOME", str(tmp_path))
    monkeypatch.setenv("TSUWAROKU_PROFILE", str(SAKURA))
    # Somebody else's server: nothing is started or found for it.
    monkeypatch.setenv("TSUWAROKU_ASTERISK__ARI_URL", "http://127.0.0.1:1/ari")
    return tmp_path


def test_the_password_is_shown_on_the_terminal_and_nowhere_else(home: Path) -> None:
    PbxSecrets(keys=home / "keys").practice_password()
    told = CliRunner().invoke(app, ["phone", "secret", "hoken1"])

    assert told.exit_code == 0, told.output
    shown = told.output.split("新しいパスワード: ")[1].split()[0]
    digests = PbxSecrets(keys=home / "keys").phone_digests([PhoneId("hoken1")], [])
    assert digests[PhoneId("hoken1")] == digest_of("hoken1", shown)
    assert "まだ伝わっていません" in told.output
    for file in home.rglob("*"):
        assert not file.is_file() or shown not in file.read_text(), file


def test_a_phone_that_nobody_knows_or_a_machine_without_phones_gets_none(home: Path) -> None:
    before = CliRunner().invoke(app, ["phone", "secret", "hoken1"])
    PbxSecrets(keys=home / "keys").practice_password()
    unknown = CliRunner().invoke(app, ["phone", "secret", "hoken99"])

    assert type(before.exception).__name__ == "NothingSetUp"
    assert type(unknown.exception).__name__ == "NoSuchPhone"
