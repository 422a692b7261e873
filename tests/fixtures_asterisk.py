"""A real Asterisk on free ports of loopback, for an invented town with two lines and a practice line."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import soundfile

from core.clock import SystemClock
from core.ids import DepartmentId, LineId, PhoneId
from core.profile.model import (
    Agency,
    Announcement,
    CityProfile,
    Department,
    Keeping,
    Line,
    Phone,
    RecordingMode,
    Regime,
    Trunk,
)
from core.settings import AsteriskSettings, Settings
from runtime.asterisk_rootfs import AsteriskProgram, find_asterisk
from runtime.asterisk_server import AsteriskServer, plan_of
from runtime.home import ServiceUsers
from runtime.pbx_secrets import PbxSecrets
from runtime.sip_certificates import SipCertificates
from telephony.asterisk.stored_recordings import StoredRecordings
from tests.waiting import wait_until

TRUNK_ADDRESS = "127.0.0.3"
"""The carrier's gateway of the invented town: whoever sends from here comes in as a citizen."""

KOKUHO = LineId("kokuho")
RENSHU = LineId("renshu")

_PROFILES = Path(__file__).parent.parent / "profiles"
_OFFICE = DepartmentId("hoken")
_numbers = count(1)


def town(*, ring_seconds: int = 5) -> CityProfile:
    """An invented town hall: kokuho (0300000101) rings two phones, renshu (9900) is for practice."""
    return CityProfile(
        schema_version=1,
        city="shiken",
        name="試験市",
        agencies=(Agency(id="shicho", name="市長部局", regime=Regime.PUBLIC_BODY, basis="法第5章"),),
        departments=(Department(id=_OFFICE, name="保険課", agency="shicho"),),
        phones=tuple(
            Phone(id=PhoneId(phone), name=phone, department=_OFFICE)
            for phone in ("hoken1", "hoken2", "renshu1")
        ),
        lines=(
            _line(KOKUHO, ("0300000101", "2101"), ("hoken1", "hoken2"), ring_seconds),
            _line(RENSHU, ("9900",), ("renshu1",), ring_seconds, practice=True),
        ),
        trunks=(
            Trunk(id="denwa", name="電話会社", addresses=(TRUNK_ADDRESS,)),
            Trunk(id="renshu-caller", name="練習の相手", practice=True),
        ),
        announcements=tuple(
            Announcement(id=name, text=name, file=f"sounds/sakura/{name}.wav")
            for name in ("rokuon", "fuzai", "hanashichu", "machigai")
        ),
        unknown_line="machigai",
        keeping=Keeping(unflagged_days=90, flagged_days=1825, practice_days=7),
    )


def _line(
    line: LineId,
    numbers: tuple[str, ...],
    phones: tuple[str, ...],
    ring_seconds: int,
    *,
    practice: bool = False,
) -> Line:
    return Line(
        id=line,
        name=line,
        department=_OFFICE,
        numbers=numbers,
        phones=tuple(PhoneId(phone) for phone in phones),
        recording=RecordingMode.ALWAYS,
        announcement="rokuon",
        no_answer="fuzai",
        busy="hanashichu",
        ring_seconds=ring_seconds,
        practice=practice,
    )


def free_port(kind: socket.SocketKind) -> int:
    """A port of loopback that was free a moment ago."""
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_pair() -> int:
    """A TCP port of loopback that was free a moment ago, as was the one after it."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@contextmanager
def running_asterisk(
    folder: Path, program: AsteriskProgram, profile: CityProfile | None = None, *, instance: str = "city"
) -> Generator[AsteriskServer]:
    """Run an Asterisk of your own in a folder that other OS users can enter (`open_folder`)."""
    users = ServiceUsers.for_this_machine()
    users.create()
    profile = profile or town()
    rtp_start = 22000 + 2 * (os.getpid() % 90) * 100
    settings = Settings(
        home=folder,
        instance=instance,
        asterisk=AsteriskSettings(
            sip_port=free_port(socket.SOCK_DGRAM),
            sip_tls_port=free_pair(),
            http_port=free_port(socket.SOCK_STREAM),
            rtp_start=rtp_start,
            rtp_end=rtp_start + 199,
        ),
    )
    secrets = PbxSecrets(keys=folder / "keys")
    passwords = {one.id: secrets.renew_phone(one.id) for one in profile.phones}
    (folder / "typed-in.json").write_text(json.dumps(passwords))
    plan = plan_of(settings, profile, program, secrets)
    certificates = SipCertificates(secrets.keys, settings.asterisk, SystemClock())
    announcements = _short_apologies(folder / "announcements", profile)
    for trunk in profile.trunks:
        if trunk.authority:
            (announcements / trunk.authority).write_bytes((folder / trunk.authority).read_bytes())
    server = AsteriskServer(
        plan, profile, program,
        announcements=announcements, os_user=users.pbx, certificates=certificates,
    )  # fmt: skip
    server.prepare()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _short_apologies(folder: Path, profile: CityProfile) -> Path:
    """Lay out the announcements; all but the notice are cut to one second."""
    notices = {line.announcement for line in profile.lines}
    for one in profile.announcements:
        (folder / one.file).parent.mkdir(parents=True, exist_ok=True)
        samples, rate = soundfile.read(_PROFILES / one.file, dtype="int16")
        soundfile.write(folder / one.file, samples if one.id in notices else samples[:rate], rate)
    return folder


def password_of(folder: Path, phone: PhoneId) -> str:
    """What was typed into a phone of `running_asterisk(folder)`; practice phones keep theirs themselves."""
    kept = PbxSecrets(keys=folder / "keys")
    if (folder / "keys" / "sip" / f"phone-{phone}.password").is_file():
        return kept.phone_password(phone)
    return str(json.loads((folder / "typed-in.json").read_text())[phone])


class SpokenTo:
    """What a test asks Asterisk through ARI, in one word each."""

    def __init__(self, server: AsteriskServer) -> None:
        plan = server.plan
        self.recordings = StoredRecordings(plan.ari_url, plan.ari_user, plan.ari_password)

    def recording_of(self, line: str) -> str:
        """Name the latest recording of a line, without its side."""
        names = [one for one in self.recordings.list() if one.startswith(f"{line}_") and one.endswith("_r")]
        return max(names).removesuffix("_r")

    def facts_of(self, line: str) -> dict[str, str]:
        """Read the facts of the latest call that the dialplan served alone."""
        name = f"{self.recording_of(line)}_facts"
        wait_until(lambda: name in self.recordings.list())
        text = self.recordings.fetch(name).decode()
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))


@pytest.fixture(scope="session")
def asterisk_program() -> AsteriskProgram:
    """The machine's Asterisk, or the cached tree, or a newly built one."""
    given = os.environ.get("TSUWAROKU_ASTERISK__ROOTFS")
    return find_asterisk(Path(given) if given else None)


@pytest.fixture(scope="module")
def asterisk(asterisk_program: AsteriskProgram, open_folder: Path) -> Iterator[AsteriskServer]:
    """A started Asterisk with nobody connected to ARI. Do not kill this one; make your own for that."""
    with running_asterisk(open_folder / f"pbx{next(_numbers)}", asterisk_program) as server:
        yield server
