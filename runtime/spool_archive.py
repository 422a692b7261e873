"""Asterisk's recordings that are in no vault yet, as one stream (tar), and back into Asterisk's folder.

They lie there in clear, so they are read straight into what seals them, and written nowhere else. Each file
is held open from before the moment of the database on: one that is captured and deleted meanwhile is not in
that moment yet, and is read all the same. A recording that goes on is read as far as it is; its header may
say that nothing is in it, which whoever captures it knows.
"""

from __future__ import annotations

import os
import resource
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from core.ids import CallId
from telephony.asterisk_config.plan import call_of_file

_PIECE = 1024 * 1024
_OPEN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""Whoever broke into Asterisk could lay links there to what only we may read."""


class HeldSpool:
    """Asterisk's folder, as a backup finds it. ``folder`` None: the telephone server is somebody else's."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._held: dict[str, int] = {}
        self._unreadable = set[str]()

    @property
    def unreadable(self) -> int:
        """How many files are there and could not be read: somebody must be told."""
        return len(self._unreadable)

    def look(self) -> None:
        """Hold whatever lies there now and is not held yet."""
        if self._folder is None:
            return
        # Thousands of them lie there when the vault could not be written for a night.
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        for file in sorted(self._folder.glob("*.wav")):
            if file.name not in self._held:
                self._hold(file)

    def out(self) -> Iterator[bytes]:
        """Yield all that is held, as far as it is written by now, and let go of it."""
        for name in sorted(self._held):
            with os.fdopen(self._held.pop(name), "rb") as source:
                status = os.fstat(source.fileno())
                entry = tarfile.TarInfo(name)
                entry.size, entry.mtime = status.st_size, int(status.st_mtime)
                yield entry.tobuf()
                left = entry.size  # whatever comes meanwhile: a recording only grows
                while left:
                    piece = source.read(min(_PIECE, left)) or bytes(min(_PIECE, left))
                    left -= len(piece)
                    yield piece
                yield bytes(-entry.size % tarfile.BLOCKSIZE)
        yield bytes(2 * tarfile.BLOCKSIZE)

    def let_go(self) -> None:
        """Close what is still held."""
        while self._held:
            os.close(self._held.popitem()[1])

    def _hold(self, file: Path) -> None:
        try:
            found = os.open(file, os.O_RDONLY | _OPEN)
        except FileNotFoundError:
            return  # captured this very moment
        except OSError:
            self._unreadable.add(file.name)
            return
        if stat.S_ISREG(os.fstat(found).st_mode):
            self._held[file.name] = found
        else:
            os.close(found)
            self._unreadable.add(file.name)


class _Stream:
    """Blocks of any size, read as a file is."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = b""

    def read(self, size: int) -> bytes:
        taken = bytearray()
        while len(taken) < size:
            self._rest = self._rest or next(self._blocks, b"")
            if not self._rest:
                break
            wanted = size - len(taken)
            taken += self._rest[:wanted]
            self._rest = self._rest[wanted:]
        return bytes(taken)


def spool_back(
    blocks: Iterable[bytes], folder: Path, owner: str | None, is_gone: Callable[[CallId], bool]
) -> int:
    """Put recordings back where Asterisk keeps them; the worker captures them from there as ever.

    Args:
        blocks: what ``HeldSpool.out`` yielded; proven whole before its first byte is used here
        folder: Asterisk's, and nothing runs that writes there
        owner: Asterisk's own user; None: whoever runs this
        is_gone: whether a call's recording was destroyed after the backup

    Returns:
        number of files
    """
    count = 0
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with tarfile.open(fileobj=_Stream(blocks), mode="r|") as archive:  # pyright: ignore[reportCallIssue, reportArgumentType]  it reads, no more
        for entry in archive:
            source, call = archive.extractfile(entry), call_of_file(Path(entry.name).stem)
            if source is None or Path(entry.name).name != entry.name or (call is not None and is_gone(call)):
                continue
            target = folder / entry.name
            made = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _OPEN, 0o640)
            with os.fdopen(made, "wb") as file:
                shutil.copyfileobj(source, file, _PIECE)
            if owner is not None:
                shutil.chown(target, owner, owner)
            count += 1
    return count
