"""How old live text is when it can be shown, and how right: a practice call through a real Asterisk, watched.

``python -m bench live [--scenario d1] [--core 1]``. The whole service runs; the recogniser's process is held
to one core. A character's age is from its end in the sound that a telephone sends to the first change of a
line that holds something for it (``age_right``: that holds it right). Errors are those of the settled text,
per side, against what is said in the dialogue.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
from argparse import ArgumentParser
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.labelled_call import LabelledCall, Phrase, load_call
from core.clock import SystemClock
from core.settings import AsteriskSettings, Settings
from runtime.installation import Installation
from runtime.practice.order import Moment, PracticeOrder
from runtime.practice.running import RunningPractice
from transcription.character_errors import align, comparable
from transcription.utterance import CALL_TRACKS, Track

_PROGRAM = Path(__file__).resolve().parents[1]
_READY = "画面が開けます"
_LOOK_SECONDS = 3.0

_WATCH = """
    INSERT INTO live_watches SELECT c.id, (SELECT min(id::text)::uuid FROM accounts), now(), now()
      FROM calls c WHERE c.ended_at IS NULL
    ON CONFLICT (call_id, account_id) DO UPDATE SET seen_at = now()
"""
_NEW = "SELECT id, track, at, text, settled, change FROM live_lines WHERE change > %s ORDER BY change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A line as it stood when it could be shown."""

    line: str
    track: Track
    spoken_at: datetime
    text: str
    settled: bool
    shown_at: datetime


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Measure; see the module."""
    parser = ArgumentParser(prog="python -m bench live", description=__doc__)
    parser.add_argument("--scenario", default="d1")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    options = parser.parse_args(list(arguments))
    call = load_call(_PROGRAM / "runtime" / "practice" / "dialogues" / f"{options.scenario}.json")
    load = round(os.getloadavg()[0], 2)
    with _service() as (installation, recogniser):
        os.sched_setaffinity(recogniser, {options.core})
        for thread in Path(f"/proc/{recogniser}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {options.core})
        began, seconds, shown, spent = _watched_call(installation, recogniser, options.scenario)
    ages, right = (
        [age for track in CALL_TRACKS for age in _ages(call, track, shown, began, right=wanted)]
        for wanted in (False, True)
    )
    errors = {track: _errors(call, track, shown) for track in CALL_TRACKS}
    said = sum(len(_meant(call, track)) for track in CALL_TRACKS)
    return {
        "scenario": options.scenario,
        "load_before": load,
        "characters": said,
        "shown_share": round(len(ages) / said, 3),
        "age_p50_s": round(statistics.median(ages), 2),
        "age_p95_s": round(statistics.quantiles(ages, n=20)[-1], 2),
        "age_right_p95_s": round(statistics.quantiles(right, n=20)[-1], 2),
        "cer_settled": round(sum(errors.values()) / said, 3),
        "core_busy": round(spent / seconds, 2),
        "changes": len(shown),
    }


@contextmanager
def _service() -> Generator[tuple[Installation, int]]:
    folder = Path(tempfile.mkdtemp(prefix="live-", dir="/var/tmp"))
    folder.chmod(0o755)
    asterisk = {
        "sip_port": _free(socket.SOCK_DGRAM), "http_port": _free(), "rtp_start": 26000, "rtp_end": 26099,
    }  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TSUWAROKU_")}
    environment |= {f"TSUWAROKU_ASTERISK__{name.upper()}": str(port) for name, port in asterisk.items()}
    environment |= {
        "TSUWAROKU_HOME": str(folder / "home"),
        "TSUWAROKU_CONSOLE__PORT": str(_free()),
        "TSUWAROKU_LIVE_TEXT__PORT": str(_free()),
    }
    service = subprocess.Popen(
        [_PROGRAM / "tsuwaroku", "serve"], env=environment, cwd=_PROGRAM, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        if service.stdout is None:
            raise OSError("the service has no output")
        recogniser = _recogniser_of(service.stdout)
        threading.Thread(target=service.stdout.read, daemon=True).start()
        settings = Settings(home=folder / "home", asterisk=AsteriskSettings.model_validate(asterisk))
        yield Installation(settings), recogniser
    finally:
        service.terminate()
        service.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _recogniser_of(output: Any) -> int:  # noqa: ANN401  a text stream
    """Wait until the service is ready; return the process id of the recogniser of live text."""
    pid = 0
    for line in output:
        if '"kind": "live-text"' in line:
            pid = int(line.split('"pid": ')[1].split(",")[0])
        if _READY in line and pid:
            return pid
    raise OSError("the service did not start")


def _watched_call(
    installation: Installation, recogniser: int, scenario: str
) -> tuple[datetime, float, list[Shown], float]:
    """Hold the call; return when the dialogue began, its length, what could be shown, and the CPU it took."""
    order = PracticeOrder.of_city(
        installation.profile, installation.secrets, "127.0.0.1", installation.settings.asterisk.sip_port
    )
    clock, over, shown = SystemClock(), threading.Event(), list[Shown]()
    dsn = installation.dsn("worker")

    def watch() -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("LISTEN tsuwaroku_words")
            change, looked = 0, 0.0
            while not over.is_set():
                if clock.now().timestamp() - looked > _LOOK_SECONDS:
                    connection.execute(_WATCH)
                    looked = clock.now().timestamp()
                list(connection.notifies(timeout=0.2, stop_after=1))
                for line, track, at, text, settled, changed in connection.execute(_NEW, [change]).fetchall():
                    change = changed
                    shown.append(
                        Shown(
                            line=str(line), track=Track(track), spoken_at=at, text=text, settled=settled,
                            shown_at=clock.now(),
                        )
                    )  # fmt: skip

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        with RunningPractice(PracticeOrder(**_changed(order, scenario))) as practice:
            practice.wait_for(Moment.TALKING, 60)
            began, spent = clock.now(), _spent(recogniser)
            outcome = practice.finish()
            spent = _spent(recogniser) - spent
    finally:
        over.set()
        watching.join(10)
    return began, outcome.talked, shown, spent


def _changed(order: PracticeOrder, scenario: str) -> dict[str, Any]:
    fields = {name: getattr(order, name) for name in PracticeOrder.__dataclass_fields__}
    return {**fields, "scenario": scenario}


def _ages(
    call: LabelledCall, track: Track, shown: Sequence[Shown], began: datetime, *, right: bool
) -> list[float]:
    """Say how old each character was when a line first held something for it, or held it right."""
    ages: dict[tuple[int, int], float] = {}
    for one in shown:
        if one.track is not track:
            continue
        since, now = ((at - began).total_seconds() for at in (one.spoken_at, one.shown_at))
        # Only what was said since the line began can stand in it.
        spoken = [
            (number, phrase)
            for number, phrase in enumerate(call.said(track))
            if phrase.end > since and phrase.start < now
        ]
        meant = "".join(phrase.text for _, phrase in spoken)
        places = [(number, at) for number, phrase in spoken for at in range(len(phrase.text))]
        heard = comparable(one.text)
        for at, partner in enumerate(align(meant, heard).partners):
            if partner is not None and not (right and meant[at] != heard[partner]):
                number, letter = places[at]
                ages.setdefault(places[at], now - _end_of(call.said(track)[number], letter))
    return [age for age in ages.values() if age > 0]  # before it was said: it stands for another one


def _errors(call: LabelledCall, track: Track, shown: Sequence[Shown]) -> int:
    lines = {one.line: one for one in shown if one.track is track and one.settled}
    ordered = sorted(lines.values(), key=lambda line: line.spoken_at)
    return align(_meant(call, track), comparable("".join(line.text for line in ordered))).errors


def _meant(call: LabelledCall, track: Track) -> str:
    return "".join(phrase.text for phrase in call.said(track))


def _end_of(phrase: Phrase, letter: int) -> float:
    """Return when a character ends, as if its phrase were spoken evenly."""
    return phrase.start + (letter + 1) * (phrase.end - phrase.start) / len(phrase.text)


def _spent(pid: int) -> float:
    """Seconds of computing a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
