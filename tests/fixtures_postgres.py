"""A real PostgreSQL cluster for the whole test run, and fresh migrated databases copied from a template."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from runtime.postgres_cluster import PostgresCluster
from storage.database import Database
from storage.migrate import migrate

_TEMPLATE = "template_tsuwaroku"
_ROOM = 2 * 1024**3
"""Bytes. Containers often have 64 MiB there."""
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseDsns:
    """Connection strings of one fresh database, one per role."""

    owner: str
    app: str
    worker: str


def fresh_database(cluster: PostgresCluster) -> DatabaseDsns:
    """Copy the migrated template; milliseconds instead of a migration."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(cluster.dsn("owner"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy")
    return DatabaseDsns(
        owner=cluster.dsn("owner", name), app=cluster.dsn("app", name), worker=cluster.dsn("worker", name)
    )


def drop_database(cluster: PostgresCluster, dsns: DatabaseDsns) -> None:
    """Throw a fresh database away, whoever is still connected."""
    name = conninfo_to_dict(dsns.owner)["dbname"]
    with psycopg.connect(cluster.dsn("owner"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder another OS user may walk into; pytest's own temporary folders are 0700."""
    folder = Path(tempfile.mkdtemp(prefix="tsw-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def memory_folder(open_folder: Path) -> Iterator[Path]:
    """A folder in memory where there is room: a database is copied there in 0.03 s, on a disk in 0.6 s."""
    memory = Path("/dev/shm")  # noqa: S108  a folder of a random name in it
    if not memory.is_dir() or shutil.disk_usage(memory).free < _ROOM:
        yield open_folder
        return
    folder = Path(tempfile.mkdtemp(prefix="tsw-", dir=memory))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(memory_folder: Path) -> Iterator[PostgresCluster]:
    """A started cluster with a migrated template. Do not kill this one; make your own for that."""
    made = PostgresCluster(memory_folder / "pg", memory_folder / "keys")
    made.prepare()
    made.start()
    try:
        made.run_as_superuser("ALTER ROLE tsuwaroku_owner CREATEDB;")
        # DROP DATABASE … WITH (FORCE) must be able to part connections of the other roles.
        made.run_as_superuser("GRANT pg_signal_backend TO tsuwaroku_owner;")
        # What these databases hold is thrown away; a crash is tested on clusters of its own, with fsync.
        made.run_as_superuser("ALTER SYSTEM SET fsync = off;")
        made.run_as_superuser("ALTER SYSTEM SET max_wal_size = '128MB';")
        made.run_as_superuser("SELECT pg_reload_conf();")
        with psycopg.connect(made.dsn("owner"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_TEMPLATE}")
        migrate(made.dsn("owner", _TEMPLATE))
        yield made
    finally:
        made.stop()


@pytest.fixture
def database_dsns(cluster: PostgresCluster) -> Iterator[DatabaseDsns]:
    """A fresh migrated database for one test."""
    made = fresh_database(cluster)
    yield made
    drop_database(cluster, made)


@pytest.fixture
def owner_database(database_dsns: DatabaseDsns) -> Iterator[Database]:
    """The fresh database under the role that owns the tables: for looking and for tampering in tests."""
    database = Database(database_dsns.owner)
    yield database
    database.close()


@pytest.fixture
def app_database(database_dsns: DatabaseDsns) -> Iterator[Database]:
    """The fresh database under the console's role."""
    database = Database(database_dsns.app)
    yield database
    database.close()


@pytest.fixture
def worker_database(database_dsns: DatabaseDsns) -> Iterator[Database]:
    """The fresh database under the role of telephony and worker."""
    database = Database(database_dsns.worker)
    yield database
    database.close()
