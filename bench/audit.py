"""How fast knocks are written down beside plain inserts, and how fast the whole log is read and proven.

Four people knock at once, each knock in a transaction of its own while a sealer chains them, as in service. A
plain insert writes the same row in the same transaction of the same person, into a table with the same
indexes and without rights, triggers and chain. The two take turns in short rounds, so that the machine's
other load falls on both. The log that is proven then is larger: knocks are planted, and the sealer chains
them.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from bench.private_database import private_database
from core.actors import Actor, Role
from core.clock import SystemClock
from core.ids import AccountId, DepartmentId, RecordingId
from storage.access_log import AccessLog, Knock, Sealer
from storage.chain_proof import verify_chain
from storage.database import Database

WRITERS = 4
SEAL_SECONDS = 0.5  # as the worker does

_PLAIN_TABLE = """
    CREATE TABLE plain_knocks (LIKE access_knocks INCLUDING DEFAULTS INCLUDING INDEXES);
    GRANT INSERT ON plain_knocks TO tsuwaroku_app;
"""
_PLAIN = text(
    """
    INSERT INTO plain_knocks
           (id, at, actor, actor_kind, act, recording_id, purpose, granted, reason, until, detail, call_id,
            session_hash)
    VALUES (:id, :at, :actor, :actor_kind, :act, :recording_id, :purpose, :granted, :reason, :until, :detail,
            :call_id, :session)
    """
).bindparams(bindparam("detail", type_=JSONB))

Write = Callable[[Database, Knock, Actor], None]


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Write in turns, then prove a large log."""
    parser = ArgumentParser(prog="python -m bench audit", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one round")
    parser.add_argument("--knocks", type=int, default=300_000, help="in the log that is proven")
    options = parser.parse_args(list(arguments))
    figures: dict[str, Any] = {
        "load_average_before": round(os.getloadavg()[0], 2), "cores": os.cpu_count(), "writers": WRITERS,
    }  # fmt: skip
    with private_database() as cluster:
        owner = cluster.dsn("owner")
        with psycopg.connect(owner) as connection:
            connection.execute(_PLAIN_TABLE)
        console, worker = Database(cluster.dsn("app")), Database(cluster.dsn("worker"))
        try:
            figures |= _writing(console, worker, options.rounds, options.seconds)
            figures |= _proving(worker, owner, options.knocks)
        finally:
            console.close()
            worker.close()
    return figures


def _writing(console: Database, worker: Database, rounds: int, seconds: float) -> dict[str, Any]:
    knocks, plain = list[float](), list[float]()
    for _ in range(rounds):
        plain.append(_rate(console, _plain, seconds))
        with _Sealing(worker):
            knocks.append(_rate(console, _knock, seconds))
    return {
        "rows_per_s": round(statistics.median(knocks)),
        "plain_inserts_per_s": round(statistics.median(plain)),
        "ratio_to_plain_inserts": round(statistics.median(knocks) / statistics.median(plain), 2),
    }


def _rate(database: Database, write: Write, seconds: float) -> float:
    stop = time.perf_counter() + seconds

    def writer(_number: int) -> int:
        who = Actor(
            account=AccountId(uuid4()),
            roles=frozenset({Role.OPERATOR}),
            departments=frozenset({DepartmentId("zeimu")}),
        )
        written = 0
        while time.perf_counter() < stop:
            write(database, _of(who), who)
            written += 1
        return written

    begin = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        written = sum(pool.map(writer, range(WRITERS)))
    return written / (time.perf_counter() - begin)


def _of(who: Actor) -> Knock:
    now = SystemClock().now()
    return Knock(
        at=now, actor=who.account, actor_kind="person", act="listen", recording=RecordingId(uuid4()),
        purpose="fact-check", granted=True, reason="own-department", until=now + timedelta(hours=4),
    )  # fmt: skip


def _knock(database: Database, knock: Knock, who: Actor) -> None:
    AccessLog(database).write(knock, who)


def _plain(database: Database, knock: Knock, who: Actor) -> None:
    with database.begin(who) as connection:
        connection.execute(
            _PLAIN,
            {
                "id": knock.id, "at": knock.at, "actor": knock.actor, "actor_kind": knock.actor_kind,
                "act": knock.act, "recording_id": knock.recording, "purpose": knock.purpose,
                "granted": knock.granted, "reason": knock.reason, "until": knock.until,
                "detail": dict(knock.detail), "call_id": knock.call, "session": who.session,
            },
        )  # fmt: skip


class _Sealing:
    """A sealer beside the writers, in a thread of its own."""

    def __init__(self, worker: Database) -> None:
        self._sealer = Sealer(worker, SystemClock())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(SEAL_SECONDS):
            self._sealer.run_once()


def _proving(worker: Database, owner: str, knocks: int) -> dict[str, Any]:
    start = SystemClock().now() - timedelta(hours=2)
    columns = "id, at, actor, actor_kind, act, recording_id, purpose, granted, reason, until"
    with psycopg.connect(owner) as connection, connection.cursor() as cursor:
        with cursor.copy(f"COPY access_knocks ({columns}) FROM STDIN") as copy:
            for number in range(knocks):
                at = start + timedelta(milliseconds=number)
                until = at + timedelta(hours=4)
                copy.write_row(
                    (
                        uuid4(),
                        at,
                        uuid4(),
                        "person",
                        "listen",
                        uuid4(),
                        "fact-check",
                        True,
                        "own-department",
                        until,
                    )
                )
        cursor.execute("ANALYZE access_knocks")
    sealer, begin = Sealer(worker, SystemClock()), time.perf_counter()
    sealed = 0
    while chained := sealer.run_once():
        sealed += chained
    taken = time.perf_counter() - begin
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ANALYZE access_chain")
    rates, entries = list[float](), 0
    for _ in range(3):
        begin = time.perf_counter()
        report = verify_chain(worker, SystemClock().now())
        entries = report.entries
        rates.append(entries / (time.perf_counter() - begin))
        if report.faults:
            raise RuntimeError("the chain has faults")
    return {
        "verify_rows": entries,
        "verify_rows_per_s": round(statistics.median(rates)),
        "chained_rows_per_s": round(sealed / taken),
    }
