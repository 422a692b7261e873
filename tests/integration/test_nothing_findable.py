"""A day after a destruction, whoever reads the disk finds neither words nor key nor sound."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core.facts import RecordingSealed
from core.ids import RecordingId
from runtime.postgres_cluster import PostgresCluster
from storage import recordings
from storage.database import Database
from storage.jobs import Announcer
from storage.key_files import keys_from_files
from storage.migrate import migrate
from storage.objects import ObjectStore
from storage.rewriting import BY_MONTH, TABLES, Rewriter, is_due
from storage.unit_of_work import UnitOfWork
from storage.vault import Vault
from tests.fakes.clock import FakeClock
from tests.fixtures_vault import new_recording
from transcription.engine import ModelIdentity
from transcription.repository import Transcript, add_revision, recorded_call
from transcription.utterance import Track, Utterance

pytestmark = pytest.mark.real

MARKER = "hidennokotoba"


class Hall:
    """A vault on a PostgreSQL of its own, whose files can be read."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "pg"
        self.cluster = PostgresCluster(self.home, folder / "pg-keys")
        self.cluster.prepare()
        self.cluster.start()
        migrate(self.cluster.dsn("owner"))
        self.database = Database(self.cluster.dsn("worker"))
        self.clock = FakeClock()
        self.objects = folder / "objects"
        self.vault = Vault(
            database=self.database, objects=ObjectStore.at(f"file://{self.objects}"),
            keys=keys_from_files(folder / "keys", create=True), clock=self.clock,
        )  # fmt: skip
        self.rewriter = Rewriter(
            owner_dsn=self.cluster.dsn("owner"), database=self.database, clock=self.clock
        )

    def sealed(self, sound: bytes, *texts: str) -> RecordingId:
        """Seal a recording and write its words down, as often as the statistics take samples of them."""
        new = new_recording()
        with UnitOfWork(self.database, Announcer({RecordingSealed: ()}, {})) as work:
            self.vault.seal(work, new, sound)
        with UnitOfWork(self.database, Announcer({RecordingSealed: ()}, {})) as work:
            self.vault.add_derived(work, new.id, "listening", "audio/webm", sound[::-1])
        said = tuple(
            Utterance(track=Track.CALLER, start=place * 2.0, end=place * 2.0 + 1, text=one)
            for place, one in enumerate(texts)
        )
        with self.database.begin() as connection:
            call = recorded_call(connection, new.id, locked=True)
            assert call is not None
            model = ModelIdentity(name="base", sha256="x")
            add_revision(
                connection, call, Transcript(model=model, options={}, utterances=said), self.clock.now()
            )
        return new.id

    def everything(self) -> bytes:
        """Read all files of the database and of the objects."""
        found = [*(self.home / "data").rglob("*"), *self.objects.rglob("*")]
        return b"\0".join(one.read_bytes() for one in found if one.is_file())

    def traces(self, wanted: dict[str, bytes]) -> set[str]:
        """Say which of some byte strings lie anywhere."""
        whole = self.everything()
        return {name for name, part in wanted.items() if part in whole}


@pytest.fixture
def hall(open_folder: Path, tmp_path: Path) -> Iterator[Hall]:
    """A city hall's disk."""
    folder = open_folder / tmp_path.name
    folder.mkdir(mode=0o755)
    made = Hall(folder)
    try:
        yield made
    finally:
        made.database.close()
        made.cluster.stop()


def test_nothing_of_what_was_destroyed_is_findable_and_all_else_is_there(hall: Hall) -> None:
    kept = hall.sealed(b"fLaC" + os.urandom(9000), "nokoruhanashi")
    gone = hall.sealed(b"fLaC" + os.urandom(9000), *[f"{MARKER} desu"] * 40)
    with psycopg.connect(hall.cluster.dsn("owner"), autocommit=True) as owner:
        owner.execute("ANALYZE")
        owner.execute("CHECKPOINT")
        row = owner.execute(
            "SELECT wrapped_key FROM recording_keys WHERE recording_id = %s", [gone]
        ).fetchone()
        objects = owner.execute(
            "SELECT kind, object_key FROM sealed_objects WHERE recording_id = %s", [gone]
        ).fetchall()
        samples = owner.execute(
            "SELECT count(*) FROM pg_stats WHERE most_common_vals::text LIKE %s", [f"%{MARKER}%"]
        ).fetchone()
    assert row is not None
    assert samples is not None
    assert samples[0] > 0
    wanted = {"words": MARKER.encode(), "key": bytes(row[0])}
    wanted |= {kind: (hall.objects / key).read_bytes()[4096:4160] for kind, key in objects}
    assert hall.traces(wanted) == {"words", "key", "master", "listening"}

    hall.vault.destroy(gone, "unflagged-period-over", None)
    # Deleted, and still on the disk: this is what the rewriting is for.
    assert hall.traces(wanted) == {"words", "key"}

    assert hall.rewriter.rewrite()

    assert hall.traces(wanted) == set()
    assert hall.traces({"other words": b"nokoruhanashi"}) == {"other words"}
    with hall.database.begin() as connection:
        left = connection.execute(text("SELECT DISTINCT recording_id FROM utterances")).scalars().all()
        assert left == [kept]


def test_no_table_is_forgotten_that_a_destruction_deletes_from(hall: Hall) -> None:
    """Also what goes with a row of it by reference."""
    deleted = {found[1] for one in recordings.FORGET if (found := re.search(r"DELETE FROM (\w+)", one.text))}
    deleted.add("sealed_objects")
    with psycopg.connect(hall.cluster.dsn("owner")) as owner:
        follows = owner.execute(
            "SELECT confrelid::regclass::text, conrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND confdeltype = 'c'"
        ).fetchall()
    while more := {table for to, table in follows if to in deleted} - deleted:
        deleted |= more

    assert {"clips", "quotes"} <= deleted
    assert deleted == {*TABLES, *BY_MONTH}


def test_a_table_that_somebody_reads_is_not_waited_for_and_rewritten_the_next_time(hall: Hall) -> None:
    hall.vault.destroy(hall.sealed(b"fLaC" + os.urandom(9000), MARKER), "test", None)

    with psycopg.connect(hall.cluster.dsn("worker")) as reader:
        reader.execute("SELECT count(*) FROM recording_keys")
        assert not hall.rewriter.rewrite()
    assert hall.rewriter.rewrite()


def test_it_is_time_in_a_quiet_hour_or_when_something_has_waited_for_most_of_a_day(hall: Hall) -> None:
    noon = hall.clock.now().replace(hour=3, minute=0)  # in Japan
    hall.clock.go_on(noon - hall.clock.now())
    assert not hall.rewriter.run_once()
    hall.vault.destroy(hall.sealed(b"fLaC" + os.urandom(9000), MARKER), "test", None)

    with hall.database.begin() as connection:
        due = [hours for hours in range(24) if is_due(connection, noon + timedelta(hours=hours))]
    assert due == [14, 15, 16, 20, 21, 22, 23]
    hall.clock.go_on(timedelta(hours=14))
    assert hall.rewriter.run_once()
    assert not hall.rewriter.run_once()
