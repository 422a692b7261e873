"""Whether this machine lets the tests raise a priority: root mostly may, in a container mostly not."""

from __future__ import annotations

import os
import subprocess


def may_raise_priority() -> bool:
    """Try it with a process of no importance."""
    told = subprocess.run(["nice", "-n", "-19", "nice"], capture_output=True, text=True, check=True).stdout
    return int(told) < os.getpriority(os.PRIO_PROCESS, 0)
