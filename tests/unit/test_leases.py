"""Of two processes at most one acts on a call, whatever freezes, dies or comes late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ids import CallId, LegId
from telephony.leading.lease import DIALPLAN, CallLeases, LeaseBusy, LeaseGone

CALL = CallId("city-1795290506.0")
FIRST, SECOND = "tsuwaroku-city-aaaaaaaaaaaa", "tsuwaroku-city-bbbbbbbbbbbb"
LEG = LegId(f"op-{CALL}-kokuho-1")


def anybody(_owner: str) -> bool:
    return True


def nobody(_owner: str) -> bool:
    return False


@pytest.fixture
def first(tmp_path: Path) -> CallLeases:
    return CallLeases(tmp_path, FIRST)


@pytest.fixture
def second(tmp_path: Path) -> CallLeases:
    return CallLeases(tmp_path, SECOND)


async def acts(leases: CallLeases) -> bool:
    try:
        async with leases.acting(CALL):
            return True
    except LeaseGone:
        return False


async def test_who_received_a_call_leads_it_until_it_is_over(first: CallLeases, second: CallLeases) -> None:
    assert first.begin(CALL)
    assert not second.begin(CALL)
    assert await acts(first)
    assert not await acts(second)
    first.finish(CALL)

    assert first.all() == {}
    assert not await acts(first)


def test_a_lease_that_was_prepared_belongs_to_the_next_call_alone(
    first: CallLeases, second: CallLeases, tmp_path: Path
) -> None:
    first.prepare()
    first.prepare()
    assert first.all() == {}

    assert first.begin(CALL)
    assert first.begin(CallId("city-1795290506.1"))
    assert {one.owner for one in second.all().values()} == {FIRST}
    assert len(second.all()) == 2
    first.prepare()
    first.close()
    assert {one.name for one in tmp_path.iterdir()} == {f"{call}.lease" for call in second.all()}


def test_a_prepared_lease_that_somebody_cleared_away_costs_no_call(first: CallLeases, tmp_path: Path) -> None:
    first.prepare()
    for file in tmp_path.iterdir():
        file.unlink()

    assert first.begin(CALL)
    assert first.is_ours(CALL)


def test_who_is_too_late_keeps_the_prepared_lease_for_the_next_call(
    first: CallLeases, second: CallLeases
) -> None:
    first.begin(CALL)
    second.prepare()

    assert not second.begin(CALL)
    assert second.begin(CallId("city-1795290506.1"))
    assert second.all()[CALL].owner == FIRST


async def test_a_call_of_a_living_process_is_not_taken(first: CallLeases, second: CallLeases) -> None:
    first.begin(CALL)

    assert second.take(CALL, nobody) is None
    assert await acts(first)


async def test_a_process_that_thaws_finds_its_call_gone_before_it_can_act(
    first: CallLeases, second: CallLeases
) -> None:
    first.begin(CALL)
    assert second.take(CALL, anybody) == 1

    assert not await acts(first)
    assert await acts(second)


async def test_a_call_goes_back_and_forth_and_each_time_a_new_term_begins(
    first: CallLeases, second: CallLeases
) -> None:
    first.begin(CALL)
    assert second.take(CALL, anybody) == 1
    assert first.take(CALL, anybody) == 2

    assert await acts(first)
    assert not await acts(second)


async def test_a_call_on_which_somebody_acts_is_not_taken(first: CallLeases, second: CallLeases) -> None:
    first.begin(CALL)
    async with first.acting(CALL):
        with pytest.raises(LeaseBusy):
            second.take(CALL, anybody)


async def test_a_lock_that_nobody_can_have_is_broken_and_its_holder_acts_no_more(
    first: CallLeases, second: CallLeases
) -> None:
    first.begin(CALL)
    async with first.acting(CALL):
        second.break_lock(CALL)
        assert second.take(CALL, anybody) == 1
        assert await acts(second)

    assert not await acts(first)


async def test_a_call_that_its_leader_lets_go_is_anybodys(first: CallLeases, second: CallLeases) -> None:
    first.begin(CALL)
    first.release(CALL)

    assert not await acts(first)
    assert second.take(CALL, nobody) == 1


async def test_a_caller_left_to_the_dialplan_is_led_by_nobody_who_comes_late(
    first: CallLeases, second: CallLeases
) -> None:
    second.take(CALL, anybody)
    second.leave_to_dialplan(CALL)

    assert not first.begin(CALL)
    assert first.all()[CALL].owner == DIALPLAN


async def test_the_legs_whose_keys_count_are_told_to_the_others(
    first: CallLeases, second: CallLeases
) -> None:
    first.begin(CALL)
    async with first.acting(CALL):
        first.tell_legs(CALL, (LEG,))

    assert second.all()[CALL].legs == (LEG,)


async def test_a_disk_that_takes_no_lease_costs_no_citizen_the_call(tmp_path: Path) -> None:
    (tmp_path / "leases").write_text("a file where the folder should be")
    leases = CallLeases(tmp_path / "leases", FIRST)

    assert leases.begin(CALL)
    assert await acts(leases)
    leases.finish(CALL)


class _Leader:
    """A process as a random story moves it: one step at a time, and in between it may be frozen for ever."""

    def __init__(self, folder: Path, app: str) -> None:
        self.leases = CallLeases(folder, app)
        self.acting: AsyncExitStack | None = None

    async def begin_to_act(self) -> None:
        if self.acting is not None:
            return
        stack = AsyncExitStack()
        with suppress(LeaseGone):
            async with asyncio.timeout(30):
                await stack.enter_async_context(self.leases.acting(CALL))
            self.acting = stack

    async def stop_acting(self) -> None:
        if self.acting is not None:
            await self.acting.aclose()
            self.acting = None

    async def take(self) -> None:
        with suppress(LeaseBusy):
            if self.acting is None:
                self.leases.take(CALL, anybody)

    async def release(self) -> None:
        if self.acting is None:
            self.leases.release(CALL)

    async def arrive(self) -> None:
        if self.acting is None:
            self.leases.begin(CALL)

    async def finish(self) -> None:
        if self.acting is None:
            self.leases.finish(CALL)


STEPS: tuple[Callable[[_Leader], object], ...] = (
    _Leader.arrive,
    _Leader.begin_to_act,
    _Leader.stop_acting,
    _Leader.take,
    _Leader.release,
    _Leader.finish,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(STEPS)), max_size=40))
def test_never_do_two_act_on_one_call(story: list[tuple[int, Callable[[_Leader], object]]]) -> None:
    async def tell() -> None:
        with TemporaryDirectory() as folder:
            leaders = [_Leader(Path(folder), f"tsuwaroku-city-{name * 12}") for name in "abc"]
            for number, step in story:
                await step(leaders[number])  # type: ignore[misc]
                assert sum(one.acting is not None for one in leaders) <= 1
            for one in leaders:
                await one.stop_acting()
                one.leases.forget(CALL)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("telephony.leading.lease.LOCK_SECONDS", 0.0)
        asyncio.run(tell())
