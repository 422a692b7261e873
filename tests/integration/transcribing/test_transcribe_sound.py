"""What becomes of sound that is cut off, one-sided or without words."""

from __future__ import annotations

import numpy as np
import pytest

from core.ids import RecordingId
from storage.database import Database
from tests.fakes.speech_engine import SaysTheSame
from tests.fakes.voices import silence
from tests.fakes.whole_sound import both_sides, write_flac
from tests.fixtures_transcripts import NOON
from tests.transcribing import Masters, alarms, dialogue, flac, revisions, said_on
from tests.waiting_words import state
from transcription.progress import Progress, note
from transcription.transcribe import Transcriber
from transcription.utterance import CALL_TRACKS, Track

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    "nobody",
    [
        write_flac(both_sides(silence(0), silence(0))),
        flac(np.zeros(8000, np.int16), np.zeros(8000, np.int16)),
    ],
    ids=["no-samples", "one-second-of-silence"],
)
def test_where_nobody_speaks_there_is_a_transcript_without_words(
    transcriber: Transcriber,
    recording: RecordingId,
    masters: Masters,
    worker_database: Database,
    nobody: bytes,
) -> None:
    masters.files[recording] = nobody

    transcriber.transcribe_recording(str(recording))
    transcriber.transcribe_recording(str(recording))

    assert said_on(worker_database, recording) == []
    assert masters.opened == 1
    assert alarms(worker_database) == []


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        flac(np.zeros(8000, np.int16)),
        flac(*dialogue(), rate=16_000),
        flac(*dialogue(), rate=44_100),
        b"fLaC" + bytes(200),
        b"no sound at all",
    ],
    ids=["no-file", "one-side-only", "16-kHz", "44.1-kHz", "damaged", "something-else"],
)
def test_a_file_that_cannot_be_read_is_left_alone_and_never_told_as_a_silent_call(
    transcriber: Transcriber,
    recording: RecordingId,
    masters: Masters,
    worker_database: Database,
    broken: bytes,
) -> None:
    masters.files[recording] = broken

    transcriber.transcribe_recording(str(recording))
    transcriber.transcribe_recording(str(recording))

    assert revisions(worker_database, recording) == 0
    assert state(worker_database, recording) == (Progress.FAILED, "recording-unreadable")
    assert masters.opened == 1
    assert masters.files[recording] == broken
    assert alarms(worker_database) == ["recording-unreadable"]


def test_a_supervisor_who_asks_has_a_file_tried_again_that_could_not_be_read(
    transcriber: Transcriber, recording: RecordingId, masters: Masters, worker_database: Database
) -> None:
    whole, masters.files[recording] = masters.files[recording], b"no sound at all"
    transcriber.transcribe_recording(str(recording))
    masters.files[recording] = whole

    with worker_database.begin() as connection:
        note(connection, recording, Progress.WAITING, NOON)
    transcriber.transcribe_recording(str(recording))

    assert state(worker_database, recording) == (Progress.DONE, "")
    assert said_on(worker_database, recording) != []


def test_a_cut_off_recording_gives_what_is_there_or_is_told_as_unreadable_but_never_loops(
    transcriber: Transcriber, recording: RecordingId, masters: Masters, worker_database: Database
) -> None:
    masters.files[recording] = masters.files[recording][:20_000]

    for _ in range(2):
        transcriber.transcribe_recording(str(recording))

    assert masters.opened == 1
    unreadable = state(worker_database, recording) == (Progress.FAILED, "recording-unreadable")
    assert unreadable is (revisions(worker_database, recording) == 0)


@pytest.mark.parametrize("side", CALL_TRACKS)
def test_a_one_sided_recording_gives_the_words_of_that_side(
    transcriber: Transcriber,
    recording: RecordingId,
    masters: Masters,
    worker_database: Database,
    side: Track,
) -> None:
    caller, hall = dialogue()
    nothing = np.zeros_like(caller)
    masters.files[recording] = flac(caller, nothing) if side is Track.CALLER else flac(nothing, hall)

    transcriber.transcribe_recording(str(recording))

    assert {one.said.track for one in said_on(worker_database, recording)} == {side}


def test_each_side_is_heard_by_itself(
    transcriber: Transcriber, recording: RecordingId, engine: SaysTheSame
) -> None:
    transcriber.transcribe_recording(str(recording))

    caller, hall = dialogue()
    assert [one.track for one in engine.listened] == [Track.CALLER, Track.HALL]
    assert (engine.listened[0].samples == caller).all()
    assert (engine.listened[1].samples == hall).all()
