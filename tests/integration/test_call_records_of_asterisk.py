"""What Asterisk itself writes down of a call: that it was there, also when the server died; never who."""

from __future__ import annotations

import urllib.parse
import urllib.request
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from core.profile.recording import RecordingMode
from runtime.asterisk_rootfs import AsteriskProgram
from telephony.asterisk.ari_address import AriAddress
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_asterisk import KOKUHO, RENSHU, SpokenTo, running_asterisk, town
from tests.fixtures_telephony import CALLER, FIRST, Hall, talk
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def record(hall: Hall) -> dict[str, str]:
    """The one record of this hall; empty while there is none."""
    for file in hall.server.plan.recordings.glob(f"{RENSHU}_*_record.sln"):
        return dict(parse_qsl(file.read_text(), keep_blank_values=True))
    return {}


def finished(hall: Hall) -> dict[str, str]:
    hall.wait_until(lambda: bool(record(hall).get("ended")), "a finished record", seconds=20)
    return record(hall)


def test_a_talk_led_by_us_leaves_its_record_and_nothing_of_who_called(hall: Hall) -> None:
    hall.telephony()
    phones = hall.phones(FIRST)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing")
    begun = record(hall)
    phones.order(FIRST, "answer")
    talk(phones)
    phones.order(FIRST, "hang-up")
    phones.hear(f"{CALLER} over")
    told = finished(hall)

    assert begun["begun"] == told["begun"]
    assert not begun["ended"]
    assert float(told["ended"]) > float(told["begun"]) + 1
    assert (told["state"], told["offer"], told["kind"], told["line"]) == ("Up", "SUCCESS", "PJSIP", RENSHU)
    assert set(told) == {"v", "line", "of", "kind", "begun", "ended", "state", "offer", "alone", "closed"}


def test_a_call_given_back_to_the_dialplan_has_its_end_written_too(hall: Hall) -> None:
    hall.telephony()
    phones = hall.phones()
    hall.dial(phones)
    hall.wait_until(lambda: bool(record(hall)), "a record")
    hall.wait_until(lambda: len(hall.asterisk_has("channels")) == 1, "the caller")
    plan = hall.server.plan
    address = AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password)
    (caller,) = hall.asterisk_has("channels")
    where = urllib.parse.urlencode({"context": "serve-alone", "extension": RENSHU, "priority": 1})
    asked = urllib.request.Request(  # noqa: S310  our own Asterisk
        address.path("channels", caller, "continue") + f"?{where}", method="POST", headers=address.headers()
    )
    hall.wait_until(lambda: urllib.request.urlopen(asked).status == 204, "given back")  # noqa: S310
    phones.hear(f"{CALLER} over", seconds=30)
    told = finished(hall)

    assert told["alone"]
    assert told["offer"] == "SUCCESS"


def test_of_a_call_under_which_asterisk_died_the_beginning_is_there(hall: Hall) -> None:
    phones = hall.phones(FIRST)
    hall.dial(phones)
    phones.hear(f"{FIRST} ringing", seconds=20)
    hall.server.kill()

    assert record(hall)["begun"]
    assert not record(hall)["ended"]


def test_of_a_line_that_is_never_recorded_asterisk_notes_nothing_at_all(
    asterisk_program: AsteriskProgram, open_folder: Path
) -> None:
    plain = town()
    lines = tuple(
        line.model_copy(update={"recording": RecordingMode.NEVER}) if line.id == KOKUHO else line
        for line in plain.lines
    )
    profile = plain.model_copy(update={"lines": lines})
    with running_asterisk(open_folder / "pbx-never", asterisk_program, profile) as server:
        ask = SpokenTo(server).recordings
        with TrunkCaller(server.plan.sip_port) as caller:
            caller.invite("0300000101")
            caller.wait_for(183)
            during = list(server.plan.recordings.iterdir())
            caller.wait_for(*range(400, 700), seconds=30)
        wait_until(lambda: not ask.live_channels(), 60)

        assert during == []
        assert list(server.plan.recordings.iterdir()) == []
