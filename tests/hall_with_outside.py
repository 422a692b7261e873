"""A town hall whose operators may bring in an interpreter from outside; the carrier answers for them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from core.ids import PhoneId
from core.profile.model import CityProfile
from core.profile.outside import Outside, OutsideParty
from core.profile.recording import Outbound, RecordingMode
from runtime.asterisk_rootfs import AsteriskProgram
from telephony.call.call import Call
from tests.fakes.carrier import Carrier
from tests.fixtures_asterisk import RENSHU, running_asterisk, town
from tests.fixtures_telephony import FIRST, SECOND, Hall, shorten

INTERPRETER = "0300000901"
OUTSIDE_TONE = 1130
SEALED = b64encode(f"sealed:+81{INTERPRETER[1:]}".encode()).decode()


class HallWithOutside(Hall):
    """A hall, and the carrier behind which the interpreter sits."""

    carrier: Carrier

    def latest(self) -> Call:
        """The call that came last."""
        return max(self.calls().values(), key=lambda one: one.id)


def town_with_outside(contact: str, *, practice: bool) -> CityProfile:
    """The practice line's phones belong to our two operators; an interpreter can be brought in."""
    plain = town(ring_seconds=5)
    lines = tuple(
        line.model_copy(update={"phones": (PhoneId(FIRST), PhoneId(SECOND)), "practice": practice})
        for line in plain.lines
        if line.id == RENSHU
    )
    trunk = plain.trunks[0].model_copy(update={"contact": contact})
    calls_out = Outbound(recording=RecordingMode.NEVER, number="0300000101")
    departments = tuple(one.model_copy(update={"outbound": calls_out}) for one in plain.departments)
    outside = Outside(
        announcement="machigai",
        parties=(OutsideParty(id="tsuyaku", name="通訳", number=INTERPRETER),),
        ring_seconds=8,
    )
    return plain.model_copy(
        update={
            "lines": lines,
            "trunks": (trunk, *plain.trunks[1:]),
            "outside": outside,
            "departments": departments,
        }
    )


@contextmanager
def running_hall_with_outside(
    folder: Path, program: AsteriskProgram, *, answers: bool = True
) -> Generator[HallWithOutside]:
    """Run it. Asterisk lets the practice caller in; to our process the line is a citizen's like any other."""
    with (
        Carrier(hertz=OUTSIDE_TONE, answers=answers) as carrier,
        running_asterisk(
            folder / "pbx", program, town_with_outside(carrier.contact, practice=True)
        ) as server,
        HallWithOutside(server, folder, town_with_outside(carrier.contact, practice=False)) as hall,
    ):
        hall.carrier = carrier
        shorten(server.plan.sounds)
        yield hall
