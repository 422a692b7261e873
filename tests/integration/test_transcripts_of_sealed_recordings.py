"""From a sealed recording to words and to their destruction, through the real vault."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import soundfile
from sqlalchemy import Connection, text

from core.actors import Role
from core.clock import SystemClock
from core.facts import Fact
from core.ids import CallId, DepartmentId, RecordingId, recording_id_of
from storage.database import Database
from storage.keys import KEY_NAMES, FixedKeys
from storage.objects import ObjectStore
from storage.recordings import NewRecording
from storage.unit_of_work import UnitOfWork
from storage.vault import Vault
from tests.fakes.speech_engine import SaysTheSame
from tests.fixtures_transcripts import NOON, People
from transcription.hearing import Hearing
from transcription.search import Query, find
from transcription.transcribe import Transcriber
from transcription.voice.measure_voice import MeasureVoice
from transcription.voice.measures import VERSION
from transcription.voice.rows import measures_of

pytestmark = pytest.mark.real
DIALOGUES = Path(__file__).parents[2] / "runtime" / "practice" / "dialogues"


class Deaf:
    """Nobody reacts to anything."""

    def announce(self, connection: Connection, fact: Fact, *, priority: int = 0) -> None:
        del connection, fact, priority


@pytest.fixture
def vault(worker_database: Database, tmp_path: Path) -> Vault:
    return Vault(
        database=worker_database,
        objects=ObjectStore.at(f"file://{tmp_path}/objects"),
        keys=FixedKeys({name: bytes([place]) * 32 for place, name in enumerate(KEY_NAMES)}),
        clock=SystemClock(),
    )


@pytest.fixture
def transcriber(worker_database: Database, vault: Vault) -> Transcriber:
    return Transcriber(
        database=worker_database,
        announcer=Deaf(),
        vault=vault,
        hears=Hearing(SaysTheSame()),
        clock=SystemClock(),
    )


def seal(database: Database, vault: Vault, *, usable: bool = True) -> RecordingId:
    samples, rate = soundfile.read(DIALOGUES / "d1.wav", dtype="int16", frames=20 * 8000)
    master = BytesIO()
    soundfile.write(master, samples, rate, format="FLAC", subtype="PCM_16")
    call = CallId("city-1.0" if usable else "city-2.0")
    new = NewRecording(
        id=recording_id_of(call),
        subject=call,
        department=DepartmentId("kokuho"),
        operator_id=None,
        practice=False,
        recording_class="unflagged",
        usable=usable,
        started_at=NOON,
        samples=len(samples),
        sample_rate=rate,
        samples_sha256=hashlib.sha256(samples.tobytes()).digest(),
        findings=(),
        destroy_after=NOON + timedelta(days=90),
    )
    with UnitOfWork(database, Deaf()) as work:
        return vault.seal(work, new, master.getvalue())


def rows(database: Database, table: str) -> int:
    with database.begin() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  ours


def test_a_sealed_recording_is_heard_found_and_destroyed_with_its_words(
    transcriber: Transcriber,
    vault: Vault,
    worker_database: Database,
    app_database: Database,
    person: People,
) -> None:
    recording = seal(worker_database, vault)
    supervisor = person(Role.SUPERVISOR)

    transcriber.transcribe_recording(str(recording))
    with app_database.begin(supervisor) as connection:
        found = find(connection, Query(words="相談"), SystemClock()).hits
    assert {hit.recording for hit in found} == {recording}
    with worker_database.begin() as connection:
        knocks = connection.execute(text("SELECT actor_kind, act, granted FROM access_knocks")).all()
    assert [tuple(knock) for knock in knocks] == [("transcription", "process", True)]

    vault.destroy(recording, "period-over", None)
    with app_database.begin(supervisor) as connection:
        assert find(connection, Query(words="相談"), SystemClock()).hits == ()
    for table in ("utterances", "utterance_tokens", "transcript_revisions"):
        assert rows(worker_database, table) == 0
    transcriber.transcribe_recording(str(recording))
    assert rows(worker_database, "transcript_revisions") == 0


def test_a_call_without_proof_of_notice_is_heard_only_once_it_is_opened(
    transcriber: Transcriber, vault: Vault, worker_database: Database
) -> None:
    recording = seal(worker_database, vault, usable=False)
    transcriber.transcribe_recording(str(recording))
    assert rows(worker_database, "transcript_revisions") == 0
    assert rows(worker_database, "access_knocks") == 0

    with worker_database.begin() as connection:
        connection.execute(text("UPDATE recordings SET usable = true"))
    transcriber.transcribe_recording(str(recording))
    assert rows(worker_database, "transcript_revisions") == 1


def test_the_voices_of_a_sealed_recording_are_measured_seen_by_right_and_forgotten_with_it(
    vault: Vault, worker_database: Database, app_database: Database, person: People
) -> None:
    recording = seal(worker_database, vault)
    measuring = MeasureVoice(database=worker_database, announcer=Deaf(), vault=vault, clock=SystemClock())

    measuring(str(recording))
    measuring(str(recording))  # a second run finds it done and opens nothing
    assert rows(worker_database, "access_knocks") == 1
    with app_database.begin(person(Role.SUPERVISOR)) as connection:
        found = measures_of(connection, recording)
    assert found is not None
    assert found.version == VERSION
    assert found.longest_run is not None
    with app_database.begin(person(Role.ADMINISTRATOR)) as connection:
        assert measures_of(connection, recording) is None
    with app_database.begin(person(Role.SUPERVISOR, departments=("zeimu",))) as connection:
        assert measures_of(connection, recording) is None

    vault.destroy(recording, "period-over", None)
    assert rows(worker_database, "voice_measures") == 0
    measuring(str(recording))
    assert rows(worker_database, "voice_measures") == 0


def test_the_voices_of_a_call_without_proof_of_notice_are_measured_only_once_it_is_opened(
    vault: Vault, worker_database: Database
) -> None:
    recording = seal(worker_database, vault, usable=False)
    measuring = MeasureVoice(database=worker_database, announcer=Deaf(), vault=vault, clock=SystemClock())
    measuring(str(recording))
    assert rows(worker_database, "access_knocks") == 0

    with worker_database.begin() as connection:
        connection.execute(text("UPDATE recordings SET usable = true"))
    measuring(str(recording))
    assert rows(worker_database, "voice_measures") == 1
