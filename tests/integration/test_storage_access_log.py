"""The log of knocks: append-only, chained, and every later change is found."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.ids import RecordingId
from storage import access_log
from storage.access_log import AccessLog, Knock, Sealer
from storage.chain_proof import verify_chain
from storage.database import Database
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.real


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def knock(database: Database, clock: FakeClock, times: int = 1) -> None:
    for _ in range(times):
        clock.go_on(timedelta(milliseconds=10))
        now = clock.now()
        written = Knock(
            at=now,
            actor=None,
            actor_kind="derivation",
            act="process",
            recording=RecordingId(uuid4()),
            purpose="derivation",
            granted=True,
            reason="own-work",
            until=now + timedelta(hours=4),
            detail={"segments": 3},
        )
        AccessLog(database).write(written)


def tamper(owner: Database, *statements: str) -> None:
    """Do what only somebody who owns the database can do: switch the guards off first."""
    with owner.begin() as connection:
        for table in ("access_knocks", "access_chain"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER append_only"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0


def faults(database: Database, clock: FakeClock) -> list[tuple[str, int | None]]:
    return [(fault.code, fault.seq) for fault in verify_chain(database, clock.now()).faults]


def test_knocks_are_chained_in_order_and_the_chain_verifies(
    worker_database: Database, clock: FakeClock
) -> None:
    sealer = Sealer(worker_database, clock)
    knock(worker_database, clock, 3)
    assert sealer.run_once() == 3
    knock(worker_database, clock, 2)
    assert sealer.run_once() == 2
    assert sealer.run_once() == 0

    report = verify_chain(worker_database, clock.now())

    assert (report.entries, report.faults) == (5, ())
    with worker_database.begin() as connection:
        bodies = connection.execute(text("SELECT body FROM access_chain ORDER BY seq")).scalars().all()
        head = connection.execute(text("SELECT hash FROM access_chain WHERE seq = 5")).scalar_one()
    moments = [json.loads(body)["at"] for body in bodies]
    assert moments == sorted(moments)
    assert report.head == head


def test_many_sealers_at_once_make_one_chain(worker_database: Database, clock: FakeClock) -> None:
    knock(worker_database, clock, 40)

    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(lambda _: Sealer(worker_database, clock).run_once(), range(8)))

    assert sum(sealed) == 40
    assert faults(worker_database, clock) == []


def test_a_knock_that_arrives_late_is_still_chained(worker_database: Database, clock: FakeClock) -> None:
    sealer, late = Sealer(worker_database, clock), FakeClock(clock.now() - timedelta(minutes=5))
    very_late = FakeClock(clock.now() - timedelta(minutes=50))
    knock(worker_database, clock)
    sealer.run_once()

    knock(worker_database, late)
    assert sealer.run_once() == 1
    knock(worker_database, very_late)
    assert sealer.run_once() == 0
    assert faults(worker_database, clock) == [("knock-not-chained", None)]
    clock.go_on(timedelta(hours=2))
    assert sealer.run_once() == 1
    assert faults(worker_database, clock) == []


def test_a_knock_that_claims_a_day_to_come_holds_up_none_that_follow(
    worker_database: Database, clock: FakeClock
) -> None:
    ahead = FakeClock(clock.now() + timedelta(days=365))
    sealer = Sealer(worker_database, clock)
    knock(worker_database, ahead)
    assert sealer.run_once() == 1

    clock.go_on(timedelta(minutes=1))
    knock(worker_database, clock)
    assert sealer.run_once() == 1


def test_nobody_changes_the_log_by_the_way(
    worker_database: Database, owner_database: Database, clock: FakeClock
) -> None:
    knock(worker_database, clock)
    Sealer(worker_database, clock).run_once()

    for database in (worker_database, owner_database):
        for table in ("access_knocks", "access_chain", "destructions"):
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):  # noqa: S608  tables of ours
                with pytest.raises(DBAPIError), database.begin() as connection:
                    connection.execute(text(statement))
    with pytest.raises(DBAPIError), owner_database.begin() as connection:
        connection.execute(text("UPDATE access_knocks SET granted = false"))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("UPDATE access_knocks SET purpose = 'training' WHERE id = {2}",), [("knock-altered", 2)]),
        (("UPDATE access_knocks SET granted = false WHERE id = {3}",), [("knock-altered", 3)]),
        (("UPDATE access_knocks SET session_hash = '\\x07' WHERE id = {2}",), [("knock-altered", 2)]),
        (("DELETE FROM access_knocks WHERE id = {2}",), [("knock-missing", 2)]),
        (
            ("UPDATE access_chain SET body = '{{}}' WHERE seq = 2",),
            [("entry-altered", 2), ("knock-altered", 2)],
        ),
        (("DELETE FROM access_chain WHERE seq = 2",), [("entry-missing", 2), ("knock-not-chained", None)]),
        (
            ("DELETE FROM access_chain WHERE seq = 2", "DELETE FROM access_knocks WHERE id = {2}"),
            [("entry-missing", 2)],
        ),
        (
            (
                "DELETE FROM access_chain WHERE seq = 2",
                "DELETE FROM access_knocks WHERE id = {2}",
                "UPDATE access_chain SET seq = seq - 1 WHERE seq > 2",
            ),
            [("order-broken", 2)],
        ),
        (
            (
                "UPDATE access_chain SET seq = 100 WHERE seq = 2",
                "UPDATE access_chain SET seq = 2 WHERE seq = 3",
                "UPDATE access_chain SET seq = 3 WHERE seq = 100",
            ),
            [("order-broken", 2), ("order-broken", 3), ("order-broken", 4)],
        ),
        (("DELETE FROM access_chain WHERE seq = 4",), [("knock-not-chained", None)]),
    ],
    ids=[
        "purpose altered", "refusal invented", "session altered", "knock removed", "entry altered",
        "entry removed",
        "both removed", "both removed and renumbered", "reordered", "end cut off",
    ],
)  # fmt: skip
def test_whatever_is_done_to_the_log_is_found(
    worker_database: Database,
    owner_database: Database,
    clock: FakeClock,
    change: tuple[str, ...],
    found: list[tuple[str, int | None]],
) -> None:
    knock(worker_database, clock, 4)
    Sealer(worker_database, clock).run_once()
    assert faults(worker_database, clock) == []
    with worker_database.begin() as connection:
        ids = connection.execute(text("SELECT knock_id FROM access_chain ORDER BY seq")).scalars().all()

    tamper(owner_database, *(statement.format("", *(f"'{known}'" for known in ids)) for statement in change))

    clock.go_on(timedelta(seconds=11))
    assert faults(worker_database, clock) == found


def test_knocks_chained_before_their_session_was_part_of_it_verify_and_are_held_to_the_rest(
    worker_database: Database, owner_database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    knock(worker_database, clock, 2)
    with monkeypatch.context() as earlier:
        earlier.setattr(access_log, "canonical", partial(access_log.canonical, with_session=False))
        Sealer(worker_database, clock).run_once()
    knock(worker_database, clock)
    Sealer(worker_database, clock).run_once()
    assert faults(worker_database, clock) == []

    tamper(owner_database, "UPDATE access_knocks SET purpose = 'training'")

    assert faults(worker_database, clock) == [
        ("knock-altered", 1),
        ("knock-altered", 2),
        ("knock-altered", 3),
    ]


def test_a_knock_that_nobody_chains_is_noticed(worker_database: Database, clock: FakeClock) -> None:
    knock(worker_database, clock)
    assert faults(worker_database, clock) == []

    clock.go_on(timedelta(seconds=11))

    assert faults(worker_database, clock) == [("knock-not-chained", None)]
