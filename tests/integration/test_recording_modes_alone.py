"""With every process of ours dead, the dialplan alone keeps to each line's recording mode."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from core.ids import LineId
from runtime.asterisk_rootfs import AsteriskProgram
from telephony.asterisk.ami_client import AmiAddress, AmiClient
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.asterisk_config.never_lines import FAMILY
from telephony.asterisk_config.on_demand import NOT_RECORDED_HERTZ
from telephony.asterisk_config.plan import AMI_PORT, AMI_USER
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_telephony import CALLER, CALLER_TONE, FIRST, OPERATOR_TONE, Phones
from tests.hall_of_modes import (
    ALWAYS,
    CONSULTED,
    ON_DEMAND,
    ON_DEMAND_ALONE,
    OUTSIDE,
    HallOfModes,
    running_hall_of_modes,
)

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

NUMBER = "0399887766"


@pytest.fixture(scope="module")
def hall_of_modes(asterisk_program: AsteriskProgram, open_folder: Path) -> Iterator[HallOfModes]:
    with running_hall_of_modes(open_folder / "modes-alone", asterisk_program) as hall:
        yield hall


@pytest.fixture
def phones(hall_of_modes: HallOfModes) -> Iterator[Phones]:
    """A phone of these tests lives for one call."""
    plugged_in = hall_of_modes.phones(FIRST, "shimin1")
    yield plugged_in
    plugged_in.stop()
    hall_of_modes.hang_up_everybody()


def facts(hall: HallOfModes, line: str) -> dict[str, str]:
    hall.wait_until(lambda: any("_facts" in one for one in hall.stored(line)), f"facts of {line}")
    name = max((one for one in hall.stored(line) if "_facts" in one), key=_number_of_call)
    text = (hall.server.plan.recordings / name).read_text()
    return dict(parse_qsl(text, keep_blank_values=True))


def _number_of_call(name: str) -> int:
    return int(name.removesuffix("_facts.wav").rpartition(".")[2])


def over(hall: HallOfModes, line: str) -> dict[str, str]:
    hall.wait_until(lambda: facts(hall, line).get("ended", "") != "", f"the end on {line}")
    return facts(hall, line)


def everything_written(hall: HallOfModes) -> dict[str, bytes]:
    return {
        str(file): file.read_bytes()
        for file in hall.folder.rglob("*")
        if file.is_file() and not file.is_symlink()
    }


def ami(hall: HallOfModes) -> AmiClient:
    plan = hall.server.plan
    address = AmiAddress(host=plan.ami_host, port=AMI_PORT, user=AMI_USER, password=plan.ami_password)
    return AmiClient(address)


def marked(hall: HallOfModes) -> bool:
    plan = hall.server.plan
    asterisk = StoredRecordings(plan.ari_url, plan.ari_user, plan.ari_password)
    return any(asterisk.variable(one, "TSUWAROKU_MARKS") for one in asterisk.live_channels())


def answer(phones: Phones, phone: str = FIRST) -> None:
    since = len(phones.lines)
    phones.order(phone, "answer")
    phones.hear(f"{phone} up", since=since)


def test_a_consultation_leaves_nothing_but_one_more_on_its_day(
    hall_of_modes: HallOfModes, phones: Phones
) -> None:
    before = set(hall_of_modes.recordings())
    since = len(phones.lines)
    with TrunkCaller(hall_of_modes.server.plan.sip_port) as caller:
        caller.invite(CONSULTED, caller=f'"Sakura Hanako" <sip:{NUMBER}@127.0.0.3>'.encode())
        phones.hear(f"{FIRST} ringing", since=since)
        answer(phones)
        caller.wait_for(200)
        channels = hall_of_modes.asterisk_has("channels")
        phones.order(FIRST, "say", str(OPERATOR_TONE))
        phones.order(FIRST, "press", "*1")
        caller.talk(2.0)
        caller.hang_up()
    hall_of_modes.wait_until_quiet()
    hall_of_modes.server.stop()  # what Asterisk still holds in memory comes to disk
    written = everything_written(hall_of_modes)
    hall_of_modes.server.start()

    assert caller.heard_packets > 50
    assert len(channels) == 2
    assert set(hall_of_modes.recordings()) == before
    for sought in (NUMBER, "Hanako", *channels):
        assert [file for file, content in written.items() if sought.encode() in content] == [], sought
    (count,) = ami(hall_of_modes).entries(FAMILY).items()
    assert count == (f"sodan2/{time.strftime('%Y%m%d', time.gmtime(time.time() + 9 * 3600))}", "1")


def on_request(hall: HallOfModes, phones: Phones, line: LineId) -> set[str]:
    """Let a citizen talk on a line that is recorded on request; return the names of what is recorded."""
    since = len(phones.lines)
    hall.dial_line(phones, line)
    phones.hear(f"{FIRST} ringing", since=since)
    answer(phones)
    phones.order(CALLER, "say", str(CALLER_TONE))
    phones.hears(FIRST, CALLER_TONE)
    return tracks(hall, line)


def tracks(hall: HallOfModes, line: LineId) -> set[str]:
    return {one for one in hall.stored(line) if one.endswith(("_r.wav", "_t.wav"))}


def test_on_request_the_key_records_nothing_and_the_operator_alone_is_told_so(
    hall_of_modes: HallOfModes, phones: Phones
) -> None:
    before = on_request(hall_of_modes, phones, ON_DEMAND)
    phones.order(FIRST, "say", str(OPERATOR_TONE))
    phones.hears(CALLER, OPERATOR_TONE)

    phones.order(FIRST, "press", "*1")
    phones.hears(FIRST, NOT_RECORDED_HERTZ, share=0.3)  # two short tones with a pause between them
    phones.silent(CALLER, NOT_RECORDED_HERTZ, share=0.02, seconds=0)  # at this very moment
    phones.hears(CALLER, OPERATOR_TONE)
    phones.hears(FIRST, CALLER_TONE)
    phones.order(FIRST, "hang-up")
    told = over(hall_of_modes, ON_DEMAND)

    assert (before, tracks(hall_of_modes, ON_DEMAND)) == (set(), set())
    assert float(told["connected"]) < float(told["marks"].rstrip()) < float(told["ended"])
    assert (told["recorded_from"], told["notice"]) == ("", "")


def test_where_the_city_wants_it_nothing_is_recorded_until_the_key_is_pressed(
    hall_of_modes: HallOfModes, phones: Phones
) -> None:
    nothing_yet = on_request(hall_of_modes, phones, ON_DEMAND_ALONE)

    phones.order(FIRST, "press", "*1")
    hall_of_modes.wait_until(lambda: bool(tracks(hall_of_modes, ON_DEMAND_ALONE)), "a recording")
    phones.order(FIRST, "say", str(OPERATOR_TONE))
    phones.hears(CALLER, OPERATOR_TONE)
    phones.order(FIRST, "press", "*1")
    phones.order(FIRST, "hang-up")
    told = over(hall_of_modes, ON_DEMAND_ALONE)

    assert nothing_yet == set()
    assert told["notice"] == "SUCCESS"
    assert float(told["recorded_from"]) > float(told["connected"])
    assert told["marks"]
    assert len(tracks(hall_of_modes, ON_DEMAND_ALONE)) == 2


def test_a_call_going_out_is_told_and_recorded_with_the_citizen_on_r(
    hall_of_modes: HallOfModes, phones: Phones
) -> None:
    since = len(phones.lines)
    hall_of_modes.dial_out(phones, FIRST, OUTSIDE)
    phones.hear(f"{FIRST} up", since=since)
    phones.order(FIRST, "say", str(OPERATOR_TONE))
    phones.hears(FIRST, 620)
    phones.order(FIRST, "press", "*1")
    hall_of_modes.wait_until(lambda: marked(hall_of_modes), "a mark")
    phones.order(FIRST, "hang-up")
    told = over(hall_of_modes, "out-hoken")

    assert (told["number"], told["notice"], told["phone"]) == (OUTSIDE, "SUCCESS", "hoken1-")
    assert float(told["connected"]) - float(told["answered"]) > 0.8
    assert told["marks"]
    assert b"0300000100" in hall_of_modes.carrier.invites[-1].split(b"From:")[1].split(b"\r\n")[0]
    assert len([one for one in hall_of_modes.stored("out-hoken") if one.endswith(("_r.wav", "_t.wav"))]) == 2


@pytest.mark.parametrize("number", ["110", "118", "119"])
def test_help_is_called_untouched_and_unrecorded_from_every_phone(
    hall_of_modes: HallOfModes, phones: Phones, number: str
) -> None:
    before = set(hall_of_modes.recordings())
    phone = "shimin1" if number == "119" else FIRST
    since = len(phones.lines)
    hall_of_modes.dial_out(phones, phone, number)
    phones.hear(f"{phone} up", since=since)
    phones.hears(phone, 620)
    phones.order(phone, "hang-up")
    hall_of_modes.wait_until_quiet()

    assert hall_of_modes.carrier.invites[-1].startswith(f"INVITE sip:{number}@".encode())
    assert set(hall_of_modes.recordings()) == before


def test_a_department_that_is_not_recorded_calls_out_without_a_trace(
    hall_of_modes: HallOfModes, phones: Phones
) -> None:
    before = set(hall_of_modes.recordings())
    since = len(phones.lines)
    hall_of_modes.dial_out(phones, "shimin1", "09012340987")
    phones.hear("shimin1 up", since=since)
    phones.hears("shimin1", 620)
    phones.order("shimin1", "hang-up")
    hall_of_modes.wait_until_quiet()

    assert set(hall_of_modes.recordings()) == before
    assert not [file for file, text in everything_written(hall_of_modes).items() if b"09012340987" in text]


def switch(hall: HallOfModes, value: str) -> None:
    ami(hall).keep_entry("tsuwaroku", "disaster", value)


@pytest.mark.parametrize(
    ("value", "spoken"),
    [("short-9999999999", "mijikai"), ("none-9999999999", ""), ("none-1700000000", "rokuon"), ("", "rokuon")],
    ids=["shortened", "dropped", "over by itself", "switched off"],
)
def test_in_a_disaster_the_dialplan_says_less_until_the_end_that_was_set(
    hall_of_modes: HallOfModes, phones: Phones, value: str, spoken: str
) -> None:
    switch(hall_of_modes, value)
    since = len(phones.lines)
    before = facts(hall_of_modes, ALWAYS) if hall_of_modes.stored(ALWAYS) else {}
    hall_of_modes.dial_line(phones, ALWAYS)
    phones.hear(f"{FIRST} ringing", since=since)
    phones.order(CALLER, "hang-up")
    hall_of_modes.wait_until(lambda: facts(hall_of_modes, ALWAYS) != before, "a new call")
    told = over(hall_of_modes, ALWAYS)
    switch(hall_of_modes, "")

    assert (told["spoken"], told["notice"]) == (spoken, "SUCCESS" if spoken else "")
