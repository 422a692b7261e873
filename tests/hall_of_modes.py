"""A town hall with a line of every recording mode, and calls going out; real Asterisk, real phones."""

from __future__ import annotations

import wave
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from core.ids import DepartmentId, LineId, PhoneId
from core.profile.model import Announcement, CityProfile, Department, Phone
from core.profile.recording import InDisaster, Outbound, RecordingMode
from runtime.asterisk_rootfs import AsteriskProgram
from telephony.asterisk.ari_address import AriAddress
from tests.fakes.carrier import Carrier
from tests.fixtures_asterisk import RENSHU, running_asterisk, town
from tests.fixtures_telephony import CALLER, Hall, Phones

ALWAYS, ON_DEMAND, NEVER = RENSHU, LineId("zuiji"), LineId("sodan")
ON_DEMAND_ALONE = LineId("zuiji-alone")
NUMBERS = {ALWAYS: "9900", ON_DEMAND: "9901", NEVER: "9902", ON_DEMAND_ALONE: "9903"}
CONSULTED = "0300000201"
OUTSIDE = "0312340900"


class HallOfModes(Hall):
    """A hall whose caller can dial every line, and whose carrier takes calls."""

    carrier: Carrier

    def dial_line(self, phones: Phones, line: LineId) -> None:
        phones.order(CALLER, "dial", f"sip:{NUMBERS[line]}@127.0.0.1:{self.server.plan.sip_port}")

    def dial_out(self, phones: Phones, phone: str, number: str) -> None:
        phones.order(phone, "dial", f"sip:{number}@127.0.0.1:{self.server.plan.sip_port}")

    def hang_up_everybody(self) -> None:
        """Leave nothing of one test to the next."""
        for channel in self.asterisk_has("channels"):
            asked = Request(  # noqa: S310  our own Asterisk
                self.ari().path("channels", channel), method="DELETE", headers=self.ari().headers()
            )
            with suppress(HTTPError):
                urlopen(asked).close()  # noqa: S310  as above
        self.wait_until_quiet(20)

    def ari(self) -> AriAddress:
        plan = self.server.plan
        return AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password)

    def stored(self, line: LineId | str) -> set[str]:
        """Name what lies in Asterisk's folder of a line."""
        return {name for name in self.recordings() if name.startswith(f"{line}_")}


def town_of_modes(contact: str) -> CityProfile:
    """zuiji (9901) is recorded on request, zuiji-alone (9903) even by the dialplan alone, sodan never.

    hoken calls out recorded, shimin unrecorded.
    """
    plain = town(ring_seconds=6)
    first = next(one for one in plain.lines if one.id == RENSHU).model_copy(
        update={"phones": (PhoneId("hoken1"), PhoneId("hoken2"))}
    )
    asked = first.model_copy(
        update={
            "id": ON_DEMAND,
            "numbers": (NUMBERS[ON_DEMAND],),
            "recording": RecordingMode.ON_DEMAND,
            "announcement": "kaishi",
        }
    )
    asked_alone = asked.model_copy(
        update={"id": ON_DEMAND_ALONE, "numbers": (NUMBERS[ON_DEMAND_ALONE],), "records_alone": True}
    )
    never = first.model_copy(
        update={
            "id": NEVER,
            "numbers": (NUMBERS[NEVER],),
            "recording": RecordingMode.NEVER,
            "announcement": "",
        }
    )
    outside = never.model_copy(update={"id": LineId("sodan2"), "numbers": (CONSULTED,), "practice": False})
    hoken = plain.departments[0].model_copy(
        update={
            "outbound": Outbound(recording=RecordingMode.ALWAYS, number="0300000100", announcement="hasshin")
        }
    )
    shimin = Department(
        id=DepartmentId("shimin"),
        name="市民課",
        agency="shicho",
        outbound=Outbound(recording=RecordingMode.NEVER, number="0300000100"),
    )
    trunk = plain.trunks[0].model_copy(update={"contact": contact})
    words = tuple(
        Announcement(id=name, text=name, file="sounds/sakura/rokuon.wav")
        for name in ("kaishi", "hasshin", "mijikai")
    )
    return plain.model_copy(
        update={
            "lines": (first, asked, asked_alone, never, outside),
            "departments": (hoken, shimin),
            "phones": (
                *plain.phones,
                Phone(id=PhoneId("shimin1"), name="shimin1", department=shimin.id),
            ),
            "trunks": (trunk, *plain.trunks[1:]),
            "announcements": (*plain.announcements, *words),
            "in_disaster": InDisaster(short_announcement="mijikai"),
        }
    )


@contextmanager
def running_hall_of_modes(folder: Path, program: AsteriskProgram) -> Generator[HallOfModes]:
    """Run it; no process of ours runs unless a test starts one."""
    with Carrier() as carrier:
        profile = town_of_modes(carrier.contact)
        with (
            running_asterisk(folder / "pbx", program, profile) as server,
            HallOfModes(server, folder, profile) as hall,
        ):
            hall.carrier = carrier
            _cut(server.plan.sounds)
            yield hall


def _cut(sounds: Path) -> None:
    """Cut announcements to two seconds, the short one to one: lengths tell them apart."""
    for file in sounds.glob("*.wav"):
        with wave.open(str(file), "rb") as long:
            seconds = 1 if file.stem == "mijikai" else 2
            told, frames = long.getparams(), long.readframes(long.getframerate() * seconds)
        with file.open("r+b") as same, wave.open(same, "wb") as short:
            short.setparams(told)
            short.writeframes(frames)
            same.truncate()
