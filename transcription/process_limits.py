"""What a recogniser's process may take of the machine: time that nobody else wants, and so much memory.

A citizen's call comes before words: Asterisk and telephony are never made to wait for recognition. Where
memory runs out, the kernel ends this process first, and no copy of what it heard is written to a disk.
"""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1 << 20
NICE = 10
"""A tenth of what others get: a machine that is always busy still writes calls down. Telephony (-10)
and Asterisk, in real time, do not notice it."""
_FIRST_TO_END = "1000"
_ROOM_BEYOND = 2
"""The hard wall stands at this many times the limit: it stops a burst between two looks of the parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """Limits that a process sets itself before it loads anything."""

    memory_bytes: int
    wall: bool = True
    """False on a GPU, whose driver maps far more memory than it uses."""

    def take(self) -> None:
        """Set the limits for this process and whatever it starts; what the system refuses stays as it is."""
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if self.wall:
            wall = _ROOM_BEYOND * self.memory_bytes
            with suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_DATA, (wall, wall))
        _write("oom_score_adj", _FIRST_TO_END)
        # Where sessions are scheduled as groups, a process's own niceness counts inside its session only.
        _write("autogroup", str(NICE))
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, NICE)


def _write(what: str, value: str) -> None:
    with suppress(OSError):
        Path(f"/proc/self/{what}").write_text(value, encoding="ascii")
