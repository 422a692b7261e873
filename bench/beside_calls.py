"""What recognition takes from calls when both want the whole machine: the share of computing that calls keep.

As many processes as there are cores stand for calls, as many for recognition, and all compute without end.
Recognition has the limits that its process sets itself; or niceness alone; or nothing. Each stands in a
session of its own, as the parts of the service do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path

_SETTLE_SECONDS = 1.0
_SPIN = "while True: pass"
RECOGNITION = {
    "limits": "from transcription.process_limits import MEGABYTE as M, ProcessLimits as P;"
    f" P(memory_bytes=1200 * M).take()\n{_SPIN}",
    "niceness_alone": f"import os; os.nice(10)\n{_SPIN}",
    "nothing": _SPIN,
}


def measure(arguments: list[str]) -> dict[str, object]:
    """Let calls and recognition compute beside each other, three ways."""
    options = ArgumentParser(prog="bench beside_calls")
    options.add_argument("--seconds", type=float, default=8.0, help="of each way")
    seconds = options.parse_args(arguments).seconds
    figures: dict[str, object] = {"load_before": round(os.getloadavg()[0], 2), "cores": os.cpu_count()}
    for name, program in RECOGNITION.items():
        calls, recognition = _computed(_SPIN, program, seconds)
        figures[f"share_of_calls_with_{name}"] = round(calls / (calls + recognition), 3)
    return figures


def _computed(calls: str, recognition: str, seconds: float) -> tuple[float, float]:
    """Return how long each of the two computed."""
    with ExitStack() as running:
        first, second = (
            [_started(program, running) for _ in os.sched_getaffinity(0)] for program in (calls, recognition)
        )
        time.sleep(_SETTLE_SECONDS)
        before = [sum(map(_computed_ticks, processes)) for processes in (first, second)]
        time.sleep(seconds)
        after = [sum(map(_computed_ticks, processes)) for processes in (first, second)]
    return after[0] - before[0], after[1] - before[1]


def _started(program: str, running: ExitStack) -> int:
    # In a session of its own, as the supervisor starts the parts of the service.
    process = running.enter_context(subprocess.Popen([sys.executable, "-c", program], start_new_session=True))
    running.callback(process.kill)
    return process.pid


def _computed_ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
