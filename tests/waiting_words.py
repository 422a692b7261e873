"""Recordings whose words are waited for: whose call, flagged or not, and the worker that does the work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import Connection, text

from core.facts import RecordingSealed
from core.ids import LineId, RecordingId
from storage.database import Database
from storage.jobs import Announcer, Task, make_worker_app
from storage.unit_of_work import UnitOfWork
from tests.fakes.speech_engine import SaysTheSame
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_transcripts import NOON
from transcription.hearing import GoOn, Hearing
from transcription.pieces import Piece
from transcription.progress import Progress, state_of
from transcription.transcribe import Transcriber
from transcription.utterance import Utterance

QUIET = LineId("quiet")


class Listens(Hearing):
    """Hears in this process; ``meanwhile`` happens while it does, before it asks whether to go on."""

    def __init__(self, engine: SaysTheSame) -> None:
        super().__init__(engine)
        self.meanwhile: Callable[[], None] = lambda: None
        self.heard = 0

    def hear(self, piece: Piece, vocabulary: tuple[str, ...], go_on: GoOn) -> list[Utterance]:
        self.heard += 1
        self.meanwhile()
        for _ in range(2):
            go_on()
        return super().hear(piece, vocabulary, go_on)


def state(database: Database, recording: RecordingId) -> tuple[Progress, str]:
    with database.begin() as connection:
        found = state_of(connection, recording)
    return found.progress, found.reason


def call_of(connection: Connection, recording: RecordingId, line: str = QUIET) -> str:
    call: str = connection.execute(
        text("SELECT subject FROM recordings WHERE id = :recording"), {"recording": recording}
    ).scalar_one()
    connection.execute(
        text(
            "INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase,"
            " arrived_at) VALUES (:call, :line, 'kokuho', 'shicho', 'public-body', 'withheld',"
            " 'application', 'ended', :at) ON CONFLICT DO NOTHING"
        ),
        {"call": call, "line": line, "at": NOON},
    )
    return call


def flag(database: Database, recording: RecordingId) -> None:
    with database.begin() as connection:
        call = call_of(connection, recording)
        connection.execute(
            text("INSERT INTO call_marks (id, call_id, at, source) VALUES (:id, :call, :at, 'phone')"),
            {"id": uuid4(), "call": call, "at": NOON},
        )


def announce(database: Database, announcer: Announcer, *recordings: RecordingId) -> None:
    with UnitOfWork(database, announcer) as work:
        for recording in recordings:
            work.announce(RecordingSealed(recording=recording))


def work_until_idle(dsns: DatabaseDsns, database: Database, task: Task) -> None:
    async def run() -> None:
        app = make_worker_app(dsns.worker, [task], database)
        async with app.open_async():
            await app.run_worker_async(queues=["transcribe"], wait=False, install_signal_handlers=False)

    asyncio.run(run())


def task_of(handler: Callable[..., None], transcriber: Transcriber | None = None) -> Task:
    return Task(
        name="transcribe_recording",
        queue="transcribe",
        handler=handler,
        on_parked=None if transcriber is None else transcriber.park,
    )
