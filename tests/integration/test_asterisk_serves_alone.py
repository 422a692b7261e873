"""With nobody of ours there, the dialplan alone answers, tells, records and connects every caller."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Generator
from typing import Any

import aiohttp
import pytest

from runtime.asterisk_server import AsteriskServer
from telephony.asterisk.ari_address import AriAddress
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_asterisk import KOKUHO, SpokenTo
from tests.recorded_files import closed_calls
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

HOSTILE = [
    b'"Robert\\"); DROP TABLE calls;--" <sip:0300000001@127.0.0.3>',
    b'"${FILE(run/pwned,,,l)}${SHELL(touch run/pwned)}" <sip:0300000002@127.0.0.3>',
    b'"$[1+1]|&&;`id`$(id){},)(" <sip:$%7BEPOCH%7D@127.0.0.3>',
    b'"a),r(/etc/passwd),touch /tmp/x" <sip:0300000003@127.0.0.3>',
    b'"x&v=2&line=renshu&notice=SUCCESS" <sip:1%26notice%3DSUCCESS@127.0.0.3>',
    b'"line\\nend%0d%0aInjected: yes" <sip:%0d%0a@127.0.0.3>',
    b'"%s%n%p%x" <sip:%25s%25n@127.0.0.3>',
    b'"' + "😀髙邊".encode() * 40 + b'" <sip:0300000004@127.0.0.3>',
    b'"' + b"A" * 2048 + b'" <sip:0300000005@127.0.0.3>',
    b'"\xff\xfe\x80 not utf-8" <sip:0300000006@127.0.0.3>',
    b"<sip:" + b"9" * 1500 + b"@127.0.0.3>",
    b"<sip:hoken1@127.0.0.3>",
]

FIELDS = {
    *("v", "line", "dialled", "recorded_from", "alone_from", "answered", "announced_before", "notice"),
    *("notice_from", "notice_until", "dial", "phone", "rung_from", "connected", "talked_ms", "marks", "help"),
    *("ended", "spoken", "presentation", "number", "name"),
}


@pytest.fixture
def ask(asterisk: AsteriskServer) -> SpokenTo:
    return SpokenTo(asterisk)


@contextlib.contextmanager
def call(asterisk: AsteriskServer, number: str = "0300000101", **said: object) -> Generator[TrunkCaller]:
    with TrunkCaller(asterisk.plan.sip_port) as caller:
        caller.invite(number, **said)  # pyright: ignore[reportArgumentType]
        yield caller


@contextlib.asynccontextmanager
async def listening(asterisk: AsteriskServer, app: str) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    plan = asterisk.plan
    address = AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password)
    async with (
        aiohttp.ClientSession(headers=address.headers()) as session,
        session.ws_connect(address.path("events"), params={"app": app}) as socket,
    ):
        yield socket


def test_a_caller_nobody_claims_is_told_rung_for_and_apologised_to(
    asterisk: AsteriskServer, ask: SpokenTo
) -> None:
    with call(asterisk) as caller:
        caller.wait_for(200)
        caller.talk(6.0)
        caller.wait_for_hang_up()
    facts = ask.facts_of(KOKUHO)

    assert 0.45 < caller.answered_after < 1.5
    assert caller.heard_packets > 200
    assert (facts["line"], facts["notice"], facts["dial"]) == (KOKUHO, "SUCCESS", "CHANUNAVAIL")
    assert facts["number"] == "0300000999"
    assert 5.0 < float(facts["notice_until"]) - float(facts["notice_from"]) < 5.6
    assert float(facts["ended"]) > float(facts["notice_until"])


def test_both_tracks_lie_complete_where_ari_reads_them(asterisk: AsteriskServer, ask: SpokenTo) -> None:
    with call(asterisk) as caller:
        caller.wait_for(200)
        caller.talk(1.0)
        caller.hang_up()
    name = ask.recording_of(KOKUHO)
    wait_until(lambda: name in closed_calls(asterisk.plan.recordings))
    said, heard = (ask.recordings.fetch(f"{name}_{side}") for side in "rt")
    for kind in ("_r", "_t", "_facts", "_record"):
        ask.recordings.delete(name + kind)

    assert len(said) == len(heard)
    assert 0.8 < (len(said) - 44) / 16000 < 2.5
    assert int.from_bytes(heard[40:44], "little") == len(heard) - 44
    assert not [one for one in ask.recordings.list() if one.startswith(name)]


async def test_a_process_of_ours_that_hangs_costs_a_caller_half_a_second(asterisk: AsteriskServer) -> None:
    async with listening(asterisk, asterisk.plan.application_prefix + "0a1b2c") as hung:
        with call(asterisk) as caller:
            caller.wait_for(200)
            caller.hang_up()
        first = (await hung.receive_json())["type"]

    assert first == "CallBroadcast"
    assert 0.45 < caller.answered_after < 1.5


async def test_a_call_handed_back_is_not_told_a_second_time(asterisk: AsteriskServer, ask: SpokenTo) -> None:
    plan = asterisk.plan
    ari = AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password)
    app = plan.application_prefix + "77ff"
    async with listening(asterisk, app) as events, aiohttp.ClientSession(headers=ari.headers()) as http:
        with call(asterisk) as caller:
            offered = await _event(events, "CallBroadcast")
            channel = offered["channel"]["id"]
            claim = {"channelId": channel, "application": app}
            async with http.post(ari.path("events", "claim"), params=claim) as claimed:
                assert claimed.status == 204
            begun = await _event(events, "StasisStart")
            told = {"variable": "TSUWAROKU_ANNOUNCED", "value": "1"}
            await http.post(ari.path("channels", channel, "variable"), params=told)
            back = {"context": "serve-alone", "extension": KOKUHO, "priority": 1}
            await http.post(ari.path("channels", channel, "continue"), params=back)
            caller.wait_for(200)
            caller.wait_for_hang_up()
    wait_until(lambda: ask.facts_of(KOKUHO).get("ended", "") != "")
    facts = ask.facts_of(KOKUHO)

    assert begun["args"] == ["in", KOKUHO]
    assert begun["channel"]["channelvars"]["TSUWAROKU_PRESENTATION"].startswith("allowed")
    assert (facts["announced_before"], facts["notice"], facts["dial"]) == ("1", "", "CHANUNAVAIL")


async def _event(events: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    while (event := await events.receive_json(timeout=5))["type"] != kind:
        pass
    return event


@pytest.mark.parametrize("number", ["0300009999", "9900", "hoken1", "serve-alone", "+81300009999"])
def test_a_number_of_no_line_is_told_so_without_cost_and_without_recording(
    asterisk: AsteriskServer, ask: SpokenTo, number: str
) -> None:
    before = set(ask.recordings.list())
    with call(asterisk, number) as caller:
        caller.wait_for(183)
        caller.talk(0.8)
        caller.wait_for(404)

    assert caller.heard_packets > 20
    assert set(ask.recordings.list()) == before


@pytest.mark.parametrize("number", ["0300000101", "+81300000101", "81300000101", "2101"])
def test_a_line_is_reached_in_every_form_a_carrier_dials(
    asterisk: AsteriskServer, ask: SpokenTo, number: str
) -> None:
    with call(asterisk, number) as caller:
        caller.wait_for(200)
        caller.hang_up()

    assert ask.facts_of(KOKUHO)["dialled"] == number


@pytest.mark.parametrize("caller_says", HOSTILE, ids=range(len(HOSTILE)))
def test_what_a_caller_is_called_changes_nothing(
    asterisk: AsteriskServer, ask: SpokenTo, caller_says: bytes
) -> None:
    with call(asterisk, caller=caller_says) as caller:
        if caller.wait_for(200, 400) == 400:
            return  # not even SIP; nothing of it came further
        caller.hang_up()
    facts = ask.facts_of(KOKUHO)

    assert (facts["line"], facts["notice"], facts["v"]) == (KOKUHO, "", "1")
    assert set(facts) == FIELDS
    assert not (asterisk.plan.home / "run" / "pwned").exists()
    assert asterisk.is_ready()


def test_words_that_are_no_sip_are_dropped_and_the_next_caller_is_served(asterisk: AsteriskServer) -> None:
    with call(asterisk, caller=b"<sip:${EPOCH}@127.0.0.3>") as broken, call(asterisk) as next_one:
        next_one.wait_for(200)
        next_one.hang_up()
        with pytest.raises(AssertionError):
            broken.wait_for(100, 200, 400, seconds=0.5)


def test_a_withheld_number_is_not_even_noted(asterisk: AsteriskServer, ask: SpokenTo) -> None:
    known_to_the_carrier = [b"Privacy: id", b"P-Asserted-Identity: <sip:0312345678@127.0.0.3>"]
    with call(
        asterisk, caller=b'"Anonymous" <sip:anonymous@anonymous.invalid>', headers=known_to_the_carrier
    ) as it:
        it.wait_for(200)
        it.hang_up()
    facts = ask.facts_of(KOKUHO)

    assert facts["presentation"].startswith("prohib")
    assert facts["number"] == ""
    assert "0312345678" not in str(facts)


def test_a_caller_cannot_send_the_call_elsewhere(asterisk: AsteriskServer) -> None:
    with call(asterisk) as caller:
        caller.wait_for(200)
        refused = caller.request(b"REFER", [b"Refer-To: <sip:9900@127.0.0.1>"])
        caller.talk(0.5)
        caller.hang_up()

    assert refused >= 400
    assert caller.heard_packets > 10


def test_a_stranger_reaches_nothing(asterisk: AsteriskServer) -> None:
    with TrunkCaller(asterisk.plan.sip_port, address="127.0.0.9") as stranger:
        stranger.invite("0300000101", caller=b"<sip:renshu-caller@127.0.0.9>")

        assert stranger.wait_for(401, 403, 404, 200) == 401


def test_asterisk_itself_writes_down_nobody(asterisk: AsteriskServer) -> None:
    with call(asterisk, caller=b'"Sakura Hanako" <sip:0399887766@127.0.0.3>') as caller:
        caller.wait_for(200)
        caller.hang_up()
    written = [file for file in asterisk.plan.home.rglob("*") if file.is_file() and file.stat().st_size]
    holding = [file for file in written if b"0399887766" in file.read_bytes()]

    assert asterisk.plan.home / "log/messages" in written
    assert [file.name.partition("_")[0] for file in holding] == [KOKUHO], "only the facts of the call itself"
    assert holding[0].name.endswith("_facts.wav")
