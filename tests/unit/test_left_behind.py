"""A server that outlived its supervisor is kept, watched, and started again when it ends."""

from __future__ import annotations

import subprocess
import sys

from runtime.child import Child, ChildPlan
from tests.waiting import wait_until

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_server_left_behind_is_kept_and_replaced_only_when_it_ends() -> None:
    left = subprocess.Popen(SLEEP)
    child = Child(
        ChildPlan(name="pbx", argv=SLEEP, running_already=lambda: left.pid if left.poll() is None else None)
    )
    child.start()
    assert child.pid == left.pid

    left.kill()
    left.wait()

    def replaced() -> bool:
        child.tend()
        return child.pid not in {None, left.pid}

    wait_until(replaced)
    child.stop()


def test_a_server_left_behind_can_be_stopped() -> None:
    left = subprocess.Popen(SLEEP)
    child = Child(ChildPlan(name="pbx", argv=SLEEP, running_already=lambda: left.pid, stop_within=0.2))
    child.start()

    child.stop()

    wait_until(lambda: left.poll() is not None)
