"""Whose turn it is when the processors are short: Asterisk's first, as far as an ordinary process can come.

Asterisk is not in real time. Beside 150 calls it leaves the kernel's own workers no moment there; the disk
then answers after a second, and Asterisk itself pays a tenth more for being interrupted so often (decision
0066). At this niceness it weighs some eighty ordinary processes, and everybody gets a moment.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

ASTERISK_NICE = -19
"""Words on the line come first. Only root, or who was given the right, can raise a priority."""


def set_niceness(process: int, nice: int) -> None:
    """Give a process that has only just begun, and its session, this niceness; later threads inherit it.

    Raises:
        PermissionError: this user may not
    """
    os.setpriority(os.PRIO_PROCESS, process, nice)
    weigh_session(process, nice)


def weigh_session(process: int, nice: int) -> None:
    """Where the kernel schedules sessions as groups, give the process's whole session this niceness too.

    A process's own niceness counts inside its session alone. Some kernels offer the file and refuse the
    value, a container's first session for one: then the session keeps its weight.
    """
    with suppress(OSError):
        Path(f"/proc/{process}/autogroup").write_text(str(nice), encoding="ascii")
