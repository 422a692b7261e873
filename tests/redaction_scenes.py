"""A recording that belongs to a request, with words of known times: what the editor of passages works on."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from core.ids import RecordingId
from tests.fixtures_console import Visitor
from tests.office import Office
from transcription.engine import ModelIdentity
from transcription.repository import Transcript, add_revision, recorded_call
from transcription.utterance import Track, Utterance, Word

Said = tuple[tuple[Track, tuple[tuple[str, float, float], ...]], ...]
SAID: Said = (
    (Track.HALL, (("国保年金課の", 0.4, 1.0), ("佐藤", 1.1, 1.5), ("です", 1.5, 1.9))),
    (Track.CALLER, (("隣の", 2.2, 2.5), ("鈴木さん", 2.6, 3.1), ("のことです", 3.2, 3.8))),
    (Track.HALL, (("鈴木様", 4.2, 4.7), ("ですね", 4.8, 5.2))),
)


def transcribed(office: Office, recording: RecordingId, lines: Said = SAID) -> None:
    """Save the transcript, each word with its own seconds."""
    said = tuple(
        Utterance(
            track=track, start=words[0][1], end=words[-1][2], text="".join(one[0] for one in words),
            words=tuple(Word(text=one, start=start, end=end, probability=0.95) for one, start, end in words),
        )
        for track, words in lines
    )  # fmt: skip
    with office.worker.begin() as connection:
        call = recorded_call(connection, recording, locked=True)
        assert call is not None
        model = ModelIdentity(name="test", sha256="0" * 64)
        add_revision(
            connection, call, Transcript(model=model, options={}, utterances=said), datetime.now(UTC)
        )


def belonging(office: Office, officer: Visitor, name: str = "a", seconds: float = 6.0) -> str:
    """Seal a recording that belongs to a request of an officer; returns the address of its content."""
    recording = office.record(office.call(name), seconds=seconds)
    transcribed(office, recording)
    page = str(officer.post("/records", number="令和8年度 第12号", press=str(uuid4())).headers["location"])
    accepted(officer, page, recording)
    return f"{page}/{recording}"


def accepted(officer: Visitor, page: str, recording: UUID) -> None:
    """Take a recording as belonging to a request, and open it."""
    assert officer.post(f"{page}/accept", recording=str(recording)).status_code == 303
    assert officer.post(f"{page}/open", recording=str(recording)).status_code == 303
