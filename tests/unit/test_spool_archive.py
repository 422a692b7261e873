"""Recordings on their way into a backup, while Asterisk writes and the worker captures beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.ids import CallId
from runtime.spool_archive import HeldSpool, spool_back

NAME = "kokuho_city-1763600000.7"
CALL = CallId("city-1763600000.7")


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Asterisk's folder with both tracks of a call, more than one block long."""
    folder = tmp_path / "recording"
    folder.mkdir()
    for side in "rt":
        (folder / f"{NAME}_{side}.wav").write_bytes(side.encode() * 1_500_000)
    return folder


def put_back(held: HeldSpool, folder: Path, *gone: CallId) -> dict[str, bytes]:
    """Have everything that is held come out again, on another machine."""
    count = spool_back(held.out(), folder / "new", None, lambda call: call in gone)
    found = {file.name: file.read_bytes() for file in (folder / "new").iterdir()}
    assert len(found) == count
    return found


def open_files() -> int:
    """Count what this process holds open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_what_is_captured_while_the_backup_is_made_is_in_it(spool: Path, tmp_path: Path) -> None:
    held = HeldSpool(spool)
    held.look()
    for file in spool.iterdir():
        file.unlink()
    held.look()

    assert put_back(held, tmp_path) == {
        f"{NAME}_r.wav": b"r" * 1_500_000,
        f"{NAME}_t.wav": b"t" * 1_500_000,
    }
    assert held.unreadable == 0


def test_a_recording_that_goes_on_is_in_it_as_far_as_it_is_when_it_is_read(
    spool: Path, tmp_path: Path
) -> None:
    held = HeldSpool(spool)
    held.look()
    with (spool / f"{NAME}_r.wav").open("ab") as track:
        track.write(b"and so on")
    (spool / "kokuho_city-1763600000.8_r.wav").write_bytes(b"begun meanwhile")
    held.look()
    blocks = held.out()
    first = next(blocks)
    with (spool / f"{NAME}_r.wav").open("ab") as track:
        track.write(b"too late")

    spool_back(
        (block for part in ([first], blocks) for block in part), tmp_path / "new", None, lambda _: False
    )
    assert (tmp_path / "new" / f"{NAME}_r.wav").read_bytes() == b"r" * 1_500_000 + b"and so on"
    assert (tmp_path / "new" / "kokuho_city-1763600000.8_r.wav").read_bytes() == b"begun meanwhile"


def test_what_was_destroyed_since_does_not_come_back(spool: Path, tmp_path: Path) -> None:
    (spool / "renshu_city-1763600000.9_r.wav").write_bytes(b"another call")
    held = HeldSpool(spool)
    held.look()

    assert put_back(held, tmp_path, CALL) == {"renshu_city-1763600000.9_r.wav": b"another call"}


def test_a_link_that_somebody_laid_there_is_not_followed_and_is_told_of(spool: Path, tmp_path: Path) -> None:
    (tmp_path / "numbers.key").write_bytes(b"a key")
    (spool / "kokuho_city-1763600000.8_r.wav").symlink_to(tmp_path / "numbers.key")
    os.mkfifo(spool / "kokuho_city-1763600000.8_t.wav")
    held = HeldSpool(spool)
    held.look()
    held.look()

    assert set(put_back(held, tmp_path)) == {f"{NAME}_r.wav", f"{NAME}_t.wav"}
    assert held.unreadable == 2


def test_another_ones_telephone_server_keeps_its_recordings(tmp_path: Path) -> None:
    held = HeldSpool(None)
    held.look()

    assert put_back(held, tmp_path) == {}


def test_a_backup_that_fails_holds_nothing_any_longer(spool: Path) -> None:
    held, before = HeldSpool(spool), open_files()
    held.look()
    assert open_files() == before + 2

    held.let_go()
    assert open_files() == before
