"""However two processes are frozen, woken and told things: at any moment at most one acts on the call."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import SystemClock
from core.ids import CallId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, offered
from telephony.call.machine import UnexpectedEvent, advance
from telephony.leading.driver import CallDriver
from telephony.leading.lease import CallLeases, LeaseBusy
from tests.fakes.telephone_system import FakeTelephoneSystem
from tests.unit.call_scenes import ANSWERED, ARRIVED, CALL, CALLER, LEGS, NOON, PHONES, TOLD

TOLD_TO_BOTH: Sequence[on.CallEvent] = (
    ARRIVED,
    ANSWERED,
    TOLD,
    *(on.OperatorAnswered(at=NOON, leg=leg) for leg in LEGS[:2]),
    *(on.OperatorHungUp(at=NOON, leg=leg) for leg in LEGS[:2]),
    on.DigitPressed(at=NOON, leg=LEGS[0], digit="1"),
    on.TimerFired(at=NOON, timer=on.Timer.RING),
)
FOUND = on.Adopted(at=NOON, caller_up=True)


class Witness:
    """Asterisk and the disk, as both processes reach them: sees who acts, and that nobody else leads then."""

    def __init__(self, folder: Path) -> None:
        self.phones = FakeTelephoneSystem(CALLER, registered=PHONES)
        self.leases = CallLeases(folder, "witness")
        self.acting: set[str] = set()
        self.acts = 0
        self.faults: list[str] = []
        self.call: Call = offered(CALL)

    def saw(self, app: str) -> None:
        # Noted, not asserted: the driver would take it for a fault of its own and serve on.
        lease = self.leases.all().get(CALL)
        if lease is None or lease.owner != app:
            self.faults.append(f"{app} acts on a call of {lease}")
        if not self.acting <= {app}:
            self.faults.append(f"{app} acts while {self.acting} do")
        self.acts += 1

    def wrote(self, event: on.CallEvent, *, refused: bool) -> None:
        if not refused:
            try:
                self.call, _ = advance(self.call, event)
            except UnexpectedEvent:
                self.faults.append("the journal holds what its leader could not have accepted")


class Process:
    """One process: it may freeze in the middle of an act, and is taken for frozen at any moment."""

    def __init__(self, witness: Witness, folder: Path, app: str) -> None:
        self.app = app
        self.witness = witness
        self.leases = CallLeases(folder, app)
        self.thawed = asyncio.Event()
        self.thawed.set()
        self.driver = CallDriver(self, self, SystemClock(), leases=self.leases)
        self.writable = True

    async def perform(self, command: do.Command) -> Sequence[on.CallEvent]:
        self.witness.saw(self.app)
        self.witness.acting.add(self.app)
        await self.thawed.wait()
        self.witness.saw(self.app)
        self.witness.acting.discard(self.app)
        return await self.witness.phones.perform(command)

    def submit(self, call: CallId, event: on.CallEvent, *, refused: bool = False) -> Future[None]:
        assert call == CALL
        self.witness.saw(self.app)
        self.witness.wrote(event, refused=refused)
        written: Future[None] = Future()
        written.set_result(None)
        return written

    def open_calls(self) -> Sequence[Call]:
        return ()

    def hear(self, event: on.CallEvent) -> None:
        if isinstance(event, on.CallerArrived) and (CALL in self.driver.led or not self.leases.begin(CALL)):
            return
        self.driver.deliver(CALL, event)

    def take_over(self) -> None:
        """Take the other one for frozen, rightly or not, and lead its call on."""
        if CALL in self.driver.led or self.witness.call.arrival is None:
            return
        try:
            term = self.leases.take(CALL, lambda _owner: True)
        except LeaseBusy:
            return
        if term is not None:
            self.driver.resume(self.witness.call, FOUND)

    def notice(self) -> None:
        """Look whose the calls are, as is done four times a second."""
        if CALL in self.driver.led and not self.leases.is_ours(CALL):
            self.driver.drop(CALL)


STEP = st.tuples(
    st.integers(0, 1),
    st.sampled_from(("hear", "hear", "hear", "take", "freeze", "thaw", "notice", "wait", "wait")),
    st.sampled_from(TOLD_TO_BOTH),
)


async def follow(both: Sequence[Process], number: int, what: str, event: on.CallEvent) -> None:
    """Let one step of a story happen."""
    one = both[number]
    match what:
        case "hear":
            one.hear(event)
        case "take":
            one.take_over()
        case "freeze":
            one.thawed.clear()
        case "thaw":
            one.thawed.set()
        case "notice":
            one.notice()
        case _:
            for _ in range(20):
                await asyncio.sleep(0)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEP, max_size=40))
def test_of_two_processes_at_most_one_acts_on_a_call(story: list[tuple[int, str, on.CallEvent]]) -> None:
    async def tell(folder: Path) -> Witness:
        witness = Witness(folder)
        both = [Process(witness, folder, app) for app in ("tsuwaroku-a", "tsuwaroku-b")]
        both[0].hear(ARRIVED)
        for number, what, event in story:
            await follow(both, number, what, event)
        for one in both:
            one.thawed.set()
            one.notice()
        await asyncio.sleep(0.002)
        for one in both:
            await one.driver.close()
        return witness

    with TemporaryDirectory() as folder:
        witness = asyncio.run(tell(Path(folder)))

    assert witness.faults == []
    assert witness.acts
