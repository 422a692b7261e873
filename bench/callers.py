"""How long a desk waits for the figures of a number that rings, among ten million calls.

Timed is what the page's question does below HTTP: the transaction under the operator's own rights, all rows
that the rule needs, and the rule itself. Every question is another ringing call: 80 of 100 of a number drawn
among all, 18 of one with hundreds of calls within a month, 2 of a fax that dials again and again.
"""

from __future__ import annotations

import os
import random
import sys
import time
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from bench.percentiles import percentile
from bench.private_database import private_database
from core.actors import Actor, Role
from core.ids import AccountId, CallId, DepartmentId, PhoneId
from incidents.callers import CallerAtDesk, caller_at_desk
from storage.database import Database

NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
DAYS, RECENT = 1826, 34
"""The archive holds so many days; outcomes and transfers are planted for the last ones, which are read."""
NUMBERS = 1_500_000
HEAVY, HEAVY_CALLS = 100, 300
"""So many numbers with so many calls each within the last 30 days, to every department."""
ENDLESS, ENDLESS_CALLS = 2, 5000
"""A fax that dials again and again: more calls than are looked at (storage/callers.py)."""
ME = AccountId(UUID(int=1))
DEPARTMENT, PHONE = DepartmentId("d3"), PhoneId("p1")
_COLUMNS = """
    (id, line, department, agency, regime, caller_class, caller_sealed, caller_hash, served_by, phase, notice,
     arrived_at, answered_at, connected_at, ended_at, operator_phone, outcome, interrupted)
"""
# One call in eight has no number; one in nine of the others is answered by nobody.
_ARCHIVE = f"""
    INSERT INTO calls {_COLUMNS}
    SELECT 'bench-' || n, 'l' || n %% 40, 'd' || n %% 20, 'shicho', 'public-body',
           CASE WHEN n %% 8 = 0 THEN 'withheld' ELSE 'number' END,
           CASE WHEN n %% 8 = 0 THEN NULL ELSE decode(repeat('ab', 40), 'hex') END,
           CASE WHEN n %% 8 = 0 THEN NULL ELSE
                decode(md5((hashint8(n) & 2147483647) %% {NUMBERS} || ''), 'hex') END,
           'application', 'ended', 'proven', at, at,
           CASE WHEN n %% 9 = 0 THEN NULL ELSE at + interval '9 seconds' END,
           at + make_interval(secs => 60 + n %% 600), 'p' || n %% 200, 'talked', n %% 200 = 0
      FROM (SELECT n, %(since)s + (%(now)s - %(since)s) * (n::float8 / %(count)s) AS at
              FROM generate_series(1, %(count)s) n) planted
"""  # noqa: S608  constants
_OF_ONE = f"""
    INSERT INTO calls {_COLUMNS}
    SELECT %(name)s || number || '-' || n, 'l1', 'd' || (n + number) %% 20, 'shicho', 'public-body', 'number',
           decode(repeat('ab', 40), 'hex'), decode(md5(%(name)s || number), 'hex'),
           'application', 'ended', 'proven', at, at,
           CASE WHEN n %% 9 = 0 THEN NULL ELSE at + interval '9 seconds' END,
           at + interval '4 minutes', 'p2', 'talked', n %% 50 = 0
      FROM generate_series(1, %(numbers)s) number, generate_series(1, %(each)s) n,
           LATERAL (SELECT %(now)s - interval '30 days' * (n::float8 / (%(each)s + 1)) AS at) times
"""  # noqa: S608  constants
_BESIDE = (
    """
    INSERT INTO accounts (id, login, display_name, password_hash, roles, departments, created_at)
    VALUES (%(me)s, 'bench', 'bench', 'x', '{operator}', '{d3}', now())
    """,
    """
    INSERT INTO phone_seats (account_id, phone, session_hash, sat_from, sat_until)
    VALUES (%(me)s, 'p1', 'x', now() - interval '1 day', now() + interval '1 day')
    """,
    """
    INSERT INTO call_wrap_ups (call_id, outcome, answer, at, by)
    SELECT id,
           (ARRAY['kaito', 'kaito', 'kaito', 'orikaeshi', 'hikitsugi', 'tochu'])[1 + abs(hashtext(id)) %% 6],
           'answered', ended_at, %(me)s
      FROM calls WHERE arrived_at > %(recent)s AND connected_at IS NOT NULL AND abs(hashtext(id)) %% 7 > 0
    """,
    """
    INSERT INTO call_orders (id, call_id, kind, at, by, done_at, result)
    SELECT gen_random_uuid(), id, 'transfer', arrived_at, %(me)s, arrived_at, 'done'
      FROM calls WHERE arrived_at > %(recent)s AND abs(hashtext(id)) %% 11 = 0
    """,
    """
    INSERT INTO promises (id, department, call_id, caller_hash, what, who, due_at, made_at, made_by, kept_at)
    SELECT gen_random_uuid(), department, id, caller_hash, 'to call back', 'somebody',
           arrived_at + interval '1 day', arrived_at, %(me)s,
           CASE WHEN abs(hashtext(id)) %% 4 > 0 THEN arrived_at + interval '5 hours' END
      FROM calls WHERE arrived_at > %(recent)s AND caller_hash IS NOT NULL AND abs(hashtext(id)) %% 13 = 0
    """,
)
_RINGING = f"""
    INSERT INTO calls {_COLUMNS.replace("interrupted", "interrupted, ringing_phones")}
    VALUES (%s, 'l1', 'd3', 'shicho', 'public-body', 'number', '\\xab', decode(md5(%s), 'hex'), 'application',
            'connecting', 'pending', %s, NULL, NULL, NULL, NULL, NULL, false, '{{p1}}')
"""  # noqa: S608  constants


def measure(arguments: list[str]) -> dict[str, object]:
    """Plant an archive of calls and ask for the figures of many that ring."""
    options = ArgumentParser(prog="bench callers")
    options.add_argument("--calls", type=int, default=10_000_000)
    options.add_argument("--questions", type=int, default=2000)
    chosen = options.parse_args(arguments)
    with private_database() as cluster:
        begin = time.monotonic()
        _plant(cluster.dsn("owner"), chosen.calls)
        asked = _ring(cluster.dsn("owner"), chosen.questions)
        planted = time.monotonic() - begin
        database = Database(cluster.dsn("app"))
        try:
            before = os.getloadavg()[0]
            for call in [*asked][:20]:
                _timed(database, call)
            told = {call: _timed(database, call) for call in asked}
        finally:
            database.close()
    heavy = [took for call, (took, _) in told.items() if asked[call] != "any"]
    most = [one.figures[-1].calls for _, one in told.values()]
    return {
        "calls": chosen.calls + HEAVY * HEAVY_CALLS + ENDLESS * ENDLESS_CALLS,
        "questions": len(told),
        "p50_ms": percentile([took for took, _ in told.values()], 50),
        "p99_ms": percentile([took for took, _ in told.values()], 99),
        "most_ms": round(max(took for took, _ in told.values()), 2),
        "heavy_p50_ms": percentile(heavy, 50),
        "heavy_p99_ms": percentile(heavy, 99),
        "calls_of_a_heavy_number": HEAVY_CALLS,
        "most_calls_told": max(most),
        "questions_without_calls": most.count(0),
        "planted_seconds": round(planted, 1),
        "load_average_before": round(before, 2),
    }


def _plant(dsn: str, count: int) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE tablename = 'calls' AND indexname <> 'calls_pkey'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"'.encode())
        connection.execute("ALTER TABLE calls DISABLE TRIGGER USER")
        times = {"now": NOW, "since": NOW - timedelta(days=DAYS), "count": count}
        print(f"planting {count} calls", file=sys.stderr)
        connection.execute(_ARCHIVE.encode(), times)
        for name, numbers, each in (("heavy", HEAVY, HEAVY_CALLS), ("endless", ENDLESS, ENDLESS_CALLS)):
            connection.execute(_OF_ONE.encode(), {"now": NOW, "name": name, "numbers": numbers, "each": each})
        connection.execute("SET maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            connection.execute(definition.encode())
        recent = NOW - timedelta(days=RECENT)
        for statement in _BESIDE:
            connection.execute(statement.encode(), {"me": ME, "recent": recent})
        connection.execute("ALTER TABLE calls ENABLE TRIGGER USER")
        connection.execute("VACUUM ANALYZE")


def _ring(dsn: str, questions: int) -> dict[CallId, str]:
    """Let calls ring at one desk; returns of each what kind of number it is."""
    dice = random.Random(7)  # noqa: S311  which numbers ring
    asked: dict[CallId, str] = {}
    with psycopg.connect(dsn) as connection:
        for number in range(questions):
            kind = dice.choices(("any", "heavy", "endless"), (80, 18, 2))[0]
            within = {"any": NUMBERS, "heavy": HEAVY, "endless": ENDLESS}[kind]
            who = dice.randrange(within) + (kind != "any")
            name = f"{who}" if kind == "any" else f"{kind}{who}"
            call = CallId(f"ringing-{number}")
            connection.execute(_RINGING.encode(), (call, name, NOW))
            asked[call] = kind
    return asked


def _timed(database: Database, call: CallId) -> tuple[float, CallerAtDesk]:
    actor = Actor(
        account=ME, roles=frozenset({Role.OPERATOR}), departments=frozenset({DEPARTMENT}), phone=PHONE
    )
    begin = time.perf_counter()
    with database.begin(actor) as connection:
        told = caller_at_desk(connection, call, NOW)
    took = (time.perf_counter() - begin) * 1000
    if told is None:
        raise RuntimeError("the desk was told nothing")
    return took, told
