"""From hang-up to searchable: a whole service, one practice call, and the time until its words can be found.

The service runs as ``./tsuwaroku serve`` runs it, in a folder of its own that is removed afterwards.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.settings import AsteriskSettings, ConsoleSettings, Settings
from runtime.installation import Installation
from runtime.processes import console_answers
from runtime.rehearsal import hold_practice_call

START_SECONDS = 120.0

_PROGRAM = Path(__file__).parent.parent / "tsuwaroku"


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Measure; see the module."""
    parser = ArgumentParser(prog="python -m bench searchable", description=__doc__)
    parser.add_argument("--scenario", default="d1")
    parser.add_argument("--seconds", type=float, default=300.0, help="length of the dialogue")
    options = parser.parse_args(list(arguments))
    folder = Path(tempfile.mkdtemp(prefix="tsuwaroku-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    settings = Settings(
        home=folder / "home",
        instance="bench",
        asterisk=AsteriskSettings(
            sip_port=_free(socket.SOCK_DGRAM), http_port=_free(), rtp_start=26000, rtp_end=26999
        ),
        console=ConsoleSettings(port=_free()),
    )
    service = subprocess.Popen(
        [_PROGRAM, "serve"],
        env={**os.environ, **_environment(settings)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_console(settings)
        load = os.getloadavg()[0]
        rehearsal = hold_practice_call(settings, scenario=options.scenario, seconds=options.seconds)
    finally:
        service.terminate()
        service.wait(60)
        shutil.rmtree(folder)
    return {
        "dialogue_seconds": options.seconds,
        "searchable_after_seconds": round(rehearsal.searchable_after, 1),
        "share_of_length": round(rehearsal.searchable_after / options.seconds, 3),
        "notice": rehearsal.notice,
        "load_before": round(load, 2),
    }


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "TSUWAROKU_HOME": str(settings.home),
        "TSUWAROKU_INSTANCE": settings.instance,
        "TSUWAROKU_ASTERISK__SIP_PORT": str(settings.asterisk.sip_port),
        "TSUWAROKU_ASTERISK__HTTP_PORT": str(settings.asterisk.http_port),
        "TSUWAROKU_ASTERISK__RTP_START": str(settings.asterisk.rtp_start),
        "TSUWAROKU_ASTERISK__RTP_END": str(settings.asterisk.rtp_end),
        "TSUWAROKU_CONSOLE__PORT": str(settings.console.port),
    }


def _wait_for_console(settings: Settings) -> None:
    installation = Installation(settings)
    end = time.monotonic() + START_SECONDS
    while not console_answers(installation):
        if time.monotonic() > end:
            raise TimeoutError("the service did not start")
        time.sleep(0.2)


def _free(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
