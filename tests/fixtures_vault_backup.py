"""A town hall that makes backups, the paper in its safe, and the machine that takes its place."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core.actors import Purpose, Role
from core.clock import SystemClock
from core.ids import RecordingId
from core.settings import Settings
from runtime.backup import make_backup, make_backup_key
from runtime.installation import Installation
from runtime.postgres_cluster import PostgresCluster
from runtime.restore import restore_backup
from runtime.wiring import worker_parts
from storage.access_heads import HeadKeeper
from storage.access_log import Sealer
from storage.destruction_list import DestructionKeeper
from storage.objects import ObjectStore
from storage.sender import Sender
from storage.signed_note import note_key
from tests.fixtures_postgres import DatabaseDsns, drop_database
from tests.fixtures_vault import VaultSides, actor

SAID = "ごみの収集日をおたずねの件"
JOURNAL = b'{"a line": "of a call that goes on"}\n'


@dataclass(kw_only=True)
class Hall:
    """A town hall on a database, with its vault, and where its backups and its heads go."""

    vault: VaultSides
    settings: Settings
    folder: Path
    backups: Path
    elsewhere: Path
    capsys: pytest.CaptureFixture[str]
    paper: str = field(default="", repr=False)

    def make_key(self) -> None:
        make_backup_key(self.settings, anew=False)
        self.paper = next(
            line for line in self.capsys.readouterr().out.splitlines() if line.startswith("    ")
        ).strip()

    def back_up(self, *, quick: bool = False, keep_days: int | None = None) -> dict[str, object]:
        """Make a backup; returns what a program is told."""
        self.capsys.readouterr()
        make_backup(self.settings, to=str(self.backups), quick=quick, keep_days=keep_days, as_json=True)
        told: dict[str, object] = json.loads(self.capsys.readouterr().out.splitlines()[-1])
        return told

    def environment(self) -> dict[str, str]:
        """Say all this to a process of its own."""
        told, database = self.settings, self.settings.database
        dsns = {"OWNER": database.owner_dsn, "APP": database.app_dsn, "WORKER": database.worker_dsn}
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "TSUWAROKU_HOME": str(told.home),
            "TSUWAROKU_VAULT__OBJECTS_URL": told.vault.objects_url or "",
            "TSUWAROKU_AUDIT__HEADS_URL": told.audit.heads_url or "",
            **{
                f"TSUWAROKU_DATABASE__{role}_DSN": dsn.get_secret_value() for role, dsn in dsns.items() if dsn
            },
        }

    def listen(self, recording: RecordingId) -> None:
        """Have a supervisor open it, chain the knock, and send a head away."""
        who = actor(Role.SUPERVISOR)
        self.vault.console.open_recording(who, recording, Purpose.FACT_CHECK)
        Sealer(self.vault.worker_database, self.vault.clock).run_once()
        parts = worker_parts(Installation(self.settings))
        self.vault.clock.go_on(timedelta(seconds=1))
        sender = Sender(
            database=parts.database, place=parts.heads, key=parts.head_key, clock=self.vault.clock,
            instance="city",
        )  # fmt: skip
        HeadKeeper(sender).run_once()
        parts.database.close()

    def destroy(self, recording: RecordingId, *, tell: bool = True) -> None:
        """Destroy a recording, and tell it away from the machine."""
        self.vault.worker.destroy(recording, rule="flagged-period-over", by=None)
        if tell:
            sender = Sender(
                database=self.vault.worker_database,
                place=lambda: ObjectStore.at(self.elsewhere.as_uri()),
                key=note_key(self.vault.keys),
                clock=SystemClock(),
                instance="city",
            )
            DestructionKeeper(sender).run_once()

    def write(self, statement: str, **values: object) -> None:
        with self.vault.worker_database.begin() as connection:
            connection.execute(text(statement), values)


@dataclass(kw_only=True)
class NewMachine:
    """An empty home and an empty database, on another machine."""

    settings: Settings
    dsns: DatabaseDsns
    capsys: pytest.CaptureFixture[str]
    said: str = ""

    def restore(self, backed_up: Hall, *, paper: str = "", name: str = "", keys: Path | None = None) -> bool:
        self.capsys.readouterr()
        try:
            return restore_backup(
                self.settings, source=str(backed_up.backups), name=name, heads=backed_up.elsewhere.as_uri(),
                secret=paper or backed_up.paper, keys=keys or backed_up.folder / "safe",
            )  # fmt: skip
        finally:
            self.said = self.capsys.readouterr().out

    @property
    def home(self) -> Path:
        return self.settings.home

    def heard(self, recording: RecordingId) -> bytes:
        parts = worker_parts(Installation(self.settings))
        with closing(parts.database):
            opened = parts.vault.open_for_process("verification", recording)
            return opened.read(0, opened.size)

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.dsns.owner) as connection:
            return connection.execute(statement.encode()).fetchall()


def _settings(home: Path, dsns: DatabaseDsns, objects: Path, heads: Path) -> Settings:
    return Settings.model_validate(
        {
            "home": home,
            "database": {"owner_dsn": dsns.owner, "app_dsn": dsns.app, "worker_dsn": dsns.worker},
            "vault": {"objects_url": objects.as_uri()},
            "audit": {"heads_url": heads.as_uri()},
        }
    )


@pytest.fixture
def backed_up(
    vault: VaultSides, database_dsns: DatabaseDsns, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Hall:
    """A hall whose keys were copied into a safe, with a backup key on paper."""
    elsewhere = tmp_path / "elsewhere"
    made = Hall(
        vault=vault, settings=_settings(tmp_path, database_dsns, vault.folder, elsewhere), folder=tmp_path,
        backups=tmp_path.with_name(f"{tmp_path.name}-backups"), elsewhere=elsewhere, capsys=capsys,
    )  # fmt: skip
    vault.clock.go_on(SystemClock().now() - vault.clock.now())
    made.make_key()
    shutil.copytree(tmp_path / "keys", tmp_path / "safe")
    line = tmp_path / "journal" / "1-abc" / "1.jsonl"
    line.parent.mkdir(parents=True)
    line.write_bytes(JOURNAL)
    return made


@pytest.fixture
def new_machine(
    cluster: PostgresCluster, tmp_path: Path, backed_up: Hall, capsys: pytest.CaptureFixture[str]
) -> Iterator[NewMachine]:
    """A machine with an empty PostgreSQL database of the city's own."""
    name = f"restored_{tmp_path.name.replace('-', '_')}"[:60]
    with psycopg.connect(cluster.dsn("owner"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    dsns = DatabaseDsns(
        owner=cluster.dsn("owner", name), app=cluster.dsn("app", name), worker=cluster.dsn("worker", name)
    )
    home = tmp_path.with_name(f"{tmp_path.name}-new")
    try:
        yield NewMachine(
            settings=_settings(home, dsns, home / "vault", backed_up.elsewhere), dsns=dsns, capsys=capsys
        )
    finally:
        drop_database(cluster, dsns)
