"""How fast the vault seals, opens and proves: MB per second, milliseconds per range, seconds per chain.

Sealing holds every step to the commit, with the object forced to the disk and read back. Ranges are read at
random places of an hour's master, first within one opening, then each with its grant judged anew, as the
console does for a player.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import statistics
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from bench.private_database import private_database
from core.actors import Actor, Purpose, Role
from core.clock import SystemClock
from core.facts import RecordingSealed
from core.ids import AccountId, DepartmentId, RecordingId
from storage.access_log import Sealer
from storage.chain_proof import verify_chain
from storage.database import Database
from storage.jobs import Announcer
from storage.key_files import keys_from_files
from storage.objects import ObjectStore
from storage.recordings import NewRecording
from storage.unit_of_work import UnitOfWork
from storage.vault import Vault

RANGE_BYTES = 64 * 1024
SEALED_BYTES = 57_600_000
"""One hour of one track before it is packed; packed, it would be some 90 minutes of both."""

_PIECE = 960_000
"""Bytes that are sealed and read at a time when all of it is."""
_TAX = DepartmentId("zeimu")


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Seal, read, and verify in a vault of its own."""
    parser = ArgumentParser(prog="python -m bench vault", description=__doc__)
    parser.add_argument("--seals", type=int, default=5)
    parser.add_argument("--ranges", type=int, default=2000)
    parser.add_argument("--knocks", type=int, default=100_000)
    options = parser.parse_args(list(arguments))
    figures: dict[str, Any] = {"load_average_before": round(os.getloadavg()[0], 2), "cores": os.cpu_count()}
    folder = Path(tempfile.mkdtemp(prefix="tsuwaroku-bench-", dir="/var/tmp"))
    try:
        with private_database() as cluster:
            worker, console = Database(cluster.dsn("worker")), Database(cluster.dsn("app"))
            try:
                bench = _VaultBench(folder, worker, console)
                figures |= bench.sealing(options.seals) | bench.ranges(options.ranges)
                figures |= _chain(worker, cluster.dsn("owner"), options.knocks)
            finally:
                worker.close()
                console.close()
    finally:
        shutil.rmtree(folder)
    return figures


class _VaultBench:
    def __init__(self, folder: Path, worker: Database, console: Database) -> None:
        keys, clock = keys_from_files(folder / "keys", create=True), SystemClock()
        objects = ObjectStore.at(f"file://{folder}/objects")
        self._worker_database = worker
        self._announcer = Announcer({RecordingSealed: ()}, {})
        self._worker = Vault(database=worker, objects=objects, keys=keys, clock=clock)
        self._console = Vault(database=console, objects=objects, keys=keys, clock=clock)
        self._operator = Actor(
            account=AccountId(uuid4()), roles=frozenset({Role.SUPERVISOR}), departments=frozenset({_TAX})
        )
        self._sealed: RecordingId | None = None

    def sealing(self, times: int) -> dict[str, Any]:
        piece = os.urandom(_PIECE)

        def master() -> Iterator[bytes]:
            for _ in range(0, SEALED_BYTES, len(piece)):
                yield piece

        taken = list[float]()
        for _ in range(times):
            new, begin = self._new_recording(), time.perf_counter()
            with UnitOfWork(self._worker_database, self._announcer) as work:
                self._sealed = self._worker.seal(work, new, master())
            taken.append(time.perf_counter() - begin)
        return {
            "seal_mb": SEALED_BYTES / 1e6,
            "seal_mb_s": round(SEALED_BYTES / 1e6 / statistics.median(taken), 1),
            "seal_mb_s_worst": round(SEALED_BYTES / 1e6 / max(taken), 1),
        }

    def ranges(self, count: int) -> dict[str, Any]:
        if self._sealed is None:
            raise RuntimeError("nothing was sealed")
        opened = self._console.open_recording(
            self._operator, self._sealed, Purpose.RECORD_KEEPING, kind="master"
        )
        dice = random.Random(3)  # noqa: S311  places, not keys

        def judged_anew(start: int, length: int) -> bytes:
            again = self._console.continue_play(self._operator, opened.grant, "master")
            return again.read(start, length)

        begin = time.perf_counter()
        for start in range(0, opened.size, _PIECE):
            opened.read(start, min(_PIECE, opened.size - start))
        whole = time.perf_counter() - begin
        figures: dict[str, Any] = {
            "open_mb_s": round(opened.size / 1e6 / whole, 1), "ranges": count, "range_bytes": RANGE_BYTES
        }  # fmt: skip
        for name, read in (("range", opened.read), ("judged_anew", judged_anew)):
            places = [dice.randrange(opened.size - RANGE_BYTES) for _ in range(count)]
            times = sorted(_milliseconds(read, place) for place in places)
            figures[f"{name}_p50_ms"] = round(statistics.median(times), 3)
            figures[f"{name}_p99_ms"] = round(times[int(count * 0.99)], 3)
        return figures

    def _new_recording(self) -> NewRecording:
        now = SystemClock().now()
        return NewRecording(
            id=RecordingId(uuid4()), subject=f"bench-{uuid4().int % 10**9}.0", department=_TAX,
            operator_id=self._operator.account, practice=False, recording_class="unflagged", usable=True,
            started_at=now, samples=8000, sample_rate=8000, samples_sha256=hashlib.sha256().digest(),
            findings=(), destroy_after=now + timedelta(days=90),
        )  # fmt: skip


def _milliseconds(read: Callable[[int, int], bytes], place: int) -> float:
    begin = time.perf_counter()
    read(place, RANGE_BYTES)
    return 1000 * (time.perf_counter() - begin)


def _chain(database: Database, owner: str, knocks: int) -> dict[str, Any]:
    """Let many knocks be written, chain them, and read the whole chain."""
    start = SystemClock().now() - timedelta(hours=2)
    with psycopg.connect(owner) as connection, connection.cursor() as cursor:
        copying = (
            "COPY access_knocks (id, at, actor, actor_kind, act, recording_id, purpose, granted, reason)"
        )
        with cursor.copy(f"{copying} FROM STDIN") as copy:
            for number in range(knocks):
                at = start + timedelta(milliseconds=number)
                copy.write_row((uuid4(), at, uuid4(), "person", "search", None, "fact-check", True, "bench"))
    sealer, begin = Sealer(database, SystemClock()), time.perf_counter()
    while sealer.run_once():
        pass
    chained = time.perf_counter()
    report = verify_chain(database, SystemClock().now())
    verified = time.perf_counter()
    if report.faults:
        raise RuntimeError("the chain has faults")
    return {
        "knocks": report.entries,
        "chaining_seconds": round(chained - begin, 2),
        "verification_seconds": round(verified - chained, 2),
    }
