"""How soon the editor of left-out passages is ready for a long call, in a real Chromium on this machine.

Ready: every line of the transcript stands in the page and its keys work. Told apart: until the page has said
what is offered and what is left to hear, for which the server goes through the whole master once.
"""

from __future__ import annotations

import re
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page
from sqlalchemy import text

from bench.console import DEPARTMENT, BenchConsole, running_console
from core.actors import Role
from core.clock import SystemClock
from core.facts import RecordingSealed
from core.ids import CallId, RecordingId, recording_id_of
from storage.jobs import Announcer
from storage.recordings import NewRecording
from storage.unit_of_work import UnitOfWork
from telephony.sound.audio_files import SAMPLE_RATE
from telephony.sound.fingerprint import Fingerprinting
from telephony.sound.flac import pack_flac
from telephony.sound.opus import WEBM_MEDIA_TYPE, pack_for_listening
from telephony.sound.peaks import PEAKS_MEDIA_TYPE, draw_peaks
from transcription.engine import ModelIdentity
from transcription.repository import Transcript, add_revision, recorded_call
from transcription.utterance import Track, Utterance, Word

CALL = CallId("bench-long.0")
_EACH = 5.0  # seconds: one utterance in each
_SAID = (
    "隣の鈴木さんのことでお電話しました",
    "鈴木様ですね",
    "電話は03-1234-5678です",
    "さようでございますか",
)
_INSERT = text("""
    INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase, notice,
                       notice_correlation, notice_at_ms, arrived_at, answered_at, connected_at, ended_at,
                       operator_phone, outcome, practice, caller_sealed, caller_hash)
    VALUES (:id, 'kokuho', :department, 'shicho', 'public-body', 'number', 'application', 'ended', 'proven',
            0.98, 400, :arrived, :arrived, :arrived, :ended, 'hoken1', 'talked', false, :sealed, :hash)
""")


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Measure; see the module."""
    parser = ArgumentParser(prog="python -m bench editor", description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args(list(arguments))
    with running_console() as console:
        lines = _plant(console, options.minutes)
        officer = console.account("kaiji", Role.RECORDS_OFFICER)
        with console.browser(console.session(officer)) as page:
            page.set_default_timeout(60_000)
            editor = _opened(console, page)
            first = _once(page, editor)
            console.app.state.sounding.clear()  # as after a restart
            console.app.state.offered_words.clear()
            again = [_once(page, editor) for _ in range(options.times)]
            words = page.locator("[role=option]").count()
    return {
        "minutes": options.minutes, "lines": lines, "words": words, "first_ready_s": first[0],
        "ready_median_s": round(statistics.median(one[0] for one in again), 2),
        "ready_worst_s": max(one[0] for one in again), "first_offers_s": first[1],
        "offers_after_restart_s": again[0][1],
        "offers_median_s": round(statistics.median(one[1] for one in again), 2),
    }  # fmt: skip


def _plant(console: BenchConsole, minutes: int) -> int:
    now = SystemClock().now()
    arrived = now - timedelta(minutes=minutes + 60)
    sealed, number_hash = console.parts.numbers.seal("+81312345678")
    with console.worker.begin() as connection:
        connection.execute(_INSERT, {
            "id": CALL, "department": DEPARTMENT, "arrived": arrived,
            "ended": arrived + timedelta(minutes=minutes), "sealed": sealed, "hash": number_hash,
        })  # fmt: skip
    recording = _sealed(console, minutes, arrived)
    said = tuple(_utterance(number) for number in range(int(minutes * 60 / _EACH) - 1))
    with console.worker.begin() as connection:
        call = recorded_call(connection, recording, locked=True)
        if call is None:
            raise LookupError
        model = ModelIdentity(name="bench", sha256="0" * 64)
        add_revision(connection, call, Transcript(model=model, options={}, utterances=said), now)
    return len(said)


def _sealed(console: BenchConsole, minutes: int, began: datetime) -> RecordingId:
    def sound() -> Iterator[NDArray[np.int16]]:
        return map(_minute, range(minutes))

    prints = Fingerprinting()
    samples = sum(len(one) for one in prints.through(sound()))
    recording = recording_id_of(CALL)
    new = NewRecording(
        id=recording, subject=CALL, department=DEPARTMENT, operator_id=None, practice=False,
        recording_class="unflagged", usable=True, started_at=began, samples=samples,
        sample_rate=SAMPLE_RATE, samples_sha256=prints.result.sha256, findings=(),
        destroy_after=began + timedelta(days=90),
    )  # fmt: skip
    with UnitOfWork(console.worker, Announcer({RecordingSealed: ()}, {})) as work:
        console.vault.seal(work, new, pack_flac(sound(), prints.result))
    with UnitOfWork(console.worker, Announcer({RecordingSealed: ()}, {})) as work:
        packed = pack_for_listening(sound, samples)
        console.vault.add_derived(work, recording, "listening", WEBM_MEDIA_TYPE, packed)
        console.vault.add_derived(work, recording, "peaks", PEAKS_MEDIA_TYPE, draw_peaks(sound()))
    return recording


def _minute(number: int) -> NDArray[np.int16]:
    """Return noise with the loudness of speech, another in every minute; shape (n, 2)."""
    dice = np.random.default_rng(number)
    loud = np.repeat(dice.uniform(0, 3000, (600, 2)), SAMPLE_RATE // 10, axis=0)
    return (dice.standard_normal((60 * SAMPLE_RATE, 2)) * loud).clip(-32000, 32000).astype(np.int16)


def _utterance(number: int) -> Utterance:
    words, start = _SAID[number % len(_SAID)], number * _EACH
    pieces = [words[at : at + 3] for at in range(0, len(words), 3)]
    length = 4.0 / len(pieces)
    return Utterance(
        track=(Track.CALLER, Track.HALL)[number % 2], start=start, end=start + 4.0, text=words,
        words=tuple(
            Word(text=one, start=start + at * length, end=start + (at + 1) * length, probability=0.9)
            for at, one in enumerate(pieces)
        ),
    )  # fmt: skip


def _opened(console: BenchConsole, page: Page) -> str:
    """Take the recording for a request and open it, as an officer does; returns the editor's address."""
    page.goto(f"{console.url}/records")
    page.get_by_label("請求の番号").fill("R8-1")
    page.get_by_role("button", name="この請求で探す").click()
    page.get_by_role("button", name="探す", exact=True).click()
    page.get_by_role("button", name=re.compile("請求に当たる録音とする")).click()
    page.get_by_role("link", name=re.compile("録音と文字起こし")).click()
    page.get_by_role("button", name="開く", exact=True).click()
    page.get_by_role("link", name="不開示部分を決める").wait_for()
    return f"{page.url}/redaction"


def _once(page: Page, editor: str) -> tuple[float, float]:
    """Open the editor; returns seconds until it is ready, and until it has told what it offers."""
    page.goto("about:blank")
    began = time.monotonic()
    page.goto(editor, wait_until="commit")
    page.locator("body[data-ready=true]").wait_for()
    ready = time.monotonic() - began
    page.locator("#offer", has_not_text="さがしています").wait_for()
    return round(ready, 2), round(time.monotonic() - began, 2)
