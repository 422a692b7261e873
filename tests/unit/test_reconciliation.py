"""What Asterisk has is compared with what we know, and nothing that was seen too early undoes what is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from core.clock import SystemClock
from core.ids import CallId, LegId
from telephony.call import events as on
from telephony.call.call import Call, Phase, bridge_of
from telephony.journal.journal_files import JournalledCall
from telephony.leading.adoption import Adoption
from telephony.leading.driver import CallDriver
from telephony.leading.lease import CallLeases
from telephony.leading.process_life import LivingProcesses
from telephony.leading.reconciliation import Reconciliation
from tests.fakes.telephone_system import FakeTelephoneSystem
from tests.unit.call_scenes import ARRIVED, CALL, CALLER, LEGS, NOON, PHONES, PICKED_UP, TOLD

APP = "tsuwaroku-city-0123456789ab"


class _PatientDisk:
    writable = True

    def submit(self, call: CallId, event: on.CallEvent, *, refused: bool = False) -> Future[None]:
        written: Future[None] = Future()
        written.set_result(None)
        return written

    def open_calls(self) -> Sequence[Call]:
        return ()

    def read_open(self, calls: Collection[CallId]) -> Sequence[JournalledCall]:
        return ()

    def take_over(self, journalled: JournalledCall, term: int) -> None:
        raise AssertionError("nothing was written")


class _Exchange:
    """ARI's lists, as they are of one call; ``meanwhile`` happens once between the look and the answer."""

    app = APP

    def __init__(self, phones: FakeTelephoneSystem) -> None:
        self._phones = phones
        self.answered: set[str] = {CALLER}
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def channels(self) -> Sequence[Mapping[str, Any]]:
        seen = [{"id": leg, "state": self._state(leg)} for leg in sorted(self._phones.legs)]
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()
        return seen

    def _state(self, leg: str) -> str:
        return "Up" if leg in self.answered else "Ringing"

    async def bridges(self) -> Sequence[Mapping[str, Any]]:
        return [{"id": name, "channels": sorted(legs)} for name, legs in self._phones.bridges.items()]

    async def applications(self) -> Sequence[Mapping[str, Any]]:
        return [{"name": APP, "channel_ids": sorted(self._phones.legs)}]

    async def started_at(self) -> object:
        return NOON


async def _nothing(_leg: LegId) -> None:
    """Hand nobody back."""


class Desk:
    def __init__(self, folder: Path) -> None:
        self.phones = FakeTelephoneSystem(CALLER, registered=PHONES)
        self.exchange = _Exchange(self.phones)
        leases = CallLeases(folder, APP)
        leases.begin(CALL)
        self.driver = CallDriver(self.phones, _PatientDisk(), SystemClock(), leases=leases)
        exchange: Any = self.exchange
        adoption = Adoption(
            exchange,
            self.driver,
            journal=_PatientDisk(),
            leases=leases,
            living=LivingProcesses(folder, APP),
            clock=SystemClock(),
            hand_back=_nothing,
        )
        self.reconciliation = Reconciliation(
            exchange,
            self.driver,
            leases,
            adoption,
            SystemClock(),
            prefix="tsuwaroku-city-",
            hand_back=_nothing,
        )

    async def until(self, phase: Phase) -> None:
        async with asyncio.timeout(30):
            while self.driver.calls[CALL].phase is not phase:  # noqa: ASYNC110  a condition with a limit
                await asyncio.sleep(0.001)

    async def ring(self) -> None:
        self.driver.deliver(CALL, ARRIVED)
        await self.until(Phase.ANNOUNCING)
        self.driver.deliver(CALL, TOLD)
        await self.until(Phase.CONNECTING)

    async def pick_up(self) -> None:
        self.exchange.answered.add(LEGS[0])
        self.driver.deliver(CALL, PICKED_UP)
        await self.until(Phase.TALKING)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.driver.close()


async def test_who_answers_while_we_look_again_after_a_lost_connection_stays_connected(desk: Desk) -> None:
    await desk.ring()
    desk.exchange.meanwhile = desk.pick_up
    await desk.reconciliation.after_connect()

    call = desk.driver.calls[CALL]
    assert (call.phase, call.round) == (Phase.TALKING, 1)
    assert desk.phones.bridges[bridge_of(CALL)] == {CALLER, LEGS[0]}
    assert {CALLER, LEGS[0]} <= desk.phones.legs


async def test_who_answered_while_nobody_listened_is_joined_after_the_connection_is_back(desk: Desk) -> None:
    await desk.ring()
    desk.exchange.answered.add(LEGS[1])
    await desk.reconciliation.after_connect()
    await desk.until(Phase.TALKING)

    assert desk.driver.calls[CALL].operator_phone == PHONES[1]
