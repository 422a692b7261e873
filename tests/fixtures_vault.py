"""A vault on a real database, seen from both sides: the worker that seals and the console that opens."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.facts import RecordingSealed
from core.ids import AccountId, DepartmentId, RecordingId
from storage.database import Database
from storage.jobs import Announcer
from storage.key_files import FileKeys, keys_from_files
from storage.objects import ObjectStore
from storage.recordings import NewRecording
from storage.unit_of_work import UnitOfWork
from storage.vault import Vault
from storage.vault_verify import VaultReport, VaultVerifier
from tests.fakes.clock import FakeClock

TAX = DepartmentId("zeimu")
WELFARE = DepartmentId("fukushi")
MASTER = b"fLaC" + os.urandom(300_000)
COPY = MASTER[::-1]
"""What stands in for the listening copy."""


def actor(*roles: Role, departments: frozenset[DepartmentId] = frozenset({TAX})) -> Actor:
    """Make somebody who is signed in."""
    return Actor(account=AccountId(uuid4()), roles=frozenset(roles), departments=departments)


def new_recording(operator: Actor | None = None, **changes: object) -> NewRecording:
    """Describe a recording of the tax office, of the operator's own call if one is given."""
    plain = NewRecording(
        id=RecordingId(uuid4()), subject=f"city-{uuid4().int % 10**9}.0", department=TAX,
        operator_id=operator.account if operator else None, practice=False, recording_class="unflagged",
        usable=True, started_at=datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC), samples=80_000, sample_rate=8000,
        samples_sha256=hashlib.sha256(b"samples").digest(), findings=(),
        destroy_after=datetime(2026, 12, 20, tzinfo=UTC),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class VaultSides:
    """Both sides of one vault and what it stands on."""

    worker: Vault
    console: Vault
    worker_database: Database
    objects: ObjectStore
    folder: Path
    keys: FileKeys
    clock: FakeClock
    announcer: Announcer

    def work(self) -> UnitOfWork:
        """Begin a unit of work as a handler has it."""
        return UnitOfWork(self.worker_database, self.announcer)

    def sealed(self, operator: Actor | None = None, **changes: object) -> RecordingId:
        """Seal a recording with its listening copy, so that it can be opened."""
        new = new_recording(operator, **changes)
        with self.work() as work:
            self.worker.seal(work, new, MASTER)
        with self.work() as work:
            self.worker.add_derived(work, new.id, "listening", "audio/webm", COPY)
        return new.id


@pytest.fixture
def vault(app_database: Database, worker_database: Database, tmp_path: Path) -> VaultSides:
    """A vault in a folder of its own."""
    folder = tmp_path / "objects"
    objects = ObjectStore.at(f"file://{folder}")
    keys, clock = keys_from_files(tmp_path / "keys", create=True), FakeClock()
    sides = [
        Vault(database=database, objects=objects, keys=keys, clock=clock)
        for database in (worker_database, app_database)
    ]
    return VaultSides(
        worker=sides[0], console=sides[1], worker_database=worker_database, objects=objects, folder=folder,
        keys=keys, clock=clock, announcer=Announcer(
            {RecordingSealed: ("derive_listening_copy", "transcribe_recording")},
            {"derive_listening_copy": "derive", "transcribe_recording": "transcribe"},
        ),
    )  # fmt: skip


def count(database: Database, table: str) -> int:
    with database.begin() as connection:
        return connection.execute(text("SELECT count(*) FROM " + table)).scalar_one()  # noqa: S608  table of ours


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def verify(vault: VaultSides) -> VaultReport:
    return VaultVerifier(
        database=vault.worker_database, objects=vault.objects, keys=vault.keys, clock=vault.clock
    ).verify()


@dataclass(frozen=True)
class Knocked:
    act: str
    answer: str
    reason: str
    purpose: str
    recording: RecordingId | None


def knocks(vault: VaultSides) -> list[Knocked]:
    with vault.worker_database.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT act, CASE WHEN granted THEN 'granted' ELSE 'refused' END, reason, purpose,"
                " recording_id FROM access_knocks ORDER BY at, id"
            )
        )
        return [Knocked(*row) for row in rows]
