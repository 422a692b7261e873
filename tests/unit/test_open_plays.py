"""Who listens is served; who opens many plays and takes nothing of them holds no more than their share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from starlette.types import Message, Scope

from api import open_plays
from api.open_plays import AT_ONCE, OpenPlays, PlayedSound, TooManyPlays

SCOPE: Scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "method": "GET"}
MINE, OTHER = b"mine", b"other"


async def hears_nothing() -> Message:
    """A client that stays."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}


async def takes_nothing(message: Message) -> None:
    """A client that asks and then never reads."""
    if message.get("body"):
        await asyncio.Event().wait()


def play(plays: OpenPlays, session: bytes = MINE) -> PlayedSound:
    return PlayedSound(
        plays=plays, session=session, pieces=iter([b"a" * 10, b"b"]), status_code=200,
        headers={"content-length": "11"}, media_type="audio/webm",
    )  # fmt: skip


@asynccontextmanager
async def opened(plays: OpenPlays, number: int) -> AsyncGenerator[None]:
    tasks = [asyncio.create_task(play(plays)(SCOPE, hears_nothing, takes_nothing)) for _ in range(number)]
    await asyncio.sleep(0)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def heard(plays: OpenPlays, session: bytes = MINE) -> bytes:
    taken = bytearray()

    async def take(message: Message) -> None:
        taken.extend(message.get("body", b""))

    await play(plays, session)(SCOPE, hears_nothing, take)
    return bytes(taken)


def test_one_more_than_a_browser_opens_has_to_wait_and_other_people_do_not() -> None:
    async def scene() -> bytes:
        plays = OpenPlays()
        async with opened(plays, AT_ONCE):
            with pytest.raises(TooManyPlays):
                await heard(plays)
            others = await heard(plays, OTHER)
        assert await heard(plays) == others, "who left makes room"
        return others

    assert asyncio.run(scene()) == b"a" * 10 + b"b"


def test_who_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_plays, "SECONDS_TO_TAKE", 0.01)

    async def scene() -> bytes:
        plays = OpenPlays()
        async with asyncio.timeout(30):
            for _ in range(AT_ONCE + 1):
                await play(plays)(SCOPE, hears_nothing, takes_nothing)
            return await heard(plays)

    assert len(asyncio.run(scene())) == 11
