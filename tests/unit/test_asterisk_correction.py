"""A program that drops voices it thinks are late is started as a copy that does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from runtime import asterisk_correction
from runtime.asterisk_correction import Correction, corrected, corrected_copy

BEFORE = b"\x7fELF some code"
COMPARED = b"\x8b\x97\x88\x00\x00\x00\x81\xfa\xff\xff\x00\x00\x77\x68"
UNDONE = b"\x8b\x97\x88\x00\x00\x00\x81\xfa\xff\xff\x00\x00\xeb\x68"
VERSION = b"\x0022.10.1+dfsg+~cs6\x00"
DEBIAN = BEFORE + COMPARED + VERSION
UPSTREAM = BEFORE + b"\x0022.10.1\x00"


def test_the_comparison_is_undone_and_nothing_else_is_touched() -> None:
    assert corrected(DEBIAN) == (BEFORE + UNDONE + VERSION, Correction.DONE)


def test_a_program_without_the_patch_stays_as_it_is() -> None:
    assert corrected(UPSTREAM) == (UPSTREAM, Correction.NOT_NEEDED)


@pytest.mark.parametrize(
    "program",
    [BEFORE + VERSION, DEBIAN + COMPARED],
    ids=["another machine's code", "two places that look alike"],
)
def test_a_form_that_we_do_not_know_is_left_alone_and_said(program: bytes) -> None:
    assert corrected(program) == (program, Correction.NOT_POSSIBLE)


def test_the_copy_is_made_once_and_the_program_itself_stays(tmp_path: Path) -> None:
    program = tmp_path / "asterisk"
    program.write_bytes(DEBIAN)

    first = corrected_copy(program, tmp_path / "copies")
    written = first.path.stat()
    second = corrected_copy(program, tmp_path / "copies")

    assert program.read_bytes() == DEBIAN
    assert first.path.read_bytes() == BEFORE + UNDONE + VERSION
    assert written.st_mode & 0o777 == 0o755
    assert (second, second.path.stat().st_ino) == (first, written.st_ino)


def test_a_copy_that_somebody_changed_is_made_anew(tmp_path: Path) -> None:
    program = tmp_path / "asterisk"
    program.write_bytes(DEBIAN)
    copy = corrected_copy(program, tmp_path).path
    copy.write_bytes(b"half of it")

    assert corrected_copy(program, tmp_path).path.read_bytes() == BEFORE + UNDONE + VERSION


def test_where_nothing_can_be_written_the_program_itself_is_started(tmp_path: Path) -> None:
    program = tmp_path / "asterisk"
    program.write_bytes(DEBIAN)
    (tmp_path / "copies").write_text("a file where the folder should be")

    found = corrected_copy(program, tmp_path / "copies")

    assert (found.path, found.correction) == (program, Correction.NOT_POSSIBLE)


def test_it_runs_alone_where_an_image_is_built(tmp_path: Path) -> None:
    program, copy = tmp_path / "asterisk", tmp_path / "copy"
    program.write_bytes(DEBIAN)
    command = [sys.executable, "-I", asterisk_correction.__file__, str(program)]

    subprocess.run([*command, str(copy)], check=True, capture_output=True)
    program.write_bytes(BEFORE + VERSION)
    unknown = subprocess.run([*command, str(tmp_path / "other")], check=False, capture_output=True)

    assert copy.read_bytes() == BEFORE + UNDONE + VERSION
    assert unknown.returncode == 1
    assert not (tmp_path / "other").exists()
