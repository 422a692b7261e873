"""A journal of one process, and what copies it into the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from telephony.journal.journal import CallJournal
from telephony.journal.journal_copy import JournalCopy
from tests.copied_journals import StoppedClock, announcer


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[CallJournal]:
    one = CallJournal(tmp_path, "telephony-a")
    one.open()
    yield one
    one.close()


@pytest.fixture
def copy(worker_database: Database, tmp_path: Path, clock: StoppedClock) -> JournalCopy:
    return JournalCopy(worker_database, announcer(), tmp_path, clock)
