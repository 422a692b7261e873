"""What row-level security costs per query: the console's own questions with it, and without it.

Both ask the same statement for the same rows of one department. With it: as the console's role, told who
acts. Without: as the role that owns the tables, to which no policy applies; the department stands in the
statement alone. The two take turns, so that the machine's other load falls on both.
"""

from __future__ import annotations

import os
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import Connection, text

from api.reading.calls import CallsSeen
from bench.private_database import private_database
from core.actors import Actor, Role
from core.clock import SystemClock
from core.ids import AccountId, CallId, DepartmentId, RecordingId, recording_id_of
from storage import recordings
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from storage.keys import FixedKeys

DEPARTMENTS, UTTERANCES = 20, 40
OWN = DepartmentId("d-7")
_UTTERANCES = text(
    "SELECT id, start_seconds, text FROM utterances WHERE recording_id = :recording ORDER BY start_seconds"
)
_NOBODY = text("SELECT 1")

Question = Callable[[Connection, Actor, CallId], object]


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Ask in turns, as each role and without any."""
    parser = ArgumentParser(prog="python -m bench rights", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=200, help="how often each question is asked each way")
    options = parser.parse_args(list(arguments))
    figures: dict[str, Any] = {
        "load_average_before": round(os.getloadavg()[0], 2), "cores": os.cpu_count(),
        "calls": options.calls, "departments": DEPARTMENTS,
    }  # fmt: skip
    me = AccountId(uuid4())
    with private_database() as cluster:
        _fill(cluster.dsn("owner"), options.calls, me)
        console, owner = Database(cluster.dsn("app")), Database(cluster.dsn("owner"))
        try:
            for role in (Role.SUPERVISOR, Role.OPERATOR):
                actor = Actor(account=me, roles=frozenset({role}), departments=frozenset({OWN}))
                for name, ask in _questions().items():
                    figures |= _compared(f"{role.value}_{name}", console, owner, actor, ask, options.turns)
        finally:
            console.close()
            owner.close()
    return figures


def _questions() -> dict[str, Question]:
    keys = FixedKeys({"vault": b"v" * 32, "numbers": b"n" * 32, "number-hash": b"h" * 32})
    numbers = CallerNumbers(keys)
    return {
        "who_acts": lambda connection, _actor, _call: connection.execute(_NOBODY).one(),
        "newest_calls": lambda connection, actor, _call: CallsSeen(connection, actor, numbers).newest(
            department=OWN
        ),
        "one_call": lambda connection, actor, call: CallsSeen(connection, actor, numbers).one(call),
        "one_recording": lambda connection, _actor, call: recordings.seen(connection, _recording(call)),
        "one_transcript": lambda connection, _actor, call: connection.execute(
            _UTTERANCES, {"recording": _recording(call)}
        ).all(),
    }


def _recording(call: CallId) -> RecordingId:
    return recording_id_of(call)


def _compared(  # noqa: PLR0913, PLR0917  who asks what of which two
    name: str, console: Database, owner: Database, actor: Actor, ask: Question, turns: int
) -> dict[str, Any]:
    with_, without = list[float](), list[float]()
    for turn in range(turns + 5):
        call = CallId(f"bench-{7 + DEPARTMENTS * (turn % 50)}.0")
        for times, database, who in ((with_, console, actor), (without, owner, None)):
            begin = time.perf_counter()
            with database.begin(who) as connection:
                ask(connection, actor, call)
            times.append((time.perf_counter() - begin) * 1000)
    with_, without = with_[5:], without[5:]  # the first ones plan and warm
    return {
        f"{name}_ms": round(statistics.median(with_), 2),
        f"{name}_without_ms": round(statistics.median(without), 2),
        f"{name}_p99_ms": round(statistics.quantiles(with_, n=100)[98], 2),
    }


def _fill(owner: str, calls: int, me: AccountId) -> None:
    """Write calls of many departments with a recording each, and a transcript of every fiftieth of ours."""
    start = SystemClock().now() - timedelta(days=90)
    step = timedelta(days=90) / calls
    with psycopg.connect(owner) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts (id, login, display_name, password_hash, roles, departments, created_at)"
            " VALUES (%s, 'bench', 'bench', 'x', '{operator}', %s, now())",
            (me, [OWN]),
        )
        columns = (
            "id, line, department, agency, regime, caller_class, served_by, phase, notice, arrived_at, "
            "connected_at, ended_at, operator_id, outcome"
        )
        with cursor.copy(f"COPY calls ({columns}) FROM STDIN") as copy:
            for number in range(calls):
                at, department = start + step * number, f"d-{number % DEPARTMENTS}"
                copy.write_row(
                    (f"bench-{number}.0", "l", department, "a", "public-body", "withheld", "application",
                     "ended", "proven", at, at, at + timedelta(minutes=3), me, "talked")
                )  # fmt: skip
        columns = (
            "id, subject, department, operator_id, practice, class, usable, started_at, samples, "
            "sample_rate, samples_sha256, sealed_at, destroy_after"
        )
        with cursor.copy(f"COPY recordings ({columns}) FROM STDIN") as copy:
            for number in range(calls):
                at, call = start + step * number, CallId(f"bench-{number}.0")
                copy.write_row(
                    # Practice: of other calls an operator sees no recording, and there is nothing to compare.
                    (recording_id_of(call), call, f"d-{number % DEPARTMENTS}", me, True, "practice", True,
                     at, 8000, 8000, b"x", at, at + timedelta(days=900))
                )  # fmt: skip
        _write_words(cursor, start)
    with psycopg.connect(owner, autocommit=True) as connection:
        for table in ("calls", "recordings", "utterances", "transcript_revisions"):
            connection.execute(f"ANALYZE {table}")  # type: ignore[arg-type]  a name of ours


def _write_words(cursor: psycopg.Cursor[Any], at: Any) -> None:  # noqa: ANN401  a moment
    cursor.execute("SELECT make_month_partitions(%s)", (at,))
    ours = [CallId(f"bench-{7 + DEPARTMENTS * number}.0") for number in range(50)]
    revisions = {call: uuid4() for call in ours}
    for call, revision in revisions.items():
        cursor.execute(
            "INSERT INTO transcript_revisions (id, recording_id, revision, model, model_sha256, options,"
            " created_at) VALUES (%s, %s, 1, 'bench', 'x', '{}', now())",
            (revision, recording_id_of(call)),
        )
    columns = (
        "id, spoken_at, revision_id, recording_id, department, track, start_seconds, end_seconds, text, "
        "norm, words, confidence"
    )
    with cursor.copy(f"COPY utterances ({columns}) FROM STDIN") as copy:
        for number, (call, revision) in enumerate(revisions.items()):
            for place in range(UTTERANCES):
                copy.write_row(
                    (number * UTTERANCES + place, at, revision, recording_id_of(call), OWN, "caller",
                     place * 5.0, place * 5.0 + 4, "もしもし", "もしもし", "[]", 0.9)
                )  # fmt: skip
