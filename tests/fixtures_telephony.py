"""A town hall's telephones, all real: Asterisk, SIP phones and our own process, each in its own process."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pytest

from core.ids import CallId, PhoneId
from core.profile.model import CityProfile
from runtime.asterisk_rootfs import AsteriskProgram
from runtime.asterisk_server import AsteriskServer
from runtime.pbx_secrets import PbxSecrets
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.call.call import Call, Phase
from telephony.journal.journal_files import all_entries, journalled_calls
from tests.fixtures_asterisk import RENSHU, password_of, running_asterisk, town
from tests.recorded_files import closed_calls

ROOT = Path(__file__).parent.parent
CALLER, FIRST, SECOND = "caller", "hoken1", "hoken2"
CALLER_TONE, OPERATOR_TONE = 620, 1710
NUMBER = "9900"


class TalkingProcess:
    """A process that is told things and says things, one line each."""

    def __init__(self, module: str, told: Mapping[str, Any]) -> None:
        self.lines: list[str] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.tell(json.dumps(told))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        if self.process.stdout is not None:
            for line in self.process.stdout:
                with self._news:
                    self.lines.append(line.strip())
                    self._news.notify_all()

    def tell(self, line: str) -> None:
        if self.process.stdin is not None:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

    def hear(self, wanted: str | Callable[[str], bool], *, since: int = 0, seconds: float = 30.0) -> int:
        """Wait until a line is said; return the position behind it."""
        fits = wanted if callable(wanted) else wanted.__eq__
        end = time.monotonic() + seconds
        with self._news:
            while True:
                for position, line in enumerate(self.lines[since:], start=since):
                    if fits(line):
                        return position + 1
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"never said: {wanted}; said: {self.lines[since:]}")
                self._news.wait(left)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


class Phones(TalkingProcess):
    """The caller and the operators' phones. ``look`` tells what is there when somebody is not heard."""

    def __init__(
        self, module: str, told: Mapping[str, Any], look: Callable[[], str] = lambda: "nothing is known"
    ) -> None:
        super().__init__(module, told)
        self._look = look

    def order(self, phone: str, *words: str) -> None:
        self.tell(" ".join((phone, *words)))

    def hears(self, phone: str, hertz: int, *, share: float = 0.6, seconds: float = 20.0) -> None:
        """Wait until most of what a phone hears is a tone."""
        self._measure(phone, hertz, lambda heard: heard >= share, seconds)

    def silent(self, phone: str, hertz: int, *, share: float = 0.1, seconds: float = 20.0) -> None:
        """Wait until a phone hears no more of a tone."""
        self._measure(phone, hertz, lambda heard: heard <= share, seconds)

    def hears_something(self, phone: str, *, seconds: float = 20.0) -> None:
        """Wait until a phone hears something that is none of the test's tones: music, or ringing."""
        end = time.monotonic() + seconds
        while not self._measure(phone, 0, lambda _heard: True, seconds):
            assert time.monotonic() < end, f"{phone} hears nothing"
            time.sleep(0.1)

    def _measure(self, phone: str, hertz: int, fits: Callable[[float], bool], seconds: float) -> float:
        end = time.monotonic() + seconds
        while True:
            since = len(self.lines)
            self.order(phone, "hear", str(hertz))
            position = self.hear(lambda line: line.startswith(f"{phone} hears {hertz} "), since=since)
            heard = float(self.lines[position - 1].split()[-1])
            if fits(heard):
                return heard
            if time.monotonic() > end:
                loudness = self._measure(phone, 0, lambda _heard: True, seconds)
                raise AssertionError(f"{phone} hears {heard} of {hertz} Hz, {loudness} loud; {self._look()}")
            time.sleep(0.1)


class Hall:
    """One town hall: start what you need, all of it ends with the hall."""

    def __init__(self, server: AsteriskServer, folder: Path, profile: CityProfile) -> None:
        self.server = server
        self.folder = folder
        self.profile = profile
        self.journals = folder / "journal"
        self.heartbeat = folder / "heartbeat"
        self.leases = folder / "leases"
        self._processes: list[TalkingProcess] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        for process in reversed(self._processes):
            process.stop()

    def telephony(self, url: str | None = None, *, resting: str = "") -> TalkingProcess:
        """Start our process and wait until it is connected.

        ``url``: another way to Asterisk. ``resting``: at this phone somebody asked for rest.
        """
        plan = self.server.plan
        told = {
            "journals": str(self.journals),
            "instance": plan.instance,
            "url": url or plan.ari_url,
            "user": plan.ari_user,
            "password": plan.ari_password,
            "ami": plan.ami_host,
            "ami_password": plan.ami_password,
            "recordings": str(plan.recordings),
            "sounds": str(plan.sounds),
            "heartbeat": str(self.heartbeat),
            "leases": str(self.leases),
            "profile": self.profile.model_dump_json(),
            "resting": resting,
        }
        process = TalkingProcess("tests.telephony_process", told)
        self._processes.append(process)
        process.hear("ready")
        return process

    def phones(self, *registered: str) -> Phones:
        """Plug in the caller and the named phones."""
        secrets = PbxSecrets(keys=self.folder / "pbx" / "keys")
        caller = {"user": "renshu-caller", "password": secrets.practice_password(), "register": False}
        typed_in = {name: password_of(self.folder / "pbx", PhoneId(name)) for name in registered}
        accounts = {CALLER: caller} | {
            name: {"user": name, "password": password, "register": True}
            for name, password in typed_in.items()
        }
        server = f"127.0.0.1:{self.server.plan.sip_port}"
        process = Phones("tests.sip_phones", {"server": server, "phones": accounts}, self.what_is_there)
        self._processes.append(process)
        process.hear("ready")
        return process

    def dial(self, phones: Phones) -> None:
        phones.order(CALLER, "dial", f"sip:{NUMBER}@127.0.0.1:{self.server.plan.sip_port}")

    def calls(self) -> dict[CallId, Call]:
        """Every call, as the journals tell it."""
        return {call: one.call for call, one in journalled_calls(self.journals).items()}

    def recordings(self) -> dict[str, int]:
        """Name → bytes of everything that Asterisk recorded."""
        return {file.name: file.stat().st_size for file in self.server.plan.recordings.iterdir()}

    def asterisk_has(self, *path: str) -> list[str]:
        """Name the channels or bridges that Asterisk has."""
        return [str(one["id"]) for one in self._rows(*path)]

    def _rows(self, *path: str) -> list[dict[str, Any]]:
        plan = self.server.plan
        asterisk = StoredRecordings(plan.ari_url, plan.ari_user, plan.ari_password)
        rows: list[dict[str, Any]] = json.loads(asterisk._act("look", "GET", *path))
        return rows

    def what_is_there(self) -> str:
        """Tell, for whoever asks why a test failed, what Asterisk has and what the journals say happened."""
        bridges = {one["id"]: one["channels"] for one in self._rows("bridges")}
        events = [
            f"{one.event.at:%T.%f} {one.event}{' (refused)' if one.refused else ''}"
            for one in all_entries(self.journals)
        ]
        return "\n".join((f"channels {self.asterisk_has('channels')}", f"bridges {bridges}", *events[-40:]))

    def wait_until(self, happened: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, f"never happened: {what}"
            time.sleep(0.05)

    def wait_until_quiet(self, seconds: float = 30.0) -> None:
        """Nothing of a call is left in Asterisk."""
        self.wait_until(
            lambda: not self.asterisk_has("channels") and not self.asterisk_has("bridges"),
            "no channels, no bridges",
            seconds,
        )


def talk(phones: Phones, operator: str = FIRST) -> None:
    """Both speak, and each hears the other."""
    phones.order(CALLER, "say", str(CALLER_TONE))
    phones.order(operator, "say", str(OPERATOR_TONE))
    phones.hears(CALLER, OPERATOR_TONE)
    phones.hears(operator, CALLER_TONE)


def up_to_talking(hall: Hall) -> Phones:
    """Let the citizen dial and the first phone answer; return when both hear each other."""
    phones = hall.phones(FIRST)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    phones.order(FIRST, "answer")
    talk(phones)
    return phones


def ended(hall: Hall) -> Call:
    """The one call of this test, once it is over and nothing of it is left."""
    hall.wait_until_quiet()
    hall.wait_until(lambda: all(one.phase is Phase.ENDED for one in hall.calls().values()), "an end")
    (call,) = hall.calls().values()
    return call


def recorded_seconds(hall: Hall) -> float:
    """Length of the two tracks, which must be the same, once they are complete."""
    hall.wait_until(lambda: any(closed_calls(hall.server.plan.recordings)), "the end of the files")
    sizes = {
        name[-6:]: size for name, size in hall.recordings().items() if name.endswith(("_r.wav", "_t.wav"))
    }
    assert set(sizes) == {"_r.wav", "_t.wav"}
    assert sizes["_r.wav"] == sizes["_t.wav"]
    return (sizes["_r.wav"] - 44) / 16000


@contextmanager
def running_hall(folder: Path, program: AsteriskProgram) -> Iterator[Hall]:
    """A hall whose practice line rings two phones for five seconds."""
    plain = town(ring_seconds=5)
    lines = tuple(
        line.model_copy(update={"phones": (PhoneId(FIRST), PhoneId(SECOND))}) if line.id == RENSHU else line
        for line in plain.lines
    )
    profile = plain.model_copy(update={"lines": lines})
    with (
        running_asterisk(folder / "pbx", program, profile) as server,
        Hall(server, folder, profile) as hall,
    ):
        shorten(server.plan.sounds)
        yield hall


def shorten(sounds: Path) -> None:
    """Cut the announcements to a second and a half: these tests listen to none of them."""
    for file in sounds.glob("*.wav"):
        with wave.open(str(file), "rb") as long:
            told, frames = long.getparams(), long.readframes(long.getframerate() * 3 // 2)
        with file.open("r+b") as same, wave.open(same, "wb") as short:
            short.setparams(told)
            short.writeframes(frames)
            same.truncate()


@pytest.fixture
def hall(
    asterisk_program: AsteriskProgram, open_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Hall]:
    with running_hall(open_folder / f"hall-{abs(hash(request.node.nodeid))}", asterisk_program) as hall:
        yield hall
