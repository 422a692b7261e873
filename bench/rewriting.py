"""How long the database's files are written anew after a destruction, and how long a reader waits meanwhile.

A made-up archive over two years. Once one month of it was touched, as on an ordinary night; once every month,
as after a night in which the oldest and the newest went together. The reader looks for words all the time, as
a search does; no call reads these tables.
"""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from threading import Event, Thread
from typing import Any, Self

import psycopg

from bench.archive_of_words import fill
from bench.private_database import private_database
from core.clock import SystemClock
from storage.database import Database
from storage.rewriting import Rewriter
from transcription.reading import the_reader

_SIZE = """
    SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits
     WHERE inhparent IN ('utterances'::regclass, 'utterance_tokens'::regclass)
"""
_DESTROY = """
    WITH gone AS (
        SELECT DISTINCT ON (date_trunc('month', started_at)) id FROM recordings
         WHERE destroyed_at IS NULL ORDER BY date_trunc('month', started_at) DESC, id LIMIT %s),
         words AS (DELETE FROM utterances WHERE recording_id IN (SELECT id FROM gone)),
         tokens AS (DELETE FROM utterance_tokens WHERE recording_id IN (SELECT id FROM gone))
    UPDATE recordings SET destroyed_at = now() WHERE id IN (SELECT id FROM gone)
"""


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Fill, destroy, rewrite; twice."""
    parser = ArgumentParser(prog="python -m bench rewriting", description=__doc__)
    parser.add_argument("--utterances", type=int, default=100_000)
    count: int = parser.parse_args(list(arguments)).utterances
    figures: dict[str, Any] = {
        "load_average_before": round(os.getloadavg()[0], 2), "cores": os.cpu_count(), "utterances": count,
    }  # fmt: skip
    with private_database() as cluster:
        fill(cluster.dsn("owner"), count, the_reader())
        database = Database(cluster.dsn("worker"))
        try:
            with psycopg.connect(cluster.dsn("owner"), autocommit=True) as owner:
                figures["archive_mb"] = round(_one(owner, _SIZE) / 1e6, 1)
                rewriter = Rewriter(owner_dsn=cluster.dsn("owner"), database=database, clock=SystemClock())
                figures["one_month"] = _rewritten(owner, rewriter, cluster.dsn("owner"), months=1)
                figures["every_month"] = _rewritten(owner, rewriter, cluster.dsn("owner"), months=100)
        finally:
            database.close()
    return figures


def _rewritten(owner: psycopg.Connection, rewriter: Rewriter, dsn: str, *, months: int) -> dict[str, float]:
    touched = owner.execute(_DESTROY, (months,)).rowcount
    before = _one(owner, "SELECT pg_current_wal_insert_lsn() - '0/0'")
    with _Reader(dsn) as reader:
        begun = time.perf_counter()
        done = rewriter.rewrite()
        taken = time.perf_counter() - begun
    if not done or not touched:
        raise RuntimeError("not everything was rewritten")
    written = _one(owner, "SELECT pg_current_wal_insert_lsn() - '0/0'") - before
    return {
        "months": touched, "seconds": round(taken, 2), "reader_waits_s": round(reader.longest, 2),
        "reads": reader.count, "log_mb": round(written / 1e6, 1),
    }  # fmt: skip


def _one(connection: psycopg.Connection, statement: str) -> float:
    row = connection.execute(statement.encode()).fetchone()
    return 0.0 if row is None else float(row[0])


class _Reader:
    """Somebody who searches all the time; remembers the longest wait, in seconds."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._over = Event()
        self._thread = Thread(target=self._read, name="reader")
        self.longest = 0.0
        self.count = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _read(self) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            while not self._over.wait(0.05):
                begun = time.perf_counter()
                connection.execute(
                    "SELECT count(*) FROM utterance_tokens"
                    " WHERE spoken_at > now() - interval '2 months' AND id % 997 = 0"
                )
                self.longest = max(self.longest, time.perf_counter() - begun)
                self.count += 1
