"""Recordings that are transcribed by an engine that says the same of everything."""

from __future__ import annotations

import pytest

from core.clock import SystemClock
from core.ids import RecordingId
from storage.database import Database
from tests.fakes.speech_engine import SaysTheSame
from tests.fixtures_transcripts import Archive
from tests.transcribing import Masters, Remembers, dialogue, flac
from transcription.hearing import Hearing
from transcription.transcribe import Transcriber


@pytest.fixture
def engine() -> SaysTheSame:
    return SaysTheSame()


@pytest.fixture
def masters() -> Masters:
    return Masters()


@pytest.fixture
def announcer() -> Remembers:
    return Remembers()


@pytest.fixture
def transcriber(
    worker_database: Database, engine: SaysTheSame, masters: Masters, announcer: Remembers
) -> Transcriber:
    return Transcriber(
        database=worker_database,
        announcer=announcer,
        vault=masters,
        hears=Hearing(engine),
        clock=SystemClock(),
        vocabulary=("納税課",),
    )


@pytest.fixture
def recording(archive: Archive, masters: Masters) -> RecordingId:
    name = archive.record()
    masters.files[name] = flac(*dialogue())
    return name
