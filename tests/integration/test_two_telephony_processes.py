"""Two processes serve one Asterisk: one may die, freeze or leave at any moment of a call; nobody hears it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from core.ids import CallId
from runtime.asterisk_rootfs import AsteriskProgram
from telephony.call.call import Call, Outcome, Phase
from tests.fixtures_telephony import CALLER, FIRST, Hall, Phones, TalkingProcess, running_hall, talk
from tests.recorded_files import closed_calls

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


@dataclass(slots=True)
class Office:
    """A hall with its telephones and two processes; whoever was ended is replaced before the next call."""

    hall: Hall
    phones: Phones
    processes: list[TalkingProcess]
    leader: TalkingProcess
    other: TalkingProcess
    call: CallId
    since: int = 0
    """What the phones said before belongs to earlier calls."""

    def begin(self) -> None:
        """Let a citizen call, and see who leads the call."""
        for number, one in enumerate(self.processes):
            if one.process.poll() is not None:
                self.processes[number] = self.hall.telephony()
        self.since = len(self.phones.lines)
        said = [len(one.lines) for one in self.processes]
        self.hall.dial(self.phones)

        def leading() -> list[tuple[int, str]]:
            return [
                (number, line.split()[0])
                for number, one in enumerate(self.processes)
                for line in one.lines[said[number] :]
                if line.endswith(" announcing")
            ]

        self.hall.wait_until(lambda: bool(leading()), "somebody leads the call")
        ((number, call),) = leading()
        self.leader, self.other, self.call = self.processes[number], self.processes[1 - number], CallId(call)

    def hear(self, phone: str, what: str, since: int | None = None) -> int:
        return self.phones.hear(f"{phone} {what}", since=self.since if since is None else since, seconds=30)

    def known(self) -> Call:
        """The call, as the journals tell it."""
        return self.hall.calls()[self.call]

    def gave_up(self, process: TalkingProcess) -> bool:
        return process.process.poll() is not None or f"{self.call} ended" in process.lines

    def is_led_again(self, since: float) -> None:
        """Wait until the other process leads the call, and print after how long; -s shows it."""
        states = {f"{self.call} {one}" for one in ("announcing", "connecting", "joining", "talking")}
        self.other.hear(lambda line: line in states)
        print(f"led again after {time.monotonic() - since:.2f} s")  # noqa: T201

    def end(self) -> Call:
        """The caller hangs up: one call is over, recorded on both tracks, and nothing is left of it."""
        self.phones.order(CALLER, "hang-up")
        self.hear(CALLER, "over")
        self.hear(FIRST, "over")
        self.hall.wait_until_quiet()
        self.hall.wait_until(lambda: self.known().phase is Phase.ENDED, "the call's end")
        kept = self.hall.server.plan.recordings
        self.hall.wait_until(lambda: f"renshu_{self.call}" in closed_calls(kept), "the end of the files")
        recorded = self.hall.recordings()
        tracks = [recorded[f"renshu_{self.call}_{side}.wav"] for side in "rt"]
        assert tracks[0] == tracks[1] > 16000
        self.hall.wait_until(lambda: not list(self.hall.leases.glob("*.lease")), "no lease left")
        return self.known()


@pytest.fixture(scope="module")
def running(asterisk_program: AsteriskProgram, open_folder: object) -> Iterator[Office]:
    folder = open_folder / "two-processes"  # type: ignore[operator]
    with running_hall(folder, asterisk_program) as hall:
        both = [hall.telephony(), hall.telephony()]
        yield Office(hall, hall.phones(FIRST), both, both[0], both[1], CallId("none-1.1"))


@pytest.fixture
def office(running: Office) -> Iterator[Office]:
    yield running
    for one in running.processes:
        one.process.send_signal(signal.SIGCONT)
    for phone in (CALLER, FIRST):
        running.phones.order(phone, "hang-up")


def kill(process: TalkingProcess) -> None:
    process.process.kill()


def freeze(process: TalkingProcess) -> None:
    process.process.send_signal(signal.SIGSTOP)


def send_away(process: TalkingProcess) -> None:
    process.process.terminate()


def announcing(office: Office) -> None:
    office.begin()


def ringing(office: Office) -> None:
    office.begin()
    office.hear(FIRST, "ringing")


def joining(office: Office) -> None:
    ringing(office)
    office.phones.order(FIRST, "answer")
    office.hear(FIRST, "up")


def talking(office: Office) -> None:
    joining(office)
    talk(office.phones)


@pytest.mark.parametrize("fault", [kill, freeze, send_away], ids=lambda one: one.__name__)
@pytest.mark.parametrize("moment", [announcing, ringing, joining, talking], ids=lambda one: one.__name__)
def test_the_call_goes_on_whatever_happens_to_who_leads_it(
    office: Office, moment: Callable[[Office], None], fault: Callable[[TalkingProcess], None]
) -> None:
    moment(office)
    rung = len(office.phones.lines)
    begun = time.monotonic()
    fault(office.leader)
    if fault is not send_away:  # who leaves may lead a delicate moment to its end
        office.is_led_again(begun)
    if moment is announcing or (moment is ringing and fault is not send_away):
        office.hear(FIRST, "ringing", rung)
    if moment in (announcing, ringing):
        office.phones.order(FIRST, "answer")
    talk(office.phones)
    if fault is freeze:
        time.sleep(max(0.0, (8.0 if moment is talking else 5.0) - (time.monotonic() - begun)))
        office.leader.process.send_signal(signal.SIGCONT)
        # It finds the call gone; or, frozen in the very middle of acting on it, was ended by the other one.
        office.hall.wait_until(lambda: office.gave_up(office.leader), "the frozen process leads no more")
    if fault is send_away:
        office.is_led_again(begun)
        assert office.leader.process.wait(10) == 0
    office.phones.order(FIRST, "press", "*1")
    office.hall.wait_until(lambda: office.known().marks == 1, "a mark")
    talk(office.phones)
    call = office.end()

    assert call.outcome is Outcome.TALKED
    assert call.operator_phone == FIRST


@pytest.mark.parametrize("fault", [kill, freeze], ids=lambda one: one.__name__)
def test_a_key_pressed_while_nobody_leads_the_call_counts_once(
    office: Office, fault: Callable[[TalkingProcess], None]
) -> None:
    talking(office)
    begun = time.monotonic()
    fault(office.leader)
    office.phones.order(FIRST, "press", "*1")
    if fault is freeze:  # whoever took over a dead one's call is its leader before the key is released
        office.other.hear(f"{office.call} overheard *1", seconds=3.0)
        print(f"overheard after {time.monotonic() - begun:.2f} s")  # noqa: T201
    office.is_led_again(begun)
    office.hall.wait_until(lambda: office.known().marks == 1, "a mark")
    if fault is freeze:
        office.leader.process.send_signal(signal.SIGCONT)
        office.hall.wait_until(lambda: office.gave_up(office.leader), "the frozen process leads no more")

    assert office.end().marks == 1


def test_who_thaws_serves_new_calls(office: Office) -> None:
    talking(office)
    freeze(office.leader)
    office.is_led_again(time.monotonic())
    thawing = office.leader
    thawing.process.send_signal(signal.SIGCONT)
    office.hall.wait_until(lambda: office.gave_up(thawing), "the frozen process leads no more")
    office.end()
    office.processes[:] = [thawing, office.hall.telephony()]
    kill(office.other)
    kill(office.processes[1])
    alone = office.since = len(office.phones.lines)
    said = len(thawing.lines)
    office.hall.dial(office.phones)
    at = thawing.hear(lambda line: line.endswith(" announcing"), since=said)
    office.call = CallId(thawing.lines[at - 1].split()[0])
    office.hear(FIRST, "ringing", alone)
    office.phones.order(FIRST, "answer")
    talk(office.phones)

    assert office.end().outcome is Outcome.TALKED


def test_a_machine_that_was_paused_as_a_whole_changes_no_leader(office: Office) -> None:
    talking(office)
    said = len(office.other.lines)
    for one in office.processes:
        freeze(one)
    time.sleep(5.0)
    for one in office.processes:
        one.process.send_signal(signal.SIGCONT)
    talk(office.phones)
    office.phones.order(FIRST, "press", "*1")
    office.hall.wait_until(lambda: office.known().marks == 1, "a mark")
    office.end()

    assert f"{office.call} talking" not in office.other.lines[said:]


@pytest.mark.parametrize("fault", [kill, freeze, send_away], ids=lambda one: one.__name__)
def test_a_caller_on_hold_stays_on_hold_and_is_taken_back_by_who_leads_then(
    office: Office, fault: Callable[[TalkingProcess], None]
) -> None:
    talking(office)
    office.leader.tell("order hold")
    office.hall.wait_until(lambda: office.known().held_at is not None, "a hold")
    begun = time.monotonic()
    fault(office.leader)
    office.is_led_again(begun)
    held = office.known().held_at
    office.other.tell("order resume")
    office.hall.wait_until(lambda: office.known().held_at is None, "the end of the hold")
    talk(office.phones)
    if fault is freeze:
        office.leader.process.send_signal(signal.SIGCONT)
        office.hall.wait_until(lambda: office.gave_up(office.leader), "the frozen process leads no more")
        talk(office.phones)
    call = office.end()

    assert held is not None
    assert call.outcome is Outcome.TALKED
