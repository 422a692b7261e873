"""One call after the other is driven: journal first, commands after, and no fault reaches another call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from core.clock import SystemClock
from core.ids import CallId, LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Phase
from telephony.call.orders import OrderKind
from telephony.call.outside import outside_leg
from telephony.leading import conversation as driving
from telephony.leading import driver
from telephony.leading.driver import CallDriver
from tests.fakes.telephone_system import FakeTelephoneSystem
from tests.unit.call_scenes import (
    ARRIVED,
    CALL,
    CALLER,
    CALLER_GONE,
    LEGS,
    NOON,
    PHONES,
    PICKED_UP,
    TOLD,
    play,
)

OTHER = CallId("city-1795290506.7")


class RememberingJournal:
    """Keeps what is submitted; works, ``hangs`` until it catches up, or refuses."""

    def __init__(self, phones: FakeTelephoneSystem) -> None:
        self._phones = phones
        self.entries: list[tuple[CallId, on.CallEvent, bool]] = []
        self.performed_before: list[int] = []
        self.hangs = False
        self.waiting: list[Future[None]] = []
        self.broken = False
        self.writable = True

    def submit(self, call: CallId, event: on.CallEvent, *, refused: bool = False) -> Future[None]:
        if self.broken:
            raise RuntimeError("a fault of ours")
        self.entries.append((call, event, refused))
        self.performed_before.append(len(self._phones.performed))
        written: Future[None] = Future()
        if self.hangs:
            self.waiting.append(written)
        else:
            written.set_result(None) if self.writable else written.set_exception(OSError(28, "full"))
        return written

    def catch_up(self) -> None:
        """Write what waits, as a disk does that was only busy."""
        while self.waiting:
            self.waiting.pop().set_result(None)

    def open_calls(self) -> Sequence[Call]:
        return ()

    def events(self) -> list[on.CallEvent]:
        return [event for _, event, _ in self.entries]


class Desk:
    """A driver with its surroundings."""

    def __init__(self) -> None:
        self.phones = FakeTelephoneSystem(CALLER, OTHER, registered=PHONES)
        self.journal = RememberingJournal(self.phones)
        self.driver = CallDriver(self.phones, self.journal, SystemClock())

    def deliver(self, *events: on.CallEvent, call: CallId = CALL) -> None:
        for event in events:
            self.driver.deliver(call, event)

    def phase(self, call: CallId = CALL) -> Phase | None:
        known = self.driver.calls.get(call)
        return known.phase if known is not None else None

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not happened():  # noqa: ASYNC110  a condition of many kinds, with a limit
                await asyncio.sleep(0.001)

    async def talking(self, arrived: on.CallerArrived = ARRIVED) -> None:
        self.deliver(arrived)
        await self.until(lambda: self.phase() is Phase.ANNOUNCING)
        self.deliver(TOLD)
        await self.until(lambda: self.phase() is Phase.CONNECTING)
        self.deliver(PICKED_UP)
        await self.until(lambda: self.phase() is Phase.TALKING)


@asynccontextmanager
async def _desk() -> AsyncIterator[Desk]:
    made = Desk()
    yield made
    await made.driver.close()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with _desk() as made:
        yield made


async def test_a_call_is_driven_from_arrival_to_hang_up_and_then_forgotten(desk: Desk) -> None:
    await desk.talking()
    desk.deliver(CALLER_GONE)
    await desk.until(lambda: not desk.driver.calls)

    assert desk.phones.bridges == {}
    assert not desk.phones.legs & set(LEGS)
    assert not desk.driver.deliver(CALL, on.DigitPressed(at=NOON, leg=LEGS[0], digit="1"))


async def test_an_event_is_in_the_journal_before_anything_is_done_about_it(desk: Desk) -> None:
    desk.deliver(ARRIVED)
    await desk.until(lambda: desk.phase() is Phase.ANNOUNCING)

    assert desk.journal.events()[0] == ARRIVED
    assert desk.journal.performed_before[0] == 0
    assert isinstance(desk.phones.performed[0], do.AnswerCaller)


async def test_an_event_that_cannot_be_is_journalled_as_refused_and_changes_nothing(desk: Desk) -> None:
    desk.deliver(ARRIVED)
    await desk.until(lambda: desk.phase() is Phase.ANNOUNCING)
    desk.deliver(ARRIVED)
    await desk.until(lambda: any(refused for _, _, refused in desk.journal.entries))

    assert (CALL, ARRIVED, True) in desk.journal.entries
    assert desk.phase() is Phase.ANNOUNCING


@pytest.mark.parametrize("disk", ["slow", "full"])
async def test_a_disk_that_does_not_write_raises_an_alarm_and_the_citizen_is_served(
    desk: Desk, disk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "HANGS_SECONDS", 0.1)
    desk.journal.hangs = disk == "slow"
    desk.journal.writable = disk == "slow"
    await desk.talking()
    await desk.until(lambda: any(isinstance(event, on.TroubleSeen) for event in desk.journal.events()))

    alarms = [event for event in desk.journal.events() if isinstance(event, on.TroubleSeen)]
    assert [alarm.code for alarm in alarms] == [driving.JOURNAL_LATE]
    await desk.until(lambda: not desk.driver.journal_works)


async def test_a_journal_that_works_again_lets_calls_be_claimed_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "HANGS_SECONDS", 0.1)
    desk.journal.hangs = True
    await desk.talking()
    await desk.until(lambda: not desk.driver.journal_works)

    desk.journal.catch_up()

    assert desk.driver.journal_works


async def test_a_disk_that_is_late_every_time_still_lets_calls_be_claimed(desk: Desk) -> None:
    desk.journal.hangs = True
    for call in (CALL, OTHER):
        desk.deliver(replace(ARRIVED, call=call, leg=LegId(call)), call=call)
        await desk.until(lambda: any(isinstance(event, on.TroubleSeen) for event in desk.journal.events()))
        assert desk.driver.journal_works, "late is not lost: a caller would be left to the dialplan for it"
        desk.journal.catch_up()


async def test_a_fault_in_one_call_returns_it_to_the_dialplan_and_leaves_the_others_alone(desk: Desk) -> None:
    await desk.talking()
    desk.phones.fails_on = do.PlayAnnouncement
    desk.deliver(replace(ARRIVED, call=OTHER, leg=LegId(OTHER)), call=OTHER)
    await desk.until(lambda: OTHER in desk.phones.returned)

    assert desk.phones.returned == {OTHER: False}
    assert desk.phase() is Phase.TALKING
    codes = [event.code for _, event, _ in desk.journal.entries if isinstance(event, on.TroubleSeen)]
    assert codes in ([], [driving.DRIVER_FAILED])


async def test_a_caller_at_whose_arrival_we_break_is_served_by_the_dialplan(desk: Desk) -> None:
    desk.journal.broken = True
    desk.deliver(ARRIVED)
    await desk.until(lambda: CALLER in desk.phones.returned)

    assert desk.phones.returned == {CALLER: False}


async def test_a_call_returned_for_a_fault_is_let_go_when_its_caller_hangs_up(desk: Desk) -> None:
    desk.phones.fails_on = do.PlayAnnouncement
    desk.deliver(ARRIVED)
    await desk.until(lambda: CALLER in desk.phones.returned)
    desk.deliver(CALLER_GONE)
    await desk.until(lambda: not desk.driver.calls)

    assert CALLER in desk.phones.legs  # it was never ours to hang up


async def test_a_fault_in_a_talk_lets_them_talk_and_still_ends_the_call_with_the_operator(desk: Desk) -> None:
    await desk.talking()
    desk.phones.fails_on = do.StopAnnouncement
    conversation = desk.driver._conversations[CALL]
    await conversation._last_resort()
    desk.deliver(on.OperatorHungUp(at=NOON, leg=LEGS[0]))
    await desk.until(lambda: CALLER not in desk.phones.legs)

    assert not desk.phones.returned


async def test_after_a_fault_nobody_passes_on_a_call_that_could_only_be_half_passed_on(desk: Desk) -> None:
    await desk.talking()
    await desk.driver._conversations[CALL]._last_resort()
    order = on.Ordered(at=NOON, order="order", kind=OrderKind.TRANSFER.value, body={"phones": "kokuho-2"})
    refer = on.ReferAsked(at=NOON, leg=LEGS[0], phones=(PHONES[1],))
    desk.deliver(order, refer)
    await desk.until(lambda: desk.journal.events()[-1] is refer)

    assert [refused for _, event, refused in desk.journal.entries if event in (order, refer)] == [True, True]
    assert desk.phones.bridges[f"br-{CALL}"] == {CALLER, LEGS[0]}


async def test_a_fault_while_the_caller_is_held_leaves_nobody_alone_with_the_music(desk: Desk) -> None:
    await desk.talking()
    desk.deliver(on.Ordered(at=NOON, order="order", kind=OrderKind.HOLD.value))
    await desk.until(lambda: CALLER in desk.phones.with_music)
    await desk.driver._conversations[CALL]._last_resort()

    assert desk.phones.returned == {CALLER: True}
    assert LEGS[0] not in desk.phones.legs


@pytest.mark.parametrize("held", [True, False])
async def test_after_a_fault_nobody_from_outside_who_was_only_called_is_left_waiting(held: bool) -> None:
    async with _desk() as desk:
        plan = replace(ARRIVED.plan, outside=("tsuyaku",), outside_announcement="gaibu")
        await desk.talking(replace(ARRIVED, plan=plan))
        body = {"party": "tsuyaku", "sealed": "c2VhbGVk", "first": "1" if held else ""}
        desk.deliver(on.Ordered(at=NOON, order="order", kind=OrderKind.BRING_IN.value, body=body))
        leg = outside_leg(CALL, 1)
        await desk.until(lambda: leg in desk.phones.legs)
        await desk.driver._conversations[CALL]._last_resort()

        assert leg not in desk.phones.legs
        assert bool(desk.phones.returned) is held


async def test_a_time_limit_comes_back_as_an_event_unless_it_is_cancelled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(ARRIVED, plan=replace(ARRIVED.plan, announcement_limit_seconds=0.02))
    desk.deliver(quick)
    await desk.until(
        lambda: (
            on.Timer.ANNOUNCEMENT
            in [event.timer for event in desk.journal.events() if isinstance(event, on.TimerFired)]
        )
    )
    fired = [event.timer for event in desk.journal.events() if isinstance(event, on.TimerFired)]

    assert on.Timer.ANSWER not in fired


async def test_a_time_limit_that_passed_just_before_it_was_lifted_ends_no_later_wait(desk: Desk) -> None:
    quick = replace(ARRIVED, plan=replace(ARRIVED.plan, announcement_limit_seconds=0.02))
    desk.deliver(quick)
    await desk.until(lambda: desk.phase() is Phase.ANNOUNCING)
    desk.journal.hangs = True  # what comes now is taken only after the limit has passed
    desk.deliver(TOLD)
    await desk.until(lambda: desk.phase() is Phase.CONNECTING)
    desk.journal.hangs = False
    desk.deliver(PICKED_UP)
    await desk.until(lambda: desk.phase() is Phase.TALKING)

    assert not any(isinstance(event, on.TimerFired) for event in desk.journal.events())


async def test_a_call_another_process_led_goes_on_from_its_journal(desk: Desk) -> None:
    call, _ = play(*(ARRIVED, on.CallerAnswered(at=NOON), TOLD))
    desk.phones.legs.update(LEGS)
    desk.driver.resume(call, on.Adopted(at=NOON, caller_up=True, answered=(LEGS[1],)))
    await desk.until(lambda: desk.phase() is Phase.TALKING)

    assert desk.driver.calls[CALL].operator_phone == PHONES[1]
