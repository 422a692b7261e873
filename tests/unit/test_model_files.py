"""The recogniser's model is used only when it is the one it should be."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from transcription.engine import ModelMissing
from transcription.model_files import ModelFiles

WHOLE = {"model.bin": b"first half, second half", "config.json": b"{}", "tokenizer.json": b"{ }"}
EXPECTED = {name: hashlib.sha256(content).hexdigest() for name, content in WHOLE.items()}


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Path, ...]:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    (one / "model.bin.part1").write_bytes(b"first half, ")
    (two / "model.bin.part2").write_bytes(b"second half")
    for name in ("config.json", "tokenizer.json"):
        (one / name).write_bytes(WHOLE[name])
    return one, two


def files(tmp_path: Path, parts: tuple[Path, ...]) -> ModelFiles:
    return ModelFiles(tmp_path / "cache", parts=parts, expected=EXPECTED)


def test_the_model_is_joined_from_its_packages(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    model = files(tmp_path, parts).verified()

    assert {file.name: file.read_bytes() for file in model.path.iterdir()} == WHOLE
    assert model.identity.sha256 == EXPECTED["model.bin"]
    assert [folder.name for folder in (tmp_path / "cache").iterdir()] == ["whisper-base"]


def test_a_missing_package_is_said_clearly(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    with pytest.raises(ModelMissing, match="録音は無事です"):
        files(tmp_path, parts[:1]).verified()
    with pytest.raises(ModelMissing):
        files(tmp_path, ()).verified()


def test_an_altered_package_is_refused_and_leaves_nothing(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    (parts[1] / "model.bin.part2").write_bytes(b"Second half")

    with pytest.raises(ModelMissing):
        files(tmp_path, parts).verified()
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_model_altered_on_disk_is_joined_anew(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    folder = files(tmp_path, parts).verified().path
    (folder / "model.bin").write_bytes(b"something else entirely")

    assert (files(tmp_path, parts).verified().path / "model.bin").read_bytes() == WHOLE["model.bin"]


def test_a_model_altered_on_disk_is_refused_without_its_packages(
    tmp_path: Path, parts: tuple[Path, ...]
) -> None:
    folder = files(tmp_path, parts).verified().path
    (folder / "config.json").write_bytes(b"{,}")

    with pytest.raises(ModelMissing):
        files(tmp_path, ()).verified()


def test_a_model_once_there_needs_its_packages_no_more(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    files(tmp_path, parts).verified()

    assert files(tmp_path, ()).verified().identity.name == "whisper-base"


def test_a_cache_that_cannot_be_written_is_a_missing_model(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")

    with pytest.raises(ModelMissing):
        files(tmp_path, parts).verified()


def test_the_citys_own_model_is_named_after_its_folder_and_hashed(tmp_path: Path) -> None:
    own = tmp_path / "kotoba-v2"
    own.mkdir()
    for name, content in WHOLE.items():
        (own / name).write_bytes(content)

    with pytest.raises(ModelMissing):
        ModelFiles(tmp_path / "cache", model_dir=own).verified()
    (own / "vocabulary.json").write_bytes(b"[]")
    identity = ModelFiles(tmp_path / "cache", model_dir=own).verified().identity
    assert (identity.name, identity.sha256) == ("kotoba-v2", EXPECTED["model.bin"])


def test_a_model_that_arrives_later_is_taken_without_a_restart(
    tmp_path: Path, parts: tuple[Path, ...]
) -> None:
    held_back = (parts[1] / "model.bin.part2").rename(tmp_path / "held-back")
    waiting = files(tmp_path, parts)
    with pytest.raises(ModelMissing):
        waiting.verified()

    held_back.rename(parts[1] / "model.bin.part2")
    assert waiting.verified().identity.name == "whisper-base"


def test_a_model_exchanged_while_the_service_runs_is_another_model(tmp_path: Path) -> None:
    folder = tmp_path / "own-model"
    folder.mkdir()
    for name, content in (WHOLE | {"vocabulary.txt": b"a"}).items():
        (folder / name).write_bytes(content)
    watched = ModelFiles(tmp_path / "cache", model_dir=folder, watched=True)
    loaded = ModelFiles(tmp_path / "cache", model_dir=folder)
    before = watched.verified().identity
    assert loaded.verified().identity == before

    (folder / "model.bin").write_bytes(b"a larger one of the same name")

    assert watched.verified().identity != before
    assert loaded.verified().identity == before, "what was loaded is what it was"
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing):
        watched.verified()
