"""What is given in the environment means the same wherever it is typed, and a misspelling is not silent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runtime import placement
from runtime.environment import (
    UnknownVariable,
    for_others,
    given_places,
    read_settings,
    unknown_variables,
)
from runtime.placement import PROGRAM, public_environment


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("TSUWAROKU_"):
            monkeypatch.delenv(name)


def test_a_misspelt_variable_is_named_with_the_one_that_was_meant() -> None:
    typed = {
        "TSUWAROKU_CONSOLE__PROT": "1",
        "TSUWAROKU_CONSOLE__PORT": "1",
        "TSUWAROKU_DEBIAN_MIRROR": "x",
        "tsuwaroku_home": "x",
        "TSUWAROKU_XYZZY": "x",
        "PATH": "/bin",
    }

    assert unknown_variables(typed) == [
        UnknownVariable(name="TSUWAROKU_CONSOLE__PROT", meant="TSUWAROKU_CONSOLE__PORT"),
        UnknownVariable(name="TSUWAROKU_XYZZY", meant=None),
    ]


def test_a_misspelt_variable_keeps_nothing_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSUWAROKU_CONSOLE__PROT", "1")
    monkeypatch.setenv("TSUWAROKU_HOEM", "x")

    assert read_settings().console.port == 8443


def test_without_a_word_the_data_stand_beside_the_program_wherever_one_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(placement, "is_public", lambda _folder: True)

    settings = read_settings()

    assert settings.home == PROGRAM / "var"
    assert settings.profile == PROGRAM / "profiles/sakura.yaml"


def test_beside_a_closed_program_every_command_finds_the_data_of_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(placement, "is_public", lambda _folder: False)

    assert read_settings().home == placement.PUBLIC_HOME


def test_data_never_lie_in_the_copy_of_the_program_that_the_next_start_throws_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TSUWAROKU_HOME", "data")
    monkeypatch.setenv("TSUWAROKU_SPEECH__MODEL_DIR", "models/large")
    monkeypatch.setenv("TSUWAROKU_PROFILE", str(PROGRAM / "profiles/sakura.yaml"))
    settings = read_settings()

    there = public_environment(given_places(settings), settings.home)

    assert there["TSUWAROKU_HOME"] == str(tmp_path / "data")
    assert there["TSUWAROKU_SPEECH__MODEL_DIR"] == str(tmp_path / "models/large")
    assert there["TSUWAROKU_PROFILE"] == str(placement.PUBLIC_PROGRAM / "profiles/sakura.yaml")


def test_asterisk_and_postgresql_are_told_nothing_of_our_settings() -> None:
    ours = {"TSUWAROKU_VAULT__KEY_ENCRYPTION_KEY": "secret", "tsuwaroku_home": "/var/x"}

    theirs = {"AWS_SECRET_ACCESS_KEY": "of the bucket", "PGPASSWORD": "of another database"}

    assert for_others({"PATH": "/usr/bin", **ours, **theirs}) == {"PATH": "/usr/bin"}
