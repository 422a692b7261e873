"""The rows of live text mean the same in memory and in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.ids import CallId
from storage.database import Database
from storage.live_streams import LiveStreams, StreamSecret
from tests.fakes.live_rows import LiveRows

CALL, UNWATCHED = CallId("city-1.0"), CallId("city-2.0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One kind of rows, and how somebody begins and stops to watch CALL there."""

    streams: LiveRows | LiveStreams
    watch: Callable[[], None]
    look_away: Callable[[], None]


def in_memory() -> Rows:
    rows = LiveRows()
    return Rows(
        streams=rows,
        watch=lambda: rows.watched.update({CALL: False}),
        look_away=rows.watched.clear,
    )


def in_the_database(worker: Database, owner: Database) -> Rows:
    account = uuid4()

    def write(database: Database, statement: str) -> None:
        now = datetime.now(UTC) - timedelta(minutes=1)
        with database.begin() as connection:
            connection.execute(text(statement), {"account": account, "call": CALL, "now": now})

    write(
        owner, "INSERT INTO accounts VALUES (:account, 'k', '管理', 'x', '{supervisor}', '{zei}', NULL, :now)"
    )
    write(
        worker,
        "INSERT INTO calls"
        " (id, line, department, agency, regime, caller_class, served_by, phase, arrived_at)"
        " SELECT id, 'l', 'zei', 'a', 'public-body', 'withheld', 'application', 'talking', :now"
        " FROM unnest(ARRAY[:call, 'city-2.0']) AS id",
    )
    return Rows(
        streams=LiveStreams(worker),
        watch=lambda: write(worker, "INSERT INTO live_watches VALUES (:call, :account, now(), now())"),
        look_away=lambda: write(worker, "UPDATE live_watches SET seen_at = now() - interval '1 minute'"),
    )


@pytest.fixture(params=["memory", pytest.param("database", marks=pytest.mark.real)])
def rows(request: pytest.FixtureRequest) -> Rows:
    if request.param == "memory":
        return in_memory()
    databases = ("worker_database", "owner_database")
    return in_the_database(*(request.getfixturevalue(one) for one in databases))


def test_a_call_is_wanted_while_somebody_watches_it_or_always(rows: Rows) -> None:
    led = [CALL, UNWATCHED]
    assert rows.streams.look(led, always=False).flagged == {}

    rows.watch()
    assert rows.streams.look(led, always=False).flagged == {CALL: False}
    assert rows.streams.look([UNWATCHED], always=False).flagged == {}
    rows.look_away()
    assert rows.streams.look(led, always=False).flagged == {}
    assert set(rows.streams.look(led, always=True).flagged) == set(led)


def test_a_permission_stands_until_it_is_taken_back(rows: Rows) -> None:
    first, second = StreamSecret(uuid4()), StreamSecret(uuid4())
    assert rows.streams.begin(first, CALL, "caller")
    assert rows.streams.begin(second, CALL, "hall")
    assert rows.streams.look([CALL], always=True).open == {(CALL, "caller"), (CALL, "hall")}
    assert {one.secret for one in rows.streams.all()} == {first, second}
    assert not any(one.flagged or one.helped or one.old for one in rows.streams.all())

    rows.streams.forget([first])
    assert [one.track for one in rows.streams.all()] == ["hall"]
    rows.streams.end([CALL])
    assert list(rows.streams.all()) == []


def test_a_recogniser_that_begins_holds_no_stream(rows: Rows) -> None:
    rows.streams.begin(StreamSecret(uuid4()), CALL, "caller")

    rows.streams.forget_all()

    assert rows.streams.look([CALL], always=True).open == frozenset()
