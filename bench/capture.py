"""How long a recording takes on its way into the vault and its copies, how much memory, and how much room.

Seconds of ``capture`` hold everything: fetching by HTTP, weighing, sealing, reading back, deleting. The
tracks are made up while they are read, so their reader's machine makes them too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.capture_run import PROFILE
from bench.made_up_asterisk import TALK_FROM, made_up_asterisk
from bench.private_database import private_database
from core.clock import SystemClock
from core.ids import CallId
from core.profile.loading import load_profile
from telephony.asterisk_config.plan import recording_name
from telephony.sound.prompts import Prompts

_SHORT = 20


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Capture calls of the given lengths, each once."""
    parser = ArgumentParser(prog="python -m bench capture", description=__doc__)
    parser.add_argument("--minutes", default="5,60", help="lengths of the calls, e.g. 5,60,960")
    parser.add_argument("--copies-up-to", type=int, default=960, help="minutes; longer calls get no copies")
    options = parser.parse_args(list(arguments))
    profile = load_profile(PROFILE)
    line = next(one for one in profile.lines if not one.practice)
    prompt = Prompts(profile, PROFILE.parent).samples(line.announcement)
    if prompt is None:
        raise FileNotFoundError("the announcement has no sound file")
    folder = Path(tempfile.mkdtemp(prefix="tsuwaroku-bench-", dir="/var/tmp"))
    figures: dict[str, Any] = {"load_average_before": round(os.getloadavg()[0], 2), "cores": os.cpu_count()}
    try:
        with private_database() as cluster, made_up_asterisk(prompt.tobytes()) as asterisk:
            command = [sys.executable, "-m", "bench.capture_run", cluster.dsn("worker"), asterisk.url, folder]
            with subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as worker:
                for number, minutes in enumerate([0, *map(int, options.minutes.split(","))]):
                    seconds = 60 * minutes or _SHORT  # one short call first: libraries are loaded then
                    begun = int(SystemClock().now().timestamp()) - seconds - 60
                    call = CallId(f"bench-{begun}.{number}")
                    facts = _facts(line.id, begun, seconds, len(prompt) / 8000)
                    asterisk.place(recording_name(line.id, call), facts, seconds)
                    told = _ask(worker, call, copies=minutes <= options.copies_up_to)
                    if asterisk.files or told["seconds_sealed"] != seconds or not told["proven"]:
                        raise RuntimeError("the call was not captured as it was")
                    if minutes:
                        figures |= {f"{name}_{minutes}_minutes": value for name, value in told.items()}
    finally:
        shutil.rmtree(folder)
    return figures


def _facts(line: str, begun: int, seconds: int, prompt_seconds: float) -> str:
    return (
        f"v=1&line={line}&recorded_from={begun}.000&answered={begun}.000&notice=SUCCESS"
        f"&notice_from={begun}.000&notice_until={begun + prompt_seconds:.3f}&dial=ANSWER&phone=bench"
        f"&connected={begun + TALK_FROM}.000&marks=&ended={begun + seconds}.000&presentation=allowed"
        f"&number=0300000999&name=\r\n"
    )


def _ask(worker: subprocess.Popen[str], call: CallId, *, copies: bool) -> dict[str, Any]:
    if worker.stdin is None or worker.stdout is None:
        raise RuntimeError("the worker has no pipes")
    worker.stdin.write(f"{call} {'with' if copies else 'without'}-copies\n")
    worker.stdin.flush()
    told: dict[str, Any] = json.loads(worker.stdout.readline())
    return told
