"""How long a rotation of the key-encryption key takes: 100,000 keys rewrapped, to the last commit.

Once with key files, and once in a token of SoftHSM where that is installed: PKCS#11 in software, so the
figure says what our side and the library cost, not what a city's device does in a second.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from bench.private_database import private_database
from storage.database import Database
from storage.key_files import keys_from_files
from storage.key_hardware import keys_in_hardware
from storage.key_rotation import KeyRotation
from storage.keys import KeyProvider

_SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
_PIN = "2468"
_PLANT = """
    INSERT INTO recordings (id, subject, department, practice, class, usable, started_at, samples,
                            sample_rate, samples_sha256, sealed_at, destroy_after)
    SELECT recording_id, 'bench', 'zeimu', false, 'unflagged', true, now(), 1, 8000, 'x', now(), now()
      FROM recording_keys_to_come
"""


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Rotate once for each kind of keys."""
    parser = ArgumentParser(prog="python -m bench keys", description=__doc__)
    parser.add_argument("--keys", type=int, default=100_000)
    count: int = parser.parse_args(list(arguments)).keys
    figures: dict[str, Any] = {
        "load_average_before": round(os.getloadavg()[0], 2), "cores": os.cpu_count(), "keys": count,
    }  # fmt: skip
    folder = Path(tempfile.mkdtemp(prefix="tsuwaroku-bench-", dir="/var/tmp"))
    try:
        figures["rotate_file_s"] = _rotated(keys_from_files(folder / "keys", create=True), count)
        if _SOFTHSM.exists():
            figures["rotate_pkcs11_s"] = _rotated(_token(folder), count)
    finally:
        shutil.rmtree(folder)
    return figures


def _rotated(keys: KeyProvider, count: int) -> float:
    """Rotate in a database of its own: nothing can be taken out of one again but by destroying it."""
    with private_database() as cluster, closing(Database(cluster.dsn("worker"))) as database:
        _plant(cluster.dsn("owner"), keys, count)
        begin = time.perf_counter()
        rotated = KeyRotation(database, keys).run()
        taken = time.perf_counter() - begin
    if rotated.rewrapped != count or rotated.unopened:
        raise RuntimeError("not everything was rewrapped")
    return round(taken, 2)


def _plant(owner: str, keys: KeyProvider, count: int) -> None:
    with psycopg.connect(owner) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE recording_keys_to_come (LIKE recording_keys)")
        with cursor.copy("COPY recording_keys_to_come FROM STDIN") as copy:
            for _ in range(count):
                recording = uuid4()
                kek_id, wrapped = keys.wrap(os.urandom(32), recording.bytes)
                copy.write_row((recording, kek_id, wrapped))
        cursor.execute(_PLANT)
        cursor.execute("INSERT INTO recording_keys SELECT * FROM recording_keys_to_come")


def _token(folder: Path) -> KeyProvider:
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    command = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "bench",
        "--pin",
        _PIN,
        "--so-pin",
        "13579",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return keys_in_hardware(_SOFTHSM, "bench", _PIN, create=True)
