"""A town hall whose practice call has one operator, and a supervisor's desk phone beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ids import PhoneId
from core.profile.model import Announcement, CityProfile
from core.profile.supervision import Help, HelpChain, Supervision, Wording, WordingKind
from runtime.asterisk_rootfs import AsteriskProgram
from telephony.call.call import Call
from telephony.call.guest import Mode
from tests.fixtures_asterisk import RENSHU, running_asterisk, town
from tests.fixtures_telephony import CALLER, FIRST, SECOND, Hall, Phones, TalkingProcess, shorten

SUPERVISOR = "renshu1"
SUPERVISOR_TONE = 2510
SILENCE = 0.05
"""Share of a tone below which nobody heard it: the line's own noise gives less."""


def supervised_town() -> CityProfile:
    plain = town(ring_seconds=5)
    lines = tuple(
        line.model_copy(update={"phones": (PhoneId(FIRST),)}) if line.id == RENSHU else line
        for line in plain.lines
    )
    words = tuple(
        Announcement(id=name, text=name, file=f"sounds/sakura/{file}.wav")
        for name, file in (("doutai", "doutai"), ("keikoku", "hanashichu"))
    )
    return plain.model_copy(
        update={
            "lines": lines,
            "announcements": (*plain.announcements, *words),
            "supervision": Supervision(barge_announcement="doutai", heads=(PhoneId(SECOND),)),
            "help": Help(
                ring_seconds=5,
                chains=(
                    HelpChain(
                        department=plain.departments[0].id,
                        phones=(PhoneId(FIRST), PhoneId(SUPERVISOR)),
                        announcement="keikoku",
                    ),
                ),
            ),
            "wordings": (
                Wording(
                    id="keikoku", kind=WordingKind.WARNING, text="警告", source="要領", announcement="keikoku"
                ),
            ),
        }
    )


class Supervised:
    """One talk, and a supervisor's phone that can be brought onto it."""

    def __init__(self, hall: Hall, process: TalkingProcess, phones: Phones) -> None:
        self.hall = hall
        self.process = process
        self.phones = phones

    @property
    def call(self) -> Call:
        (call,) = self.hall.calls().values()
        return call

    def order(self, kind: str, **body: str) -> None:
        told = " ".join(f"{name}={value}" for name, value in body.items())
        self.process.tell(f"order {kind} {told}")

    def bring(self, mode: Mode) -> None:
        """Order the supervisor's phone onto the call; answer it if it rings; wait until it is there."""
        rings = not self.call.guests
        since = len(self.phones.lines)
        self.order(mode.value, phone=SUPERVISOR)
        if rings:
            self.phones.hear(f"{SUPERVISOR} ringing", since=since)
            self.phones.order(SUPERVISOR, "answer")
            self.phones.hear(f"{SUPERVISOR} up", since=since)
            self.phones.order(SUPERVISOR, "say", str(SUPERVISOR_TONE))
        if mode is not Mode.TAKE_OVER:
            self.hall.wait_until(lambda: [one.mode for one in self.call.guests] == [mode], mode.value)

    def share(self, phone: str, hertz: int) -> float:
        """How much of what a phone heard in the last moment is a tone."""
        since = len(self.phones.lines)
        self.phones.order(phone, "hear", str(hertz))
        position = self.phones.hear(lambda line: line.startswith(f"{phone} hears {hertz} "), since=since)
        return float(self.phones.lines[position - 1].split()[-1])

    def never_hears(self, phone: str, hertz: int, *, times: int = 4) -> None:
        """Nothing of a tone in several stretches one after another."""
        for _ in range(times):
            share = self.share(phone, hertz)
            assert share < SILENCE, f"{phone} hears {share} of {hertz} Hz"
            time.sleep(0.2)

    def stops_hearing(self, phone: str, hertz: int) -> None:
        """What was heard before is heard no more."""
        self.hall.wait_until(lambda: self.share(phone, hertz) < SILENCE, f"{phone} without {hertz}", 3.0)
        self.never_hears(phone, hertz)

    def loudness(self, phone: str) -> float:
        since = len(self.phones.lines)
        self.phones.order(phone, "loudness")
        position = self.phones.hear(lambda line: line.startswith(f"{phone} loudness "), since=since)
        return float(self.phones.lines[position - 1].split()[-1])


@pytest.fixture
def supervised_hall(
    asterisk_program: AsteriskProgram, open_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Hall]:
    folder = open_folder / f"hall-{abs(hash(request.node.nodeid))}"
    profile = supervised_town()
    with (
        running_asterisk(folder / "pbx", asterisk_program, profile) as server,
        Hall(server, folder, profile) as hall,
    ):
        shorten(server.plan.sounds)
        yield hall


def supervised_talk(hall: Hall) -> Supervised:
    """Let caller and operator talk, the supervisor's phone plugged in."""
    process = hall.telephony()
    phones = hall.phones(FIRST, SUPERVISOR)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    phones.order(FIRST, "answer")
    process.hear(lambda line: line.endswith(" talking"))
    phones.order(CALLER, "say", "620")
    phones.order(FIRST, "say", "1710")
    phones.hears(CALLER, 1710)
    phones.hears(FIRST, 620)
    return Supervised(hall, process, phones)
