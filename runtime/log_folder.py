"""One folder holds what the processes of this machine log: the service's eyes only, and never without end.

A log that has grown large is copied aside and emptied in place, because its writer keeps it open. Everybody
writes by appending, so the next line stands at the beginning again.
"""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LARGEST = 16 * 1024 * 1024
"""Bytes of a log before it is put aside."""
KEPT = 4
"""Older logs of each process."""

_MODE = 0o640


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFolder:
    """The folder, and the group that may read in it besides the owner (None: the caller's own)."""

    path: Path
    group: str | None = None

    def prepare(self) -> None:
        """Make the folder if it is missing; others may not enter it."""
        self.path.mkdir(exist_ok=True)
        self.path.chmod(0o750)
        if self.group is not None:
            shutil.chown(self.path, group=self.group)

    def of(self, process: str) -> Path:
        """Return where a process logs."""
        return self.path / f"{process}.log"

    def open(self, process: str) -> BinaryIO:
        """Open the log of a process for appending; make it first if it is missing."""
        handle = os.open(self.of(process), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, _MODE)
        os.fchmod(handle, _MODE)
        if self.group is not None:
            shutil.chown(self.of(process), group=self.group)
        return os.fdopen(handle, "ab", buffering=0)

    def rotate(self) -> None:
        """Put aside every log that has grown large; the oldest of them goes."""
        for log in self.path.glob("*.log"):
            if log.stat().st_size > LARGEST:
                self._put_aside(log)

    def rotate_foreign(self, log: Path, process: str) -> None:
        """Put aside what a program of another user logs in its own folder; its older logs come into this one.

        Whoever broke into that program could have put a link in the log's place, to have a file of ours read
        or emptied: nothing but a plain file of one name is touched.

        Args:
            log: where the program logs, always by appending
            process: under which name its older logs stand here
        """
        try:
            handle = os.open(log, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return  # not there yet, or a link
        with os.fdopen(handle, "rb+", buffering=0) as grown:
            told = os.fstat(grown.fileno())
            if not stat.S_ISREG(told.st_mode) or told.st_nlink != 1 or told.st_size <= LARGEST:
                return
            newest = self._make_room(self.of(process))
            with os.fdopen(os.open(newest, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as kept:
                shutil.copyfileobj(grown, kept)
            grown.truncate(0)
        if self.group is not None:
            shutil.chown(newest, group=self.group)

    def _put_aside(self, log: Path) -> None:
        newest = self._make_room(log)
        shutil.copy2(log, newest)
        if self.group is not None:
            shutil.chown(newest, group=self.group)
        os.truncate(log, 0)

    @staticmethod
    def _make_room(log: Path) -> Path:
        """Move the older logs on by one; return where the newest of them goes."""
        older = [log.with_name(f"{log.name}.{number}") for number in range(1, KEPT + 1)]
        older[-1].unlink(missing_ok=True)
        for younger, old in zip(reversed(older[:-1]), reversed(older[1:]), strict=True):
            if younger.exists():
                younger.replace(old)
        return older[0]
