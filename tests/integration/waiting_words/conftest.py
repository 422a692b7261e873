"""Words that wait to be made, heard by an engine that says the same of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from core.clock import SystemClock
from runtime.wiring import NEEDS, QUEUES, REACTIONS
from storage.database import Database
from storage.jobs import Announcer
from tests.fakes.masters import SameMasters
from tests.fakes.speech_engine import SaysTheSame
from tests.fixtures_postgres import DatabaseDsns
from tests.waiting_words import QUIET, Listens
from transcription.transcribe import Transcriber


@pytest.fixture
def engine() -> SaysTheSame:
    return SaysTheSame()


@pytest.fixture
def listens(engine: SaysTheSame) -> Listens:
    return Listens(engine)


@pytest.fixture
def announcer() -> Announcer:
    return Announcer(REACTIONS, QUEUES, NEEDS)


@pytest.fixture
def transcriber(worker_database: Database, announcer: Announcer, listens: Listens) -> Transcriber:
    return Transcriber(
        database=worker_database,
        announcer=announcer,
        vault=SameMasters(),
        hears=listens,
        clock=SystemClock(),
        only_flagged=lambda line: line == QUIET,
        pause=lambda _: None,
    )


@pytest.fixture
def write_as_owner(database_dsns: DatabaseDsns) -> Iterator[Callable[..., None]]:
    database = Database(database_dsns.owner)

    def write(statement: str, **values: object) -> None:
        with database.begin() as connection:
            connection.execute(text(statement), values)

    yield write
    database.close()
