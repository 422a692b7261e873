"""Whoever types a command at the city hall reads what to do, not a traceback and not a secret."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from runtime import vault_report
from runtime.cli import main
from runtime.error_words import file_in_words


def told(
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    status: int = 1,
) -> str:
    monkeypatch.setattr(sys, "argv", ["tsuwaroku", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code or 0) == status
    return capsys.readouterr().err


def test_a_setting_that_cannot_be_used_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TSUWAROKU_CONSOLE__PORT", "himitsu")

    said = told(["vault", "verify"], monkeypatch, capsys)

    assert "TSUWAROKU_CONSOLE__PORT" in said
    assert "himitsu" not in said


def test_a_home_where_nothing_was_set_up_says_to_start_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TSUWAROKU_HOME", str(tmp_path / "nothing"))

    assert "make run" in told(["vault", "verify"], monkeypatch, capsys)


def test_somebody_without_the_right_is_told_to_use_sudo() -> None:
    assert "sudo" in file_in_words(PermissionError(13, "Permission denied", "var/keys/ari.password"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["practice", "--foo"], "オプション --foo はありません"),
        (["practice", "--second", "3"], "もしかして: --seconds"),
        (["practice", "--seconds", "himitsu"], "--seconds の値が使えません"),
        (["practice", "d1", "d2"], "引数が多すぎる"),
        (["account", "add"], "引数 login が足りません"),
        (["worker"], "オプション --queue が足りません"),
        (["serve", "--only"], "オプション --only の書き方が違います"),
        (["acount"], "その名前のコマンドはありません"),
    ],
)
def test_a_mistyped_command_is_answered_in_japanese(
    typed: list[str], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(typed, monkeypatch, capsys, status=2)

    assert words in said
    assert "himitsu" not in said
    assert not re.search(r"Usage|Error|Missing|No such|Invalid", said)


def test_a_command_without_its_words_shows_its_help_and_no_reproach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "ありません" not in told(["vault"], monkeypatch, capsys, status=2)


def test_help_is_no_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told(["--help"], monkeypatch, capsys, status=0)


def test_a_misspelt_variable_is_said_and_the_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TSUWAROKU_HOME", str(tmp_path / "nothing"))
    monkeypatch.setenv("TSUWAROKU_CONSOLE__PROT", "himitsu")

    said = told(["vault", "verify"], monkeypatch, capsys)

    assert "TSUWAROKU_CONSOLE__PROT は使われません。TSUWAROKU_CONSOLE__PORT のことではありませんか" in said
    assert "himitsu" not in said
    assert "make run" in said


def test_a_practice_call_where_nothing_was_set_up_makes_no_passwords(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TSUWAROKU_HOME", str(tmp_path / "nothing"))

    said = told(["practice"], monkeypatch, capsys)

    assert "先に make run" in said
    assert not (tmp_path / "nothing").exists()


def test_a_part_that_is_none_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TSUWAROKU_HOME", str(tmp_path / "nothing"))

    assert "telephony, worker, speech, live-text, api" in told(
        ["serve", "--only", "telefony"], monkeypatch, capsys
    )
    assert not (tmp_path / "nothing").exists()


def test_an_address_that_is_missing_beside_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TSUWAROKU_HOME", str(tmp_path))
    monkeypatch.setenv("TSUWAROKU_DATABASE__WORKER_DSN", "postgresql://nowhere/none")

    said = told(["account", "disable", "sato"], monkeypatch, capsys)

    assert "TSUWAROKU_DATABASE__APP_DSN" in said


def test_a_fault_of_ours_says_its_kind_and_none_of_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_settings: object) -> bool:
        raise LookupError("090-0000-0000")

    monkeypatch.setattr(vault_report, "verify_vault", fail)

    said = told(["vault", "verify"], monkeypatch, capsys)

    assert "予期しないことが起きました（LookupError）" in said
    assert "090" not in said


def test_a_folder_that_is_a_file_is_answered_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TSUWAROKU_HOME", str(tmp_path))
    file = tmp_path / "out"
    file.write_text("")

    assert "使えません" in told(["asterisk-config", "--out", str(file)], monkeypatch, capsys)
