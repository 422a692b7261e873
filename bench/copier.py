"""Who brings the journal into the database while a bench measures calls: nobody, or the service's own."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection

from bench.private_database import private_database
from core.clock import SystemClock
from core.facts import Fact
from storage.database import Database
from telephony.journal.journal_copy import JournalCopy
from telephony.leading.collaborators import Copier


@contextmanager
def copier_of(journal: Path, *, wanted: bool) -> Generator[Copier]:
    """Copy the journal into a PostgreSQL of its own on the same machine, if that is wanted."""
    if not wanted:
        yield _Nobody()
        return
    with private_database() as cluster, closing(Database(cluster.dsn("worker"))) as database:
        yield JournalCopy(database, _NobodyListens(), journal, SystemClock())


class _Nobody:
    def run(self, stop: threading.Event) -> None:
        stop.wait()

    def wake(self) -> None:
        return


class _NobodyListens:
    def announce(self, connection: Connection, fact: Fact, *, priority: int = 0) -> None:
        """What follows from a call is other processes' work."""
