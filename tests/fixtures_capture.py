"""The back room of an invented town hall: finished calls, Asterisk's folder, the vault."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Row, text

from core.clock import SystemClock
from core.facts import CallEnded, CallFlagged, RecordingPromoted, RecordingSealed
from core.ids import CallId, LegId, LineId, PhoneId, RecordingId, recording_id_of
from core.profile.model import CityProfile
from runtime.asterisk_server import AsteriskServer
from storage.database import Database
from storage.jobs import Announcer
from storage.key_files import keys_from_files
from storage.objects import ObjectStore
from storage.recordings import ObjectKind
from storage.unit_of_work import Announces, UnitOfWork
from storage.vault import Vault
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.asterisk_config.plan import recording_name
from telephony.call import events as on
from telephony.call.call import operator_leg, plan_of, playback_of
from telephony.capture.capture import AsteriskRecordings, CaptureRecording, KnowsPrompts
from telephony.capture.listening_copy import DeriveListeningCopy
from telephony.capture.orphan_recordings import OrphanRecordings
from telephony.journal.call_writing import write_entries
from telephony.journal.journal_entry import JournalEntry
from telephony.sound.audio_files import Samples
from telephony.sound.prompts import Prompts
from tests.fakes.clock import FakeClock
from tests.fakes.stored_recordings import AsteriskFolder, asterisk_folder
from tests.fakes.voices import silence, through_mulaw, voice
from tests.fakes.whole_sound import read_flac
from tests.fixtures_asterisk import KOKUHO, RENSHU, town

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PHONE = PhoneId("hoken1")
PROMPT = voice(900, 4.0)
HALL = through_mulaw(np.concatenate([silence(0.3), PROMPT, silence(2.7), voice(901, 13.0)]))
CALLER = through_mulaw(np.concatenate([silence(8.0), voice(902, 12.0)]))
SECONDS = 20.0
_calls = count(1)


def wav(samples: Samples, *, finished: bool = True) -> bytes:
    """A file as Asterisk writes it; an unfinished one says that it is empty."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(samples.tobytes())
    raw = file.getvalue()
    return raw if finished else raw[:4] + bytes(4) + raw[8:40] + bytes(4) + raw[44:]


class OnePrompt:
    """Every announcement sounds the same."""

    def samples(self, announcement: str) -> Samples | None:
        return PROMPT if announcement == "rokuon" else None


@dataclass(kw_only=True)
class BackRoom:
    """Everything that capture works with, and ways to look at what it did."""

    folder: AsteriskFolder
    database: Database
    objects: Path
    keys: Path
    profile: CityProfile = field(default_factory=town)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON + timedelta(minutes=10)))

    def __post_init__(self) -> None:
        self.announcer = Announcer(
            {
                CallEnded: ("capture_recording",),
                CallFlagged: ("promote_recording",),
                RecordingPromoted: ("transcribe_recording",),
                RecordingSealed: ("derive_listening_copy", "transcribe_recording"),
            },
            {
                "capture_recording": "vault",
                "promote_recording": "vault",
                "derive_listening_copy": "derive",
                "transcribe_recording": "words",
            },
        )
        self.asterisk = StoredRecordings(self.folder.url, "tsuwaroku", "secret")
        self.prompts: KnowsPrompts = OnePrompt()

    @classmethod
    def at(cls, server: AsteriskServer, database: Database, folder: Path, announcements: Path) -> BackRoom:
        """Return the back room of a hall with a real telephone server, at the real time."""
        plan = server.plan
        room = cls(
            folder=AsteriskFolder(url=plan.ari_url),
            database=database,
            objects=folder / "objects",
            keys=folder / "keys",
            profile=server.profile,
        )
        room.clock = SystemClock()  # type: ignore[assignment]
        room.asterisk = StoredRecordings(plan.ari_url, plan.ari_user, plan.ari_password)
        room.prompts = Prompts(server.profile, announcements)
        return room

    def vault(self, objects: Path | None = None) -> Vault:
        store = ObjectStore.at(f"file://{objects or self.objects}")
        keys = keys_from_files(self.keys, create=not self.keys.exists())
        return Vault(database=self.database, objects=store, keys=keys, clock=self.clock)

    def capture(
        self,
        *,
        asterisk: AsteriskRecordings | None = None,
        vault: Vault | None = None,
        announcer: Announces | None = None,
    ) -> CaptureRecording:
        return CaptureRecording(
            asterisk=asterisk or self.asterisk,
            vault=vault or self.vault(),
            database=self.database,
            announcer=announcer or self.announcer,
            profile=self.profile,
            prompts=self.prompts,
            clock=self.clock,
        )

    def orphans(self) -> OrphanRecordings:
        return OrphanRecordings(
            asterisk=self.asterisk,
            database=self.database,
            announcer=self.announcer,
            profile=self.profile,
            seal_number=lambda number: (f"sealed {len(number)}".encode(), b"0123456789abcdef"),
            clock=self.clock,
        )

    def copies(self, vault: Vault | None = None) -> DeriveListeningCopy:
        return DeriveListeningCopy(
            database=self.database, announcer=self.announcer, vault=vault or self.vault()
        )

    def call(  # noqa: PLR0913  what can be different in a call
        self,
        caller: bytes | None = b"default",
        hall: bytes | None = b"default",
        *,
        line: LineId = KOKUHO,
        answered: bool = True,
        told: bool = True,
        talked: bool = True,
        marks: Sequence[float] = (),
        seconds: float = SECONDS,
        lost: bool = False,
    ) -> CallId:
        """Let a call take place that was ours, and leave its files in Asterisk's folder."""
        call = CallId(f"city-{int(NOON.timestamp())}.{next(_calls)}")
        self.place(call, line, caller, hall)
        self.write_journal(
            call, line, answered=answered, told=told, talked=talked, marks=marks, seconds=seconds, lost=lost
        )
        return call

    def place(
        self, call: CallId, line: LineId, caller: bytes | None = b"default", hall: bytes | None = b"default"
    ) -> str:
        """Leave the two tracks of a call in Asterisk's folder; None leaves none."""
        name = recording_name(line, call)
        for side, raw, usual in (("r", caller, CALLER), ("t", hall, HALL)):
            if raw is not None:
                self.folder.files[f"{name}_{side}"] = wav(usual) if raw == b"default" else raw
        return name

    def write_journal(  # noqa: PLR0913  what can be different in a call
        self,
        call: CallId,
        line: LineId,
        *,
        answered: bool,
        told: bool,
        talked: bool,
        marks: Sequence[float],
        seconds: float,
        lost: bool,
    ) -> None:
        def at(second: float) -> datetime:
            return NOON + timedelta(seconds=second)

        known = self.profile.line(line)
        assert known is not None
        leg = operator_leg(call, known.phones[0])
        caller = on.CallerIdentity(kind=on.CallerClass.NUMBER, sealed=b"sealed", hash=b"0123456789abcdef")
        arrived = on.CallerArrived(
            at=NOON, call=call, leg=LegId(call), caller=caller, plan=plan_of(self.profile, known)
        )
        story: list[on.CallEvent] = [arrived]
        if answered:
            story.append(on.CallerAnswered(at=at(0.1)))
        if told:
            story.append(on.AnnouncementEnded(at=at(4.4), playback=playback_of(call, 1), played=True))
        if talked and told:
            story += [on.OperatorAnswered(at=at(6.9), leg=leg), on.LegsJoined(at=at(7.0), operator=leg)]
            for mark in marks:
                story += [
                    on.DigitPressed(at=at(mark), leg=leg, digit="*"),
                    on.DigitPressed(at=at(mark), leg=leg, digit="1"),
                ]
        story.append(on.CallLost(at=at(seconds)) if lost else on.CallerHungUp(at=at(seconds)))
        entries = [JournalEntry(call=call, seq=seq, event=event) for seq, event in enumerate(story)]
        with UnitOfWork(self.database, self.announcer) as work:
            write_entries(work, entries)

    def place_row(self, call: CallId, line: LineId = KOKUHO) -> None:
        """Say that a call came in of which the journal knows nothing more yet."""
        known = self.profile.line(line)
        assert known is not None
        leg, unseen = LegId(call), on.CallerIdentity(kind=on.CallerClass.UNREADABLE)
        plan = plan_of(self.profile, known)
        arrived = on.CallerArrived(at=self.clock.now(), call=call, leg=leg, caller=unseen, plan=plan)
        with UnitOfWork(self.database, self.announcer) as work:
            write_entries(work, [JournalEntry(call=call, seq=0, event=arrived)])

    def row(self, call: CallId) -> Row[Any] | None:
        with self.database.begin() as connection:
            return connection.execute(
                text("SELECT * FROM calls WHERE id = :call"), {"call": call}
            ).one_or_none()

    def recording(self, call: CallId) -> Row[Any] | None:
        with self.database.begin() as connection:
            found = connection.execute(text("SELECT * FROM recordings WHERE subject = :call"), {"call": call})
            return found.one_or_none()

    def call_of(self, recording: RecordingId) -> CallId:
        """Name the call that a recording is of."""
        asked = text("SELECT subject FROM recordings WHERE id = :recording")
        with self.database.begin() as connection:
            return CallId(connection.execute(asked, {"recording": recording}).scalar_one())

    def alarms(self, call: CallId | None = None) -> set[str]:
        """Codes of the alarms of a call, or of those that belong to none."""
        asked = text("SELECT code FROM alarms WHERE call_id IS NOT DISTINCT FROM :call")
        with self.database.begin() as connection:
            return set(connection.execute(asked, {"call": call}).scalars())

    def jobs(self, task: str) -> list[str]:
        """The ids that jobs of a kind carry."""
        asked = text("SELECT args FROM procrastinate_jobs WHERE task_name = :task ORDER BY id")
        with self.database.begin() as connection:
            found = connection.execute(asked, {"task": task}).scalars()
            return [str(next(iter(args.values()))) for args in found]

    def sealed_sound(self, call: CallId) -> Samples:
        """The samples of a sealed recording, as they come out of the vault."""
        opened = self.vault().open_for_process("verification", recording_id_of(call))
        return read_flac(opened.read(0, opened.size))

    def copy(self, recording: RecordingId, kind: ObjectKind) -> bytes:
        opened = self.vault().open_for_process("verification", recording, kind)
        return opened.read(0, opened.size)


@pytest.fixture
def back_room(worker_database: Database, tmp_path: Path) -> Iterator[BackRoom]:
    """A back room of its own database, keys and object folder."""
    with asterisk_folder() as folder:
        yield BackRoom(
            folder=folder, database=worker_database, objects=tmp_path / "objects", keys=tmp_path / "keys"
        )


__all__ = ["CALLER", "HALL", "KOKUHO", "NOON", "PHONE", "PROMPT", "RENSHU", "BackRoom", "wav"]
