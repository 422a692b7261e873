"""A PostgreSQL of a measurement's own, with all tables, removed afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from runtime.postgres_cluster import PostgresCluster
from storage.migrate import migrate


@contextmanager
def private_database() -> Generator[PostgresCluster]:
    """Start it in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tsw-", dir="/tmp"))  # a socket's path must be short
    folder.chmod(0o755)
    cluster = PostgresCluster(folder / "pg", folder / "keys")
    try:
        cluster.prepare()
        cluster.start()
        migrate(cluster.dsn("owner"))
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
