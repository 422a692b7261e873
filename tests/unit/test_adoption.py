"""What nobody leads is taken over whole: lease, journal, legs and keys; or it is left to the dialplan."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.clock import SystemClock
from core.ids import CallId, LegId
from telephony.asterisk.ari_errors import AriRefused
from telephony.call import events as on
from telephony.call.call import Call, Phase, bridge_of
from telephony.journal.journal_files import JournalledCall
from telephony.leading.adoption import LOOKS_BEFORE_BREAK, LOOKS_BEFORE_KILL, PHONE_HOLDS, Adoption
from telephony.leading.driver import CallDriver
from telephony.leading.lease import DIALPLAN, CallLeases
from telephony.leading.process_life import LivingProcesses, ProcessLife, Standing
from tests.fakes.telephone_system import FakeTelephoneSystem
from tests.unit.call_scenes import CALL, CALLER, LEGS, NOON, PHONES, TO_CONNECTING, TO_TALKING, play

OURS, OTHER = "tsuwaroku-city-aaaaaaaaaaaa", "tsuwaroku-city-bbbbbbbbbbbb"
FLAG = tuple(
    on.DigitPressed(at=NOON + timedelta(seconds=number), leg=LEGS[0], digit=digit)
    for number, digit in enumerate("*1", start=60)
)


class _Papers:
    """A journal in memory that remembers which terms began."""

    writable = True

    def __init__(self) -> None:
        self.written: dict[CallId, Call] = {}
        self.terms: list[tuple[CallId, int]] = []
        self.last_key_at = None

    def submit(self, call: CallId, event: on.CallEvent, *, refused: bool = False) -> Future[None]:
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def open_calls(self) -> Sequence[Call]:
        return tuple(self.written.values())

    def read_open(self, calls: Collection[CallId]) -> Sequence[JournalledCall]:
        return [
            JournalledCall(call=one, seq=5, writer=OTHER, last_key_at=self.last_key_at)
            for call, one in self.written.items()
            if call in calls
        ]

    def take_over(self, journalled: JournalledCall, term: int) -> None:
        self.terms.append((journalled.call.id, term))


class _Exchange:
    """ARI as far as a taking needs it; every leg is up."""

    app = OURS

    def __init__(self, phones: FakeTelephoneSystem) -> None:
        self._phones = phones
        self.moved: list[str] = []
        self.hung_up: list[str] = []
        self.ringing: set[str] = set()
        self.fetched: set[str] = set()
        self.holds = "0"
        self.asked: list[str] = []

    async def variable(self, channel: str, name: str) -> str | None:
        assert name == PHONE_HOLDS
        self.asked.append(channel)
        if self.holds == "?":
            raise AriRefused(500, "variable")
        return self.holds

    async def channels(self) -> Sequence[Mapping[str, Any]]:
        return [
            {
                "id": leg,
                "state": "Ringing" if leg in self.ringing else "Up",
                "name": ("Local/" if leg in self.fetched else "PJSIP/") + leg,
            }
            for leg in sorted(self._phones.legs)
        ]

    async def bridges(self) -> Sequence[Mapping[str, Any]]:
        return [{"id": name, "channels": sorted(legs)} for name, legs in self._phones.bridges.items()]

    async def applications(self) -> Sequence[Mapping[str, Any]]:
        return [{"name": OTHER, "channel_ids": sorted(self._phones.legs)}]

    async def started_at(self) -> object:
        return NOON

    async def subscribe(self, *_sources: str) -> None:
        return

    async def move_here(self, channel: str, _args: str) -> None:
        self.moved.append(channel)

    async def hang_up(self, channel: str) -> None:
        self.hung_up.append(channel)


class _Frozen(LivingProcesses):
    """The other process holds its lock and does not move; it is remembered whom somebody wanted to end."""

    ended: int = 0

    def standing(self, app: str) -> Standing:
        return Standing.ALIVE if app == OURS else Standing.SILENT

    def end_frozen(self, app: str) -> bool:
        self.ended += app == OTHER
        return False


class Desk:
    """Our process beside another one that led the call."""

    def __init__(self, folder: Path, living: LivingProcesses | None = None) -> None:
        self.phones = FakeTelephoneSystem(CALLER, registered=PHONES)
        self.papers = _Papers()
        self.exchange = _Exchange(self.phones)
        self.leases = CallLeases(folder, OURS)
        self.theirs = CallLeases(folder, OTHER)
        self.life = ProcessLife(folder, OTHER)
        self.handed_back: list[LegId] = []
        self.keys: Sequence[on.DigitPressed] = ()
        self.driver = CallDriver(self.phones, self.papers, SystemClock(), leases=self.leases)
        exchange: Any = self.exchange
        self.adoption = Adoption(
            exchange,
            self.driver,
            journal=self.papers,
            leases=self.leases,
            living=living or LivingProcesses(folder, OURS),
            clock=SystemClock(),
            hand_back=self._hand_back,
            keys_since=lambda _call, at: tuple(one for one in self.keys if at is None or one.at > at),
        )

    async def _hand_back(self, leg: LegId) -> None:
        self.handed_back.append(leg)

    def they_lead(self, *story: on.CallEvent) -> None:
        """The other process received the call, and wrote this much of it."""
        assert self.theirs.begin(CALL)
        if story:
            self.papers.written[CALL], _ = play(*story)

    def talk(self) -> None:
        self.phones.legs.add(LEGS[0])
        self.phones.bridges[bridge_of(CALL)] = {CALLER, LEGS[0]}

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not happened():  # noqa: ASYNC110  a condition with a limit
                await asyncio.sleep(0.001)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.driver.close()


async def test_a_talk_of_a_dead_process_goes_on_here_in_a_term_of_its_own(desk: Desk) -> None:
    desk.they_lead(*TO_TALKING)
    desk.talk()
    await desk.adoption.take_all()

    assert desk.papers.terms == [(CALL, 1)]
    assert sorted(desk.exchange.moved) == sorted((CALLER, LEGS[0]))
    assert desk.driver.calls[CALL].phase is Phase.TALKING
    assert desk.leases.is_ours(CALL)


async def test_a_call_of_a_living_process_is_left_alone(desk: Desk) -> None:
    assert desk.life.begin()
    desk.they_lead(*TO_TALKING)
    desk.talk()
    await desk.adoption.take_over([CALL])

    assert not desk.driver.calls
    assert not desk.exchange.moved
    desk.life.end()


async def test_keys_that_the_leader_did_not_write_down_are_read_by_its_heir(desk: Desk) -> None:
    desk.they_lead(*TO_TALKING)
    desk.talk()
    desk.keys = FLAG
    await desk.adoption.take_over([CALL])
    await desk.until(lambda: desk.driver.calls[CALL].marks == 1)


@pytest.mark.parametrize(
    ("wrote", "says", "held"),
    [(False, "1", True), (True, "1", True), (True, "0", False), (True, "?", False)],
    ids=["held meanwhile", "still held", "resumed meanwhile", "nobody knows"],
)
async def test_a_phone_is_asked_whether_it_holds_the_caller(
    desk: Desk, wrote: bool, says: str, held: bool
) -> None:
    hold = on.PhoneHeld(at=NOON, leg=LEGS[0])
    desk.they_lead(*TO_TALKING, *((hold,) if wrote else ()))
    desk.talk()
    desk.exchange.holds = says
    await desk.adoption.take_over([CALL])
    await desk.until(lambda: (desk.driver.calls[CALL].phone_held_at is not None) == held)

    assert desk.exchange.asked == [LEGS[0]]
    assert not held or not wrote or desk.driver.calls[CALL].phone_held_at == NOON


async def test_a_colleague_who_was_fetched_stands_behind_a_leg_that_cannot_be_asked(desk: Desk) -> None:
    desk.they_lead(*TO_TALKING)
    desk.talk()
    desk.exchange.fetched.add(LEGS[0])
    await desk.adoption.take_over([CALL])

    assert desk.exchange.asked == []


async def test_a_phone_that_rings_for_the_dead_rings_anew_for_us(desk: Desk) -> None:
    desk.they_lead(*TO_CONNECTING)
    desk.phones.legs.add(LEGS[0])
    desk.exchange.ringing.add(LEGS[0])
    await desk.adoption.take_over([CALL])
    await desk.until(lambda: desk.driver.calls[CALL].round == 2)

    assert desk.exchange.hung_up == [LEGS[0]]


async def test_a_caller_of_whom_nothing_was_written_is_served_by_the_dialplan(desk: Desk) -> None:
    desk.they_lead()
    await desk.adoption.take_all()

    assert desk.handed_back == [CALL]
    assert desk.leases.all()[CALL].owner == DIALPLAN
    assert not desk.theirs.is_ours(CALL)


async def test_a_call_that_is_gone_leaves_no_lease_behind(desk: Desk) -> None:
    desk.they_lead()
    desk.phones.legs.clear()
    await desk.adoption.take_all()

    assert desk.leases.all() == {}
    assert not desk.handed_back


async def test_who_froze_in_the_middle_of_acting_is_ended_or_its_lock_is_broken(tmp_path: Path) -> None:
    frozen = _Frozen(tmp_path, OURS)
    desk = Desk(tmp_path, frozen)
    desk.they_lead(*TO_TALKING)
    desk.talk()
    async with desk.theirs.acting(CALL):
        for _ in range(LOOKS_BEFORE_KILL):
            await desk.adoption.take_over([CALL])
        wanted_to_end = frozen.ended
        for _ in range(LOOKS_BEFORE_BREAK):
            await desk.adoption.take_over([CALL])

    assert wanted_to_end == 1
    assert desk.driver.calls[CALL].phase is Phase.TALKING
    assert not desk.theirs.is_ours(CALL)
    await desk.driver.close()


async def test_a_process_that_leaves_takes_nothing_back(desk: Desk) -> None:
    desk.they_lead(*TO_TALKING)
    desk.talk()
    desk.adoption.stop()
    await desk.adoption.take_all()

    assert not desk.driver.calls
