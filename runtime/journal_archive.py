"""Journal files as one stream (tar), and back into an empty folder.

The last line of a file may be half written while a call goes on; whoever reads journals cuts such an end off.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.logs import get_log
from runtime.plain_files import files_in, read_whole

_DEEP = 2
"""A journal lies in the folder of its process."""

log = get_log()


class _Pieces(io.RawIOBase):
    """Takes what tarfile writes, and gives it on."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        block = bytes(data)  # pyright: ignore[reportArgumentType]  any buffer
        self._taken += block
        return len(block)

    def take(self) -> bytes:
        block = bytes(self._taken)
        self._taken.clear()
        return block


def journal_out(folder: Path) -> Iterator[bytes]:
    """Yield all journal files; one that vanishes meanwhile was copied into the database long ago."""
    pieces = _Pieces()
    with tarfile.open(fileobj=pieces, mode="w|") as archive:
        for name, found in files_in(folder):
            if len(name.parts) != _DEEP or name.suffix != ".jsonl":
                continue
            data = read_whole(found).partition(b"\0")[0]  # a living file's lines, without its zeros
            entry = tarfile.TarInfo(str(name))
            entry.size, entry.mode, entry.mtime = len(data), 0o600, int(os.fstat(found).st_mtime)
            archive.addfile(entry, io.BytesIO(data))
            yield pieces.take()
    yield pieces.take()


def is_a_journal(entry: tarfile.TarInfo, folder: Path) -> bool:
    """Whether it is a plain file that belongs into the folder: no link, and no way out of it."""
    return entry.isfile() and (folder / entry.name).resolve().is_relative_to(folder.resolve())


def journal_back(blocks: Iterable[bytes], folder: Path) -> int:
    """Write journal files into a folder, none over another; say how many there are."""
    # A day of journals; the sealed file was proven whole before its first byte is used here.
    count = 0
    with tarfile.open(fileobj=io.BytesIO(b"".join(blocks)), mode="r:") as archive:
        for entry in archive:
            target = folder / entry.name
            source = archive.extractfile(entry) if is_a_journal(entry, folder) else None
            if source is None:
                log.warning("restore.passed-over", reason="no-journal")
                continue
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.write_bytes(source.read())
            count += 1
    return count
