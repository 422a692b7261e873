"""Lines are written over zeros that lie on the disk already; whoever reads sees lines alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from telephony.journal.journal_file import AHEAD_BYTES, JournalFile, written_blocks

LINE = b'{"crc":"00000000","entry":{}}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "00000001.jsonl"


@pytest.fixture
def file(path: Path) -> Iterator[JournalFile]:
    one = JournalFile(path)
    yield one
    one.close()


def seen(path: Path) -> bytes:
    with path.open("rb") as stream:
        return b"".join(written_blocks(stream))


def no_space(*_: object) -> int:
    raise OSError(28, "No space left on device")


def test_a_line_makes_the_file_no_longer(file: JournalFile, path: Path) -> None:
    before = path.stat()
    for _ in range(100):
        file.write(LINE)

    assert path.stat().st_size == before.st_size > AHEAD_BYTES
    assert path.stat().st_blocks == before.st_blocks
    assert seen(path) == b"\n" + 100 * LINE


def test_it_is_filled_on_before_it_is_full(file: JournalFile, path: Path) -> None:
    file.write(LINE * (AHEAD_BYTES // 2 // len(LINE) + 2))
    short = path.stat().st_size
    file.fill_ahead()
    file.fill_ahead()

    assert path.stat().st_size == short + AHEAD_BYTES


def test_more_than_was_filled_is_written_all_the_same(file: JournalFile, path: Path) -> None:
    lines = LINE * (AHEAD_BYTES // len(LINE) + 100)
    file.write(lines)
    file.fill_ahead()
    file.write(LINE)

    assert seen(path) == b"\n" + lines + LINE


def test_a_disk_without_room_for_zeros_takes_lines(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pwrite", no_space)
    file = JournalFile(path)
    file.write(LINE)
    file.fill_ahead()
    file.write(LINE)
    file.close()

    assert path.read_bytes() == b"\n" + 2 * LINE


def test_half_a_line_is_written_over(file: JournalFile, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def half(handle: int, data: bytes) -> int:
        real(handle, bytes(data)[:10])
        raise OSError(28, "No space left on device")

    file.write(LINE)
    with monkeypatch.context() as disk:
        disk.setattr(os, "write", half)
        with pytest.raises(OSError, match="No space"):
            file.write(LINE + LINE)
    file.write(b"shorter\n")

    assert seen(path) == b"\n" + LINE + b"shorter\n"
    file.fill_ahead()
    assert path.stat().st_size > AHEAD_BYTES


def test_who_reads_stops_where_nothing_is_written_yet_even_if_more_follows(path: Path) -> None:
    # Two pages written at once are not seen at once.
    path.write_bytes(LINE + bytes(4096) + LINE)

    assert seen(path) == LINE


def test_a_file_let_go_has_no_zeros(path: Path) -> None:
    file = JournalFile(path)
    file.write(LINE)
    file.close()

    assert path.read_bytes() == b"\n" + LINE


def test_no_second_writer_gets_a_file(file: JournalFile, path: Path) -> None:
    with pytest.raises(FileExistsError):
        JournalFile(path)
