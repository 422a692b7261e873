"""The client against a real Asterisk: filter, take-over of a name, connections that break."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from runtime.asterisk_server import AsteriskServer
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_client import ACT_SECONDS, AriClient
from telephony.asterisk.ari_errors import ApplicationTakenOver, AriAway, AriRefused
from telephony.asterisk.ari_events import HEARD, AriEvents, new_application_name
from telephony.asterisk.stored_recordings import StoredRecordings

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def address_of(server: AsteriskServer) -> AriAddress:
    plan = server.plan
    return AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password)


async def nothing() -> None:
    """Greet nobody."""


def deaf(_told: Mapping[str, Any]) -> None:
    """Hear nothing."""


async def test_a_process_whose_name_is_taken_knows_that_it_is_deaf(asterisk: AsteriskServer) -> None:
    address, app = address_of(asterisk), new_application_name("city")
    first = AriEvents(address, app, on_event=deaf, on_connect=nothing)
    listening = asyncio.create_task(first.listen())
    async with asyncio.timeout(30):
        await first.connected.wait()
    second = asyncio.create_task(AriEvents(address, app, on_event=deaf, on_connect=nothing).listen())

    with pytest.raises(ApplicationTakenOver):
        await asyncio.wait_for(listening, 5)
    second.cancel()
    with suppress(asyncio.CancelledError):
        await second


async def test_asterisk_is_told_which_events_we_use(asterisk: AsteriskServer) -> None:
    address, app = address_of(asterisk), new_application_name("city")
    async with AriClient(address, app) as client:
        events = AriEvents(address, app, on_event=deaf, on_connect=nothing)
        listening = asyncio.create_task(events.listen())
        async with asyncio.timeout(30):
            await events.connected.wait()
        await client.hear_only(HEARD)
        (ours,) = [one for one in await client.applications() if one["name"] == app]
        listening.cancel()

    assert {one["type"] for one in ours["events_allowed"]} == set(HEARD)


async def test_a_listener_that_breaks_on_an_event_hears_the_next_one(asterisk: AsteriskServer) -> None:
    address, app = address_of(asterisk), new_application_name("city")
    heard: list[str] = []
    twice = asyncio.Event()

    def stumble(told: Mapping[str, Any]) -> None:
        heard.append(str(told["type"]))
        if len(heard) == 1:
            raise RuntimeError("a fault of ours")
        twice.set()

    async with AriClient(address, app) as client:
        events = AriEvents(address, app, on_event=stumble, on_connect=nothing)
        listening = asyncio.create_task(events.listen())
        async with asyncio.timeout(30):
            await events.connected.wait()
            await client.originate(
                "op-1.1-x",
                endpoint="Local/9900@from-practice/n",
                app_args="op,x",
                originator="",
                caller_id="",
                timeout_seconds=5,
            )
            await twice.wait()
        with suppress(AriRefused):
            await client.hang_up("op-1.1-x")
        listening.cancel()

    assert len(heard) > 1


async def test_an_absent_asterisk_is_said_to_be_away_by_every_client() -> None:
    nobody = AriAddress(url="http://127.0.0.1:9/ari", user="a", password="b")
    async with AriClient(nobody, "tsuwaroku-city-1") as client:
        with pytest.raises(AriAway):
            await client.ping()
    with pytest.raises(AriAway):
        StoredRecordings(nobody.url, nobody.user, nobody.password).list()


async def test_an_asterisk_under_load_may_take_its_time_for_a_list_but_not_for_an_action() -> None:
    async def answer_late(_asked: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(ACT_SECONDS + 0.3)
        answer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]")
        answer.close()

    server = await asyncio.start_server(answer_late, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    slow = AriAddress(url=f"http://127.0.0.1:{port}/ari", user="a", password="b")
    async with server, AriClient(slow, "tsuwaroku-city-1") as client:
        listed, acted = await asyncio.gather(
            client.channels(), client.hang_up("city-1.1"), return_exceptions=True
        )

    assert listed == []
    assert isinstance(acted, AriAway)


async def test_a_wrong_password_is_a_refusal(asterisk: AsteriskServer) -> None:
    wrong = AriAddress(url=asterisk.plan.ari_url, user=asterisk.plan.ari_user, password="chigau")
    async with AriClient(wrong, "tsuwaroku-city-1") as client:
        with pytest.raises(AriRefused) as refused:
            await client.ping()

    assert refused.value.status == 401


async def test_a_recording_is_listed_fetched_and_deleted_and_no_other_file(asterisk: AsteriskServer) -> None:
    plan = asterisk.plan
    (plan.recordings / "kokuho_city-1.1_r.wav").write_bytes(b"RIFF" + b"x" * 100)
    records = StoredRecordings(plan.ari_url, plan.ari_user, plan.ari_password)

    name = "kokuho_city-1.1_r"
    assert name in records.list()
    assert records.fetch(name) == b"RIFF" + b"x" * 100
    records.delete(name)
    records.delete(name)
    assert name not in records.list()
    for bad in ("../../etc/ari", "/etc/passwd"):
        with pytest.raises(AriRefused):
            records.fetch(bad)
    async with asyncio.timeout(30):  # a channel of the test before may still be on its way out
        while records.live_channels():  # noqa: ASYNC110  asked from outside, with a limit
            await asyncio.sleep(0.05)
    assert records.variable("nobody", "TSUWAROKU_LINE") is None
