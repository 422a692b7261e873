"""Real time for who leads calls: ahead of everything, and given back rather than hold others up.

A citizen waits while the process waits for the processor; at 60 calls at once that was half of the slowest
answers. A process in real time that ran in circles would starve the whole machine, so the kernel is asked to
complain: whoever works for a second without waiting once goes on at its ordinary priority, and whoever does
not even hear the complaint is ended, and its calls are led on by its twin.
"""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from types import FrameType

from core.logs import get_log

LEADING_CALLS = 10
"""Priority of telephony. It works for moments; who works without pause has no place here, Asterisk least of
all (decision 0066)."""

_WITHOUT_WAITING = 1_000_000  # microseconds of work
_AT_MOST = 5_000_000  # after the complaint was not heard: the kernel ends the process

log = get_log()


def give_real_time(process: int, priority: int) -> None:
    """Put a process's first thread into real time; threads and processes it starts are ordinary ones.

    Those that the first one waits for may follow it (`follow_first`), unless we lack the right to allow it.

    Raises:
        PermissionError: only root, or who was given the right, may.
    """
    with suppress(PermissionError):
        resource.prlimit(process, resource.RLIMIT_RTPRIO, (priority, priority))
    os.sched_setscheduler(process, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(priority))


def may_run_in_real_time(priority: int) -> bool:
    """Say whether this machine lets us give a process such a priority."""
    if shutil.which("chrt") is None:
        return False
    command = ["chrt", "--rr", str(priority), "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def follow_first() -> None:
    """Put the calling thread where the first one is, which would otherwise wait for an ordinary thread."""
    if is_in_real_time():
        with suppress(PermissionError):
            first = os.sched_getparam(os.getpid())
            os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, first)


def is_in_real_time() -> bool:
    """Say whether this process's first thread runs in real time."""
    return os.sched_getscheduler(os.getpid()) & ~os.SCHED_RESET_ON_FORK == os.SCHED_RR


def stay_harmless(without_waiting: int = _WITHOUT_WAITING) -> None:
    """Give real time back when this process works for so many microseconds without waiting once.

    Called in the first thread. Where the process has no real time, nothing happens.
    """
    if not is_in_real_time():
        return
    signal.signal(signal.SIGXCPU, _complained)
    resource.setrlimit(resource.RLIMIT_RTTIME, (without_waiting, _AT_MOST))
    # At its end Python takes its signal handlers away; a complaint would then end the process half way.
    atexit.register(give_back)


def give_back() -> None:
    """Go on at the ordinary priority, with every thread.

    What a thread starts stays ordinary too: only root may take that from a thread again, and we are not root.
    """
    for thread in Path("/proc/self/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setscheduler(
                int(thread.name), os.SCHED_OTHER | os.SCHED_RESET_ON_FORK, os.sched_param(0)
            )


def _complained(_signal: int, _frame: FrameType | None) -> None:
    give_back()
    log.warning("real-time.given-back")
