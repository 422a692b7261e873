"""Heads of the access log, kept elsewhere, show what the log itself cannot show any more."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import text

from core.ids import RecordingId
from storage.access_heads import HeadKeeper, compare_with_heads, signing_key
from storage.access_log import AccessLog, Knock, Sealer
from storage.chain_proof import verify_chain
from storage.database import Database
from storage.key_files import keys_from_files
from storage.objects import ObjectStore, ObjectStoreShut
from storage.sender import Sender
from tests.fakes.clock import FakeClock
from tests.fixtures_bucket import LockedBucket

pytestmark = pytest.mark.real

Faults = list[tuple[str, int | None]]


class Hall:
    """A town hall whose access log is chained and whose heads are sent away."""

    def __init__(self, database: Database, owner: Database, place: Callable[[], ObjectStore]) -> None:
        self.database, self.owner, self.place, self.clock = database, owner, place, FakeClock()
        self.key = Ed25519PrivateKey.generate()
        self.keeper = self.process()

    def process(self) -> HeadKeeper:
        sender = Sender(
            database=self.database, place=self.place, key=self.key, clock=self.clock, instance="city"
        )
        return HeadKeeper(sender)

    def knock(self, times: int) -> None:
        for _ in range(times):
            self.clock.go_on(timedelta(seconds=1))
            AccessLog(self.database).write(
                Knock(
                    at=self.clock.now(),
                    actor=None,
                    actor_kind="derivation",
                    act="process",
                    recording=RecordingId(uuid4()),
                    purpose="derivation",
                    granted=True,
                    reason="own-work",
                    detail={"segments": 3, "hits": 12, "a": 1},
                )
            )
        Sealer(self.database, self.clock).run_once()

    def tamper(self, *statements: str) -> None:
        """Do what only somebody who owns the database can do: switch the guards off first."""
        with self.owner.begin() as connection:
            for table in ("access_knocks", "access_chain"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER append_only"))
            for statement in statements:
                assert connection.execute(text(statement)).rowcount > 0

    def in_itself(self) -> Faults:
        self.clock.go_on(timedelta(seconds=11))
        return [(one.code, one.seq) for one in verify_chain(self.database, self.clock.now()).faults]

    def against_heads(self, key: Ed25519PublicKey | None = None) -> tuple[int, Faults]:
        agreeing, faults = compare_with_heads(
            self.database, self.place(), key or self.key.public_key(), "city", self.clock.now()
        )
        return agreeing, [(one.code, one.seq) for one in faults]

    def alarms(self) -> list[str]:
        with self.database.begin() as connection:
            return list(connection.execute(text("SELECT code FROM alarms ORDER BY code")).scalars())


@pytest.fixture
def hall(worker_database: Database, owner_database: Database, tmp_path: Path) -> Hall:
    return Hall(worker_database, owner_database, lambda: ObjectStore.at(f"file://{tmp_path}/elsewhere"))


def test_a_head_is_sent_when_there_is_something_new_and_every_hour_otherwise(hall: Hall) -> None:
    assert hall.keeper.run_once() is False, "nothing was chained yet"
    hall.knock(3)
    assert hall.keeper.run_once() is True
    assert hall.keeper.run_once() is False
    hall.clock.go_on(timedelta(minutes=61))
    assert hall.keeper.run_once() is True
    hall.knock(2)
    assert hall.keeper.run_once() is True

    assert hall.against_heads() == (3, [])
    assert hall.in_itself() == []
    assert hall.alarms() == []
    bodies = [
        json.loads(hall.place().get_range(one.key, 0, one.size))
        for one in sorted(hall.place().list(), key=lambda listed: listed.key)
    ]
    assert [body["seq"] for body in bodies] == [3, 3, 5]
    assert set(bodies[0]) == {"at", "hash", "instance", "key", "seq", "signature", "what"}


def test_an_end_that_was_cut_off_with_its_knocks_is_seen_against_a_head_alone(hall: Hall) -> None:
    hall.knock(4)
    hall.keeper.run_once()

    hall.tamper(
        "DELETE FROM access_knocks WHERE id = (SELECT knock_id FROM access_chain WHERE seq = 4)",
        "DELETE FROM access_chain WHERE seq = 4",
    )

    assert hall.in_itself() == []
    assert hall.against_heads() == (0, [("end-cut-off", 4)])
    hall.knock(3)
    assert hall.in_itself() == []
    assert hall.against_heads() == (0, [("chain-rewritten", 4)]), "also when the log has grown since"


def test_a_chain_that_was_made_anew_without_one_knock_is_seen_against_a_head_alone(hall: Hall) -> None:
    hall.knock(2)
    hall.keeper.run_once()
    hall.knock(3)
    hall.keeper.run_once()

    hall.tamper(
        "DELETE FROM access_knocks WHERE id = (SELECT knock_id FROM access_chain WHERE seq = 3)",
        "DELETE FROM access_chain",
    )
    Sealer(hall.database, hall.clock).run_once()
    hall.knock(1)

    assert hall.in_itself() == []
    assert hall.against_heads() == (1, [("chain-rewritten", 5)]), "what came before is as it was"
    hall.keeper.run_once()
    assert hall.alarms() == ["access-chain-broken"], "and the process that sent the head tells at once"


def test_an_empty_log_is_no_excuse(hall: Hall) -> None:
    hall.knock(2)
    hall.keeper.run_once()

    hall.tamper("DELETE FROM access_knocks", "DELETE FROM access_chain")

    assert hall.in_itself() == []
    assert hall.against_heads() == (0, [("end-cut-off", 2)])


def test_a_head_that_was_changed_or_that_somebody_else_signed_is_no_head(hall: Hall, tmp_path: Path) -> None:
    hall.knock(2)
    hall.keeper.run_once()
    assert hall.against_heads(Ed25519PrivateKey.generate().public_key()) == (0, [("head-not-ours", None)])
    (sent,) = (one for one in (tmp_path / "elsewhere").rglob("*.json"))

    for changed in (
        sent.read_bytes().replace(b'"seq":2', b'"seq":1'), b"", b"{}", b"[]", b"\xff", sent.read_bytes()[:-9],
    ):  # fmt: skip
        sent.write_bytes(changed)
        assert hall.against_heads() == (0, [("head-not-ours", None)])


def test_a_head_under_another_name_hides_none_and_is_told(hall: Hall, tmp_path: Path) -> None:
    hall.knock(1)
    hall.keeper.run_once()
    (first,) = (tmp_path / "elsewhere").rglob("*.json")
    hall.knock(3)
    hall.keeper.run_once()
    hall.clock.go_on(timedelta(days=30))  # of a day so long past one head is read: the last by its name

    copied = first.with_name("235959-city-9.json")
    copied.write_bytes(first.read_bytes())
    assert hall.against_heads() == (0, [("head-not-ours", None)])
    copied.unlink()
    assert hall.against_heads() == (1, [])


def test_a_log_that_was_made_anew_while_nothing_ran_is_told_after_the_start(hall: Hall) -> None:
    hall.knock(4)
    hall.keeper.run_once()
    again = hall.process()
    assert again.run_once() is False, "the head of before covers it"
    hall.knock(1)
    assert again.run_once() is True
    assert hall.alarms() == []

    hall.tamper(
        "DELETE FROM access_knocks WHERE id = (SELECT knock_id FROM access_chain WHERE seq = 2)",
        "DELETE FROM access_chain",
    )
    Sealer(hall.database, hall.clock).run_once()

    hall.process().run_once()
    assert hall.alarms() == ["access-chain-broken"]


def test_the_last_head_is_found_across_the_end_of_a_month_and_again_when_a_place_was_away(
    worker_database: Database, owner_database: Database, tmp_path: Path
) -> None:
    away: list[bool] = []

    def place() -> ObjectStore:
        if away:
            raise ObjectStoreShut
        return ObjectStore.at(f"file://{tmp_path}/elsewhere")

    hall = Hall(worker_database, owner_database, place)
    hall.clock.go_on(timedelta(days=10))
    hall.knock(2)
    hall.keeper.run_once()
    hall.tamper("DELETE FROM access_knocks", "DELETE FROM access_chain")
    hall.clock.go_on(timedelta(days=1))
    hall.knock(1)

    again = hall.process()
    away.append(True)
    again.run_once()
    away.clear()
    again.run_once()
    assert hall.alarms() == ["access-chain-broken", "head-not-sent"]


def test_a_place_that_is_away_raises_an_alarm_and_gets_the_next_head(
    worker_database: Database, owner_database: Database, tmp_path: Path
) -> None:
    def place() -> ObjectStore:
        if not (tmp_path / "mounted").exists():
            raise ObjectStoreShut
        return ObjectStore.at(f"file://{tmp_path}/mounted/heads")

    hall = Hall(worker_database, owner_database, place)
    hall.knock(1)
    assert hall.keeper.run_once() is False
    assert hall.keeper.run_once() is False
    assert hall.alarms() == ["head-not-sent"]
    (tmp_path / "mounted").mkdir()

    assert hall.keeper.run_once() is True
    assert hall.against_heads() == (1, [])


def test_of_days_long_past_one_head_is_read(hall: Hall) -> None:
    for _ in range(3):
        hall.knock(1)
        hall.keeper.run_once()
    hall.clock.go_on(timedelta(days=30))
    hall.knock(1)
    hall.keeper.run_once()

    assert len(list(hall.place().list())) == 4
    assert hall.against_heads() == (2, [])


def test_the_key_that_signs_is_the_same_after_a_restart(tmp_path: Path) -> None:
    first = signing_key(keys_from_files(tmp_path / "keys", create=True)).public_key()

    assert first == signing_key(keys_from_files(tmp_path / "keys", create=False)).public_key()
    assert first != signing_key(keys_from_files(tmp_path / "other", create=True)).public_key()


def test_heads_in_a_locked_bucket_are_sent_and_read_and_nobody_takes_them_away(
    worker_database: Database, owner_database: Database, locked_bucket: LockedBucket
) -> None:
    hall = Hall(worker_database, owner_database, lambda: ObjectStore.at(locked_bucket.url))
    hall.knock(2)
    assert hall.keeper.run_once() is True
    assert hall.against_heads() == (1, [])

    ((key, version),) = locked_bucket.versions()
    assert locked_bucket.take_away(key, version) == 403
    assert locked_bucket.versions() == [(key, version)]

    hall.tamper("DELETE FROM access_knocks", "DELETE FROM access_chain")
    assert hall.against_heads() == (0, [("end-cut-off", 2)])
