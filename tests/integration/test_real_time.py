"""Who leads calls goes first, and never holds the machine up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.niceness import weigh_session
from runtime.real_time import LEADING_CALLS

SOMEBODY = 65534
"""An account without a right."""

ASKS = f"""
import os, resource, threading, time
from runtime.real_time import follow_first, give_real_time, is_in_real_time, stay_harmless
give_real_time(os.getpid(), {LEADING_CALLS})
os.setuid({SOMEBODY})  # as in service, where the supervisor gives real time from outside
stay_harmless(200_000)
print("first", is_in_real_time())
thread = threading.Thread(target=lambda: print("thread", os.sched_getscheduler(0) == os.SCHED_OTHER))
thread.start(); thread.join()
on, over = threading.Event(), threading.Event()
def is_now(kind): return os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK == kind
def writes():  # not every machine lets the supervisor allow it
    follow_first()
    allowed = resource.getrlimit(resource.RLIMIT_RTPRIO)[0] >= {LEADING_CALLS}
    print("follows", is_now(os.SCHED_RR) == allowed)
    on.set(); over.wait(); print("followed", is_now(os.SCHED_OTHER))
writer = threading.Thread(target=writes); writer.start(); on.wait()
for _ in range(8):  # works, and waits in between
    until = time.thread_time() + 0.05
    while time.thread_time() < until: pass
    time.sleep(0.01)
print("waiting", is_in_real_time())
until = time.thread_time() + 3
while is_in_real_time() and time.thread_time() < until: pass
print("in circles", is_in_real_time())
over.set(); writer.join()
"""

ENDS = f"""
import os, time
from runtime.real_time import give_real_time, stay_harmless
class Kept:
    def __del__(self, clock=time.thread_time):  # tidying up at the very end, when no handler is left
        until = clock() + 0.6
        while clock() < until: pass
kept = Kept()
give_real_time(os.getpid(), {LEADING_CALLS})
os.setuid({SOMEBODY})
stay_harmless(200_000)
"""


@pytest.fixture
def gives_real_time() -> None:
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except PermissionError:
        pytest.skip("only root gives a process real time, and not on every machine")
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def test_a_kernel_that_refuses_a_weight_for_the_session_stops_nobody() -> None:
    weigh_session(
        os.getpid(), 999
    )  # no niceness: the kernel answers as one does that keeps the weight to itself


@pytest.mark.usefixtures("gives_real_time")
def test_a_process_that_tidies_up_for_long_at_its_end_ends_well() -> None:
    told = subprocess.run(
        [sys.executable, "-c", ENDS], capture_output=True, text=True, timeout=30, check=True, cwd=Path.cwd()
    )
    assert told.stderr == ""


@pytest.mark.usefixtures("gives_real_time")
def test_a_process_in_circles_gives_its_real_time_back_and_goes_on() -> None:
    told = subprocess.run(
        [sys.executable, "-c", ASKS], capture_output=True, text=True, timeout=30, check=True, cwd=Path.cwd()
    ).stdout.splitlines()

    assert [one for one in told if one.endswith(("True", "False"))] == [
        "first True",
        "thread True",
        "follows True",
        "waiting True",
        "in circles False",
        "followed True",
    ]
