"""Sound that Asterisk brings is taken from who knows the secret, and refused as soon as nobody permits it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import pytest

from core.clock import SystemClock
from core.ids import CallId
from storage.live_streams import StreamSecret
from storage.live_text import Following, LiveLine
from tests.fakes.live_rows import LiveRows
from tests.fakes.quick_ear import QuickEar
from tests.fakes.voices import silence, voice
from transcription.live import service
from transcription.live.listening import LiveListening
from transcription.live.service import LiveTextService

pytestmark = pytest.mark.real
CALL = CallId("city-1.0")


class Recogniser:
    """The service with rows in memory, and what Asterisk would do."""

    def __init__(self) -> None:
        self.rows, self.ear = LiveRows(), QuickEar()
        self.lines: list[str] = []
        self.writers: list[asyncio.StreamWriter] = []
        listening = LiveListening(self.ear, self, SystemClock())
        self.service = LiveTextService(self.rows, self.rows, listening, 0)

    def write(self, call: CallId, line: LiveLine) -> None:
        self.lines.append(f"{call} {line}")

    def permit(self, track: str = "caller") -> StreamSecret:
        secret = StreamSecret(uuid4())
        self.rows.begin(secret, CALL, track)
        return secret

    async def bring(self, who: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.service.port)
        self.writers.append(writer)
        writer.write(b"\x01\x00\x10" + who)
        return reader, writer


@asynccontextmanager
async def running() -> AsyncGenerator[Recogniser]:
    recogniser = Recogniser()
    serving = asyncio.create_task(recogniser.service.serve())
    try:
        await until(lambda: recogniser.service.port != 0)
        yield recogniser
    finally:
        # Also where a test failed: an open connection would be blamed on the test that comes after.
        for writer in recogniser.writers:
            writer.close()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110  the service tells nobody
            await asyncio.sleep(0.01)


def spoken() -> bytes:
    sound = b"".join(one.tobytes() for one in (voice(1, 2.0), silence(1.0)))
    pieces = [sound[at : at + 320] for at in range(0, len(sound), 320)]
    return b"".join(b"\x10" + len(one).to_bytes(2, "big") + one for one in pieces)


async def cut_off(reader: asyncio.StreamReader) -> None:
    async with asyncio.timeout(30):
        with suppress(OSError):
            assert await reader.read() == b""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LOOK_SECONDS", 0.02)


async def test_a_permitted_stream_becomes_words_and_its_permission_ends_with_it() -> None:
    async with running() as recogniser:
        _, writer = await recogniser.bring(recogniser.permit().bytes)
        await until(lambda: bool(recogniser.rows.told))
        writer.write(spoken())
        await until(lambda: any("settled=True" in one for one in recogniser.lines))
        # The words may be there before the next look, which is what says how the call is followed.
        await until(lambda: recogniser.rows.told[-1] == {CALL: Following.ON})

        writer.close()
        await until(lambda: not recogniser.rows.streams)
        await until(lambda: recogniser.rows.sweeps > 1)


async def test_who_does_not_know_a_secret_is_cut_off_unheard() -> None:
    async with running() as recogniser:
        recogniser.permit()
        for who in (uuid4().bytes, b"\x00" * 16):
            reader, writer = await recogniser.bring(who)
            writer.write(spoken())
            await cut_off(reader)
            writer.close()

        assert (recogniser.lines, recogniser.ear.heard) == ([], [])


async def test_a_secret_opens_one_stream_alone() -> None:
    async with running() as recogniser:
        secret = recogniser.permit()
        _, first = await recogniser.bring(secret.bytes)
        first.write(spoken())
        await until(lambda: bool(recogniser.lines))

        reader, second = await recogniser.bring(secret.bytes)
        await cut_off(reader)
        second.close()
        first.close()


async def test_when_the_permission_is_taken_back_the_sound_is_cut_off() -> None:
    async with running() as recogniser:
        reader, writer = await recogniser.bring(recogniser.permit().bytes)
        writer.write(spoken())
        await until(lambda: bool(recogniser.lines))

        recogniser.rows.end([CALL])

        await cut_off(reader)
        writer.close()


async def test_while_the_database_does_not_say_what_is_permitted_nothing_is_taken_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "BLIND_SECONDS", 0.1)
    async with running() as recogniser:
        reader, writer = await recogniser.bring(recogniser.permit().bytes)
        writer.write(spoken())
        await until(lambda: bool(recogniser.lines))

        recogniser.rows.away = True

        await cut_off(reader)
        writer.close()


async def test_a_stream_that_never_came_is_taken_out_so_that_it_can_be_tried_again() -> None:
    async with running() as recogniser:
        recogniser.permit()
        recogniser.rows.grow_old()

        await until(lambda: not recogniser.rows.streams)
