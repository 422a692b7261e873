"""A town hall behind its console: accounts, calls, recordings, as the service's processes write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from api.accounts import create_account
from api.parts import ConsoleParts
from api.passwords import Passwords
from core.actors import Role
from core.clock import SystemClock
from core.facts import Fact
from core.ids import AccountId, CallId, DepartmentId, RecordingId, recording_id_of
from core.profile.model import CityProfile
from core.settings import ConsoleSettings
from storage.bundle_files import BundleFiles
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from storage.intake import Intake
from storage.keys import FixedKeys
from storage.objects import ObjectStore
from storage.recordings import NewRecording
from storage.unit_of_work import UnitOfWork
from storage.vault import Vault
from telephony.sound.audio_files import SAMPLE_RATE, Samples
from telephony.sound.opus import WEBM_MEDIA_TYPE
from telephony.sound.peaks import PEAKS_MEDIA_TYPE
from tests.fakes.whole_sound import peaks_of, sha256_of_samples, write_flac, write_webm
from transcription.engine import ModelIdentity
from transcription.repository import Transcript, add_revision, recorded_call
from transcription.utterance import Track, Utterance, Word

if TYPE_CHECKING:  # pytest loads the rooms' fixtures itself, and wants to be the first to
    from tests.fixtures_postgres import DatabaseDsns


PASSWORD = "sakura-no-hana-ga-saku"
HOKEN, SHIMIN = DepartmentId("hoken-nenkin"), DepartmentId("shimin")
DIALOGUE = (
    ("hall", 0.6, 5.5, "お電話ありがとうございます。さくら市役所、保険年金課でございます。"),
    (
        "caller",
        6.2,
        14.1,
        "もしもし、国民健康保険の納税通知書が届いたんですけど、金額がおかしいと思うんですよ。",
    ),
    ("hall", 14.7, 20.0, "恐れ入ります。通知書の右上にある番号を教えていただけますでしょうか。"),
    ("caller", 20.5, 24.3, "番号なんかどうでもいいだろう。明細を今すぐ出せ。"),
    ("hall", 25.1, 32.1, "申し訳ございません。個別の明細は、情報公開請求のお手続きをお願いしております。"),
    ("caller", 32.4, 35.7, "出せないなら、責任者を出してください。"),
    ("hall", 36.2, 44.0, "かしこまりました。責任者に代わりますので、少々お待ちいただけますでしょうか。"),
    ("caller", 45.0, 52.0, "分かりました。待っています。"),
)
UNSURE = "納税"
"""The word of the dialogue that the recogniser was not sure of."""


@dataclass(slots=True)
class HeardFacts:
    """An announcer that remembers."""

    facts: list[Fact] = field(default_factory=list[Fact])

    def announce(self, connection: Connection, fact: Fact, *, priority: int = 0) -> None:
        self.facts.append(fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The parts of a console, and the hands of the processes that write what it shows."""

    parts: ConsoleParts
    worker: Database
    worker_dsn: str
    worker_vault: Vault
    facts: HeardFacts
    keys: FixedKeys

    def account(
        self, login: str, *roles: Role, departments: tuple[DepartmentId, ...] = (HOKEN,)
    ) -> AccountId:
        """Make an account; the password is PASSWORD."""
        return create_account(
            self.parts.database, self.parts.passwords, self.parts.clock,
            login=login, display_name=f"さくら 市子（{login}）", password=PASSWORD,
            roles=roles, departments=departments,
        )  # fmt: skip

    def call(self, name: str, **facts: object) -> CallId:
        """Write a call that is over, three minutes long, notice proven, unless ``facts`` say otherwise."""
        call = CallId(f"city-{name}.0")
        ended = datetime.now(UTC) - timedelta(hours=1)
        row: dict[str, Any] = {
            "id": call, "line": "kokuho", "department": HOKEN, "agency": "shicho", "regime": "public-body",
            "practice": False, "caller_class": "number", "served_by": "application",
            "phase": "ended", "notice": "proven", "notice_correlation": 0.98,
            "notice_at_ms": 400,
            "arrived_at": ended - timedelta(minutes=3), "answered_at": ended - timedelta(minutes=3),
            "connected_at": ended - timedelta(minutes=2, seconds=55), "ended_at": ended,
            "operator_phone": "hoken1", "operator_id": None, "outcome": "talked",
            "caller_sealed": None, "caller_hash": None,
        } | facts  # fmt: skip
        if row["caller_class"] == "number" and row["caller_sealed"] is None:
            row["caller_sealed"], row["caller_hash"] = self.parts.numbers.seal("+81312345678")
        columns, values = ", ".join(row), ":" + ", :".join(row)
        self.write(f"INSERT INTO calls ({columns}) VALUES ({values})", row)  # noqa: S608  our own column names
        return call

    def write(self, statement: str, values: dict[str, Any]) -> None:
        """Do what the worker does to a row."""
        with self.worker.begin() as connection:
            connection.execute(text(statement), values)

    def record(  # noqa: PLR0913  a recording has these parts
        self, call: CallId, *, seconds: float = 54.0, department: DepartmentId = HOKEN,
        operator: AccountId | None = None, usable: bool = True,
        practice: bool = False, findings: tuple[str, ...] = (), sound: NDArray[np.int16] | None = None,
    ) -> RecordingId:  # fmt: skip
        """Seal a recording with its copies for the ear and the eye."""
        sound = tones(seconds) if sound is None else sound
        recording = recording_id_of(call)
        now = datetime.now(UTC)
        new = NewRecording(
            id=recording, subject=call, department=department, operator_id=operator, practice=practice,
            recording_class="practice" if practice else "unflagged", usable=usable,
            # From the moment an operator was there: DIALOGUE has no announcement.
            started_at=now - timedelta(hours=1, minutes=2, seconds=50),
            samples=len(sound), sample_rate=SAMPLE_RATE,
            samples_sha256=sha256_of_samples(sound), findings=findings,
            destroy_after=now + timedelta(days=90),
        )  # fmt: skip
        with UnitOfWork(self.worker, HeardFacts()) as work:
            self.worker_vault.seal(work, new, write_flac(sound))
        with UnitOfWork(self.worker, HeardFacts()) as work:
            self.worker_vault.add_derived(work, recording, "listening", WEBM_MEDIA_TYPE, write_webm(sound))
            self.worker_vault.add_derived(work, recording, "peaks", PEAKS_MEDIA_TYPE, peaks_of(sound))
        return recording

    def transcribe(
        self, recording: RecordingId, dialogue: tuple[tuple[str, float, float, str], ...] = DIALOGUE
    ) -> None:
        """Save a transcript in which the recogniser was sure of everything but UNSURE."""
        said = tuple(
            Utterance(
                track=Track(track), start=start, end=end, text=words,
                words=tuple(
                    Word(text=part, start=start, end=end, probability=0.4 if part == UNSURE else 0.95)
                    for part in re.split(f"({UNSURE})", words) if part
                ),
            )
            for track, start, end, words in dialogue
        )  # fmt: skip
        with self.worker.begin() as connection:
            call = recorded_call(connection, recording, locked=True)
            assert call is not None
            model = ModelIdentity(name="test", sha256="0" * 64)
            add_revision(
                connection, call, Transcript(model=model, options={}, utterances=said), datetime.now(UTC)
            )

    def mark(self, call: CallId, at: datetime) -> None:
        """Place a mark from the phone."""
        self.write(
            "INSERT INTO call_marks (id, call_id, at, source) VALUES (:id, :call, :at, 'phone')",
            {"id": uuid4(), "call": call, "at": at},
        )

    def alarm(self, code: str, call: CallId | None = None) -> None:
        """Raise an alarm."""
        self.write(
            "INSERT INTO alarms (at, code, call_id) VALUES (now(), :code, :call)",
            {"code": code, "call": call},
        )

    def notify(self, call: CallId) -> None:
        """Wake the pages, as the telephone side does."""
        self.write("SELECT pg_notify('tsuwaroku_calls', :call)", {"call": call})

    def knocks(self) -> list[Any]:
        """Return every knock, oldest first."""
        with self.worker.begin() as connection:
            return list(connection.execute(text("SELECT * FROM access_knocks ORDER BY at, id")))


def tones(seconds: float) -> Samples:
    """Make two sides that take turns, so that a waveform shows who speaks."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wobble = np.abs(np.sin(at * 7.3)) * np.abs(np.sin(at * 1.7))
    sides = np.zeros((len(at), 2), dtype=np.int16)
    for track, start, end, _ in DIALOGUE:
        talking = (at >= start) & (at < end)
        tone = (np.sin(at * 2 * np.pi * 220) * wobble * 9000).astype(np.int16)
        sides[talking, 0 if track == "caller" else 1] = tone[talking]
    return sides


def office_of(
    dsns: DatabaseDsns, app: Database, worker: Database, profile: CityProfile, passwords: Passwords
) -> Office:
    """Make a town hall out of one database."""
    keys = FixedKeys({"vault": b"v" * 32, "numbers": b"n" * 32, "number-hash": b"h" * 32})
    objects, clock, facts = ObjectStore.at("memory:///"), SystemClock(), HeardFacts()
    parts = ConsoleParts(
        database=app,
        listen_dsn=dsns.app,
        vault=Vault(database=app, objects=objects, keys=keys, clock=clock),
        bundles=BundleFiles(objects),
        intake=Intake(objects, keys),
        numbers=CallerNumbers(keys),
        announcer=facts,
        profile=profile,
        clock=clock,
        settings=ConsoleSettings(),
        sign_in_key=b"k" * 32,
        webhook_key=b"w" * 32,
        passwords=passwords,
        trial=True,
    )
    worker_vault = Vault(database=worker, objects=objects, keys=keys, clock=clock)
    return Office(
        parts=parts, worker=worker, worker_dsn=dsns.worker, worker_vault=worker_vault, facts=facts, keys=keys
    )
