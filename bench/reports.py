"""How long 統計 takes to count: a year of a whole hall, as an administrator asks for it.

Calls are spread over a year and twenty departments; a fifteenth has no number, a tenth is not answered, and
outcomes are written for most. The database is asked as the console asks, with all rights in place.
"""

from __future__ import annotations

import os
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

from bench.private_database import private_database
from core.actors import Actor, Role
from core.ids import AccountId
from storage.database import Database
from storage.report_figures import Asked, read_figures

YEAR = (datetime(2025, 4, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
DEPARTMENTS = 20
_CALLS = f"""
    INSERT INTO calls (id, line, department, agency, regime, served_by, caller_class, caller_sealed,
                       caller_hash, arrived_at, answered_at, connected_at, ended_at, operator_phone, phase,
                       flagged_at)
    SELECT 'c-' || n, 'l-' || n %% 40, 'd-' || n %% {DEPARTMENTS}, 'a', 'public-body', 'application',
           CASE WHEN n %% 15 = 0 THEN 'withheld' ELSE 'number' END,
           CASE WHEN n %% 15 = 0 THEN NULL ELSE decode(repeat(md5(n::text), 3), 'hex') END,
           CASE WHEN n %% 15 = 0 THEN NULL
                ELSE decode(md5((n::bigint * 7919 %% (%(calls)s / 3))::text), 'hex') END,
           at, at, CASE WHEN n %% 10 = 0 THEN NULL ELSE at + (5 + n %% 97) * interval '1 second' END,
           at + (120 + n %% 600) * interval '1 second',
           CASE WHEN n %% 10 = 0 THEN NULL ELSE 'p-' || n %% 400 END,
           'ended', CASE WHEN n %% 50 = 0 THEN at END
      FROM (SELECT n, %(since)s::timestamptz + n * (interval '365 days' / %(calls)s) AS at
              FROM generate_series(1, %(calls)s - 1) n) every
"""  # noqa: S608  a number of ours
_OUTCOMES = """
    INSERT INTO call_wrap_ups (call_id, outcome, at, by)
    SELECT id, 'kaito-' || length(id) %% 4, ended_at, %(by)s FROM calls
     WHERE connected_at IS NOT NULL AND right(id, 1) <> '3'
"""


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Ask for the year again and again; the first time is told apart."""
    parser = ArgumentParser(prog="python -m bench reports", description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=7)
    options = parser.parse_args(list(arguments))
    before = round(os.getloadavg()[0], 2)
    hall = Actor(account=AccountId(uuid4()), roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset())
    with private_database() as cluster:
        _fill(cluster.dsn("owner"), options.calls)
        database = Database(cluster.dsn("app"))
        try:
            times = [_once(database, hall, options.calls) for _ in range(options.turns)]
        finally:
            database.close()
    return {
        "load_average_before": before, "cores": os.cpu_count(), "calls": options.calls,
        "first_s": round(times[0], 2), "p50_s": round(statistics.median(times[1:]), 2),
        "slowest_s": round(max(times[1:]), 2),
    }  # fmt: skip


def _once(database: Database, actor: Actor, calls: int) -> float:
    began = time.perf_counter()
    with database.begin(actor) as connection:
        figures = read_figures(connection, Asked(since=YEAR[0], until=YEAR[1], now=YEAR[1]))
    took = time.perf_counter() - began
    if sum(one.calls for one in figures.departments) != calls - 1:
        raise AssertionError  # what is quick because it counts nothing is not quick
    return took


def _fill(dsn: str, calls: int) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ALTER TABLE calls DISABLE TRIGGER USER")  # no line of news for each row
        connection.execute(_CALLS.encode(), {"calls": calls, "since": YEAR[0]})
        account = uuid4()
        connection.execute(
            "INSERT INTO accounts (id, login, display_name, password_hash, roles, departments, created_at)"
            " VALUES (%s, 'bench', 'bench', 'x', '{operator}', '{}', now())",
            (account,),
        )
        connection.execute(_OUTCOMES, {"by": account})
        connection.execute("VACUUM (ANALYZE) calls")
        connection.execute("VACUUM (ANALYZE) call_wrap_ups")
