"""One capture in a process of its own, so that its memory is nobody else's: started by ``bench capture``.

Memory is resident memory as the system counts it. ``growth`` is its highest point above what the idle worker
holds after one short call: what libraries take once is not counted against a call's length.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core.clock import SystemClock
from core.facts import CallEnded, RecordingSealed
from core.ids import CallId, RecordingId, recording_id_of
from core.logs import start_logging
from core.profile.loading import load_profile
from storage.database import Database
from storage.jobs import Announcer
from storage.key_files import keys_from_files
from storage.objects import ObjectStore
from storage.vault import Vault
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.capture.capture import CaptureRecording
from telephony.capture.listening_copy import DeriveListeningCopy
from telephony.capture.orphan_recordings import OrphanRecordings
from telephony.sound.prompts import Prompts

PROFILE = Path(__file__).parents[1] / "profiles" / "sakura.yaml"

_SIZES = text("SELECT kind, plain_bytes FROM sealed_objects WHERE recording_id = :recording")
_FOUND = text("SELECT samples, usable, findings FROM recordings WHERE id = :recording")


class Worker:
    """What of the worker is needed to capture a call."""

    def __init__(self, *, dsn: str, ari: str, folder: Path) -> None:
        clock, profile = SystemClock(), load_profile(PROFILE)
        self.database = Database(dsn)
        announcer = Announcer({CallEnded: (), RecordingSealed: ()}, {})
        keys = keys_from_files(folder / "keys", create=not (folder / "keys").exists())
        objects = ObjectStore.at(f"file://{folder}/objects")
        vault = Vault(database=self.database, objects=objects, keys=keys, clock=clock)
        asterisk = StoredRecordings(ari, "bench", "bench")
        self.orphans = OrphanRecordings(
            asterisk=asterisk, database=self.database, announcer=announcer, profile=profile,
            seal_number=lambda _number: (b"sealed", b"h" * 16), clock=clock,
        )  # fmt: skip
        self.capture = CaptureRecording(
            asterisk=asterisk, vault=vault, database=self.database, announcer=announcer, profile=profile,
            prompts=Prompts(profile, PROFILE.parent), clock=clock,
        )  # fmt: skip
        self.copies = DeriveListeningCopy(database=self.database, announcer=announcer, vault=vault)

    def found(self, recording: RecordingId) -> dict[str, Any]:
        """What lies in the vault, and what is said of it."""
        with self.database.begin() as connection:
            sizes = connection.execute(_SIZES, {"recording": recording}).all()
            found = connection.execute(_FOUND, {"recording": recording}).one()
        return {f"{row.kind}_mb": round(row.plain_bytes / 1e6, 3) for row in sizes} | {
            "seconds_sealed": found.samples / 8000,
            "proven": found.usable,
            "findings": list(found.findings),
        }


def _megabytes(of: str) -> float:
    """``VmRSS``: now; ``VmHWM``: the highest since it was last forgotten."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{of}:")[1].split()[0]) / 1024


def _figures(name: str, idle: float, act: Callable[[], object]) -> dict[str, Any]:
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forget the highest point
    begin = time.monotonic()
    act()
    seconds, peak = time.monotonic() - begin, _megabytes("VmHWM")
    return {
        f"{name}_seconds": round(seconds, 2),
        f"{name}_peak_mb": round(peak, 1),
        f"{name}_growth_mb": round(peak - idle, 1),
    }


def main() -> None:
    """Capture the call that each line of standard input names; print a line of figures for each."""
    start_logging("bench")
    dsn, ari, folder = sys.argv[1:4]
    worker, idle = Worker(dsn=dsn, ari=ari, folder=Path(folder)), 0.0
    for line in sys.stdin:
        call, copies = line.split()
        worker.orphans.run_once()
        figures = _figures("capture", idle, partial(worker.capture, call))
        recording = recording_id_of(CallId(call))
        if copies == "with-copies":
            figures |= _figures("copies", idle, partial(worker.copies, str(recording)))
        print(json.dumps(figures | worker.found(recording)), flush=True)
        gc.collect()
        idle = _megabytes("VmRSS")
    worker.database.close()


if __name__ == "__main__":
    main()
