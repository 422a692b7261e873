"""Shows the other telephony processes of this machine that this one lives, and tells of each whether it does.

A process holds the lock of its own file for as long as it lives, however it dies, and counts up the number in
it for as long as its loop runs. The number is no time: whoever looks measures on its own monotonic clock how
long it stood still, and one look counts for half a second at most. So a clock that is set, or a machine that
was paused as a whole, makes nobody look frozen.
"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.logs import get_log

SILENT_SECONDS = 3.0
"""A process that does not count for so long has lost the calls that it leads."""

LOOK_COUNTS_SECONDS = 0.5

_SUFFIX = ".life"
_NAME = re.compile(r"[a-z0-9-]{1,80}")

log = get_log()


class Standing(StrEnum):
    """How another process stands."""

    ALIVE = "alive"
    SILENT = "silent"  # it holds its lock and does not count: frozen, or hanging in something
    DEAD = "dead"


class ProcessLife:
    """This process's own file. Everything here is quick: one page of memory, never waited for on a disk."""

    def __init__(self, folder: Path, app: str) -> None:
        """Take the folder that all processes of this machine share, and this process's application."""
        self._folder = folder
        self._file = folder / f"{app}{_SUFFIX}"
        self._handle = -1
        self._count = 0

    @property
    def shown(self) -> bool:
        """Whether others can see that we live. Who cannot be seen claims no calls."""
        return self._handle >= 0

    def begin(self) -> bool:
        """Show that we live; False when the disk does not take it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Locked before it bears its name, so that nobody meets it unlocked.
            unnamed = self._folder / f".{self._file.name}"
            handle = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._handle = handle
            self._write()
            unnamed.rename(self._file)
        except OSError as failure:
            log.error("process.not_shown", code=str(failure.errno))  # noqa: TRY400  the number says it all
            self.end()
            return False
        return True

    def beat(self) -> None:
        """Count on. Whoever cannot show its life tries again."""
        if self._handle < 0:
            self.begin()
            return
        self._count += 1
        try:
            self._write()
        except OSError as failure:
            log.error("process.not_shown", code=str(failure.errno))  # noqa: TRY400  the number says it all

    def end(self) -> None:
        """Be gone: what we led is anybody's."""
        if self._handle >= 0:
            with suppress(OSError):
                self._file.unlink()
            os.close(self._handle)
            self._handle = -1

    def _write(self) -> None:
        """Write who we are and the count, always of the same length, so that no reader finds half a line."""
        line = f"{self._count:020d} {os.getpid()} {_started(os.getpid())} {_namespace()}\n"
        os.pwrite(self._handle, line.encode(), 0)


@dataclass(slots=True)
class _Seen:
    """What was last read of another process, and how long its number has stood still since."""

    line: str
    still_seconds: float = 0.0


class LivingProcesses:
    """Every process that shows itself in the folder, as it stood when we last looked."""

    def __init__(self, folder: Path, app: str, *, seconds: Callable[[], float] = time.monotonic) -> None:
        """Take the folder, our own application, and a clock that is never set."""
        self._folder = folder
        self._app = app
        self._seconds = seconds
        self._seen: dict[str, _Seen] = {}
        self._looked_at: float | None = None

    def look(self) -> None:
        """Look at every other process once. To be done a few times a second."""
        now = self._seconds()
        passed = 0.0 if self._looked_at is None else min(now - self._looked_at, LOOK_COUNTS_SECONDS)
        self._looked_at = now
        found = dict[str, _Seen]()
        for file in self._folder.glob(f"[a-z0-9]*{_SUFFIX}"):
            line = _line_of_living(file)
            if line is None:
                continue
            before = self._seen.get(file.stem)
            still = before is not None and before.line == line
            found[file.stem] = _Seen(line, before.still_seconds + passed if still and before else 0.0)
        self._seen = found

    def standing(self, app: str) -> Standing:
        """Say how the process behind an application stands. One that shows nothing is dead."""
        if app == self._app:
            return Standing.ALIVE
        if not _NAME.fullmatch(app):
            return Standing.DEAD
        seen = self._seen.get(app)
        if seen is None:
            # It may have begun after our last look.
            return (
                Standing.DEAD if _line_of_living(self._folder / f"{app}{_SUFFIX}") is None else Standing.ALIVE
            )
        if _line_of_living(self._folder / f"{app}{_SUFFIX}") is None:
            return Standing.DEAD
        return Standing.SILENT if seen.still_seconds >= SILENT_SECONDS else Standing.ALIVE

    def others(self) -> dict[str, Standing]:
        """Say how each other process stands that was there at the last look."""
        return {app: self.standing(app) for app in self._seen if app != self._app}

    def end_frozen(self, app: str) -> bool:
        """Kill a process that froze in the middle of acting on a call; only so can it never finish.

        Returns:
            whether it was killed; another container's process cannot be, it is not ours to name
        """
        seen = self._seen.get(app)
        if seen is None or self.standing(app) is not Standing.SILENT:
            return False
        _, pid, started, namespace = seen.line.split()
        if namespace != _namespace() or started != _started(int(pid)):
            return False
        try:
            os.kill(int(pid), signal.SIGKILL)
        except OSError:
            return False
        log.error("process.killed_frozen", pid=int(pid))
        return True


def _line_of_living(file: Path) -> str | None:
    """Read a process's line; None when it is dead."""
    try:
        with file.open("rb") as stream:
            line = stream.readline().decode("ascii", errors="replace").strip()
            try:
                fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return line if len(line.split()) == 4 else None  # noqa: PLR2004  count, pid, start, namespace
    except OSError:
        return None
    with suppress(OSError):
        file.unlink()  # nobody holds it any more, and nobody ever will: each start has a name of its own
    return None


def _started(pid: int) -> str:
    """Say when a process started, in the kernel's ticks: a number given anew names another process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "0"


def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink()).replace(" ", "")
    except OSError:
        return "unknown"
