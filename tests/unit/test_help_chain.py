"""応援: the screens have the profile's seconds first; only then does a telephone ring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from core.ids import CallId, DepartmentId, PhoneId
from core.profile.supervision import Help, HelpChain
from storage.help_ringing import WaitingHelp
from telephony.help import help_calls
from telephony.help.help_calls import HelpCalls
from tests.fakes.clock import FakeClock
from tests.fixtures_asterisk import town

HELPER = PhoneId("hoken2")
ASKED = WaitingHelp(
    id=UUID(int=1),
    call=CallId("city-1.1"),
    department=DepartmentId("hoken"),
    asker=PhoneId("hoken1"),
    asked_at=FakeClock().now(),
    rung=(),
    ringing_since=None,
)


class Rows:
    """One request that waits, and how often it was looked at."""

    def __init__(self) -> None:
        self.one = ASKED
        self.looks = 0

    def waiting(self) -> Sequence[WaitingHelp]:
        self.looks += 1
        return [self.one]

    def claim(self, waiting: WaitingHelp, phone: PhoneId, at: datetime) -> bool:
        self.one = replace(waiting, rung=(*waiting.rung, phone), ringing_since=at)
        return True


class Telephones:
    """Names the telephones that were rung."""

    def __init__(self) -> None:
        self.rung: list[str] = []

    async def originate(self, _leg: str, **how: object) -> None:
        self.rung.append(str(how["endpoint"]))


class Scene:
    def __init__(self) -> None:
        self.rows, self.telephones, self.clock = Rows(), Telephones(), FakeClock()

    async def looked(self, times: int = 3) -> list[str]:
        """Wait until the rows were looked at some more times; return what rings by then."""
        enough = self.rows.looks + times
        async with asyncio.timeout(30):
            while self.rows.looks < enough:  # noqa: ASYNC110  a look is told to nobody
                await asyncio.sleep(0)
        return self.telephones.rung


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    async def here(work: Any, *args: Any) -> Any:  # noqa: ANN401  whatever is asked
        return work(*args)

    monkeypatch.setattr(help_calls, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(asyncio, "to_thread", here)
    return Scene()


@asynccontextmanager
async def helping(scene: Scene, plan: Help) -> AsyncGenerator[None]:
    chain = HelpChain(department=ASKED.department, phones=(HELPER,), announcement="rokuon")
    profile = town().model_copy(update={"help": plan.model_copy(update={"chains": (chain,)})})
    rows, telephones = scene.rows, scene.telephones
    running = asyncio.create_task(HelpCalls(rows, profile, telephones, scene.clock, str).run())  # type: ignore[arg-type]
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.mark.parametrize(("plan", "seconds"), [(Help(), 20), (Help(accept_seconds=45), 45)])
async def test_no_telephone_rings_before_the_screens_had_their_time_and_one_rings_then(
    scene: Scene, plan: Help, seconds: int
) -> None:
    async with helping(scene, plan):
        scene.clock.go_on(timedelta(seconds=seconds) - timedelta(milliseconds=1))
        assert await scene.looked() == []

        scene.clock.go_on(timedelta(milliseconds=1))
        assert await scene.looked() == [f"PJSIP/{HELPER}"]
