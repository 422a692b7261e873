"""How people outside the hall are reached: whom the profile names, through a trunk, never 110 or abroad."""

from __future__ import annotations

from base64 import b64encode

import pytest

from core.clock import SystemClock
from core.ids import DepartmentId, LineId
from core.profile.model import CityProfile
from core.profile.outside import Outside, OutsideParty
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriRefused
from telephony.asterisk.outside_lines import OutsideLines, OutsideNotReachable, OutsideWay, e164_of
from telephony.asterisk.phones import AriPhones
from telephony.asterisk.targets import Targets
from telephony.call import commands as do
from telephony.call import events as on
from tests.fixtures_asterisk import KOKUHO, RENSHU, town
from tests.unit.test_call_outside import LEG

INTERPRETER = "0300000901"


def sealed(number: str) -> str:
    return b64encode(f"#{e164_of(number)}".encode()).decode()


def opened(box: bytes) -> str:
    text = box.decode()
    if not text.startswith("#"):
        raise ValueError
    return text[1:]


def hall(**keys: object) -> CityProfile:
    plain = town()
    trunk = plain.trunks[0].model_copy(update={"contact": "sip:192.0.2.10:5060"})
    outside = Outside(
        announcement="gaibu", parties=(OutsideParty(id="tsuyaku", name="通訳", number=INTERPRETER),)
    )
    return plain.model_copy(
        update={"trunks": (trunk, *plain.trunks[1:]), "outside": outside.model_copy(update=keys)}
    )


def way(profile: CityProfile, party: str, number: str, line: LineId = KOKUHO) -> OutsideWay:
    return OutsideLines(profile, opened).way(line, party, sealed(number))


def test_an_interpreter_is_called_through_the_carrier_under_the_lines_own_number() -> None:
    assert way(hall(), "tsuyaku", INTERPRETER) == OutsideWay(
        endpoint=f"PJSIP/{INTERPRETER}@trunk-denwa", shown="0300000101"
    )


def test_a_typed_number_is_called_only_where_the_profile_says_so() -> None:
    assert way(hall(numbers=True), "", "09000000001").endpoint == "PJSIP/09000000001@trunk-denwa"
    with pytest.raises(OutsideNotReachable):
        way(hall(), "", "09000000001")


@pytest.mark.parametrize(
    ("keys", "party", "number", "line"),
    [
        ({}, "tsuyaku", "0300000902", KOKUHO),  # the order says another number than the profile
        ({}, "bengoshi", INTERPRETER, KOKUHO),
        ({}, "tsuyaku", INTERPRETER, RENSHU),  # practice calls nobody from work
        ({}, "tsuyaku", INTERPRETER, LineId("nowhere")),
        ({"departments": (DepartmentId("zeimu"),)}, "tsuyaku", INTERPRETER, KOKUHO),
        ({"announcement": ""}, "tsuyaku", INTERPRETER, KOKUHO),
        ({"trunk": "nowhere"}, "tsuyaku", INTERPRETER, KOKUHO),
        ({"numbers": True}, "", "0110", KOKUHO),
        ({"numbers": True}, "", "00112025550123", KOKUHO),
        ({"numbers": True}, "", "0300000901@evil", KOKUHO),
    ],
)
def test_nobody_else_is_called(keys: dict[str, object], party: str, number: str, line: LineId) -> None:
    with pytest.raises(OutsideNotReachable):
        way(hall(**keys), party, number, line)


@pytest.mark.parametrize("box", ["", "!", "eA==", b64encode(b"#110").decode()])
def test_a_number_that_cannot_be_read_is_not_dialled(box: str) -> None:
    with pytest.raises(OutsideNotReachable):
        OutsideLines(hall(numbers=True), opened).way(KOKUHO, "", box)


def test_without_a_trunk_that_can_be_called_nobody_is() -> None:
    with pytest.raises(OutsideNotReachable):
        way(hall().model_copy(update={"trunks": town().trunks}), "tsuyaku", INTERPRETER)


class Asterisk(AriClient):
    """Remembers what it was to ring."""

    def __init__(self, refuses: Exception | None = None) -> None:
        self.rung: dict[str, object] = {}
        self._refuses = refuses

    async def originate(self, channel: str, **asked: object) -> None:
        self.rung = {"channel": channel, **asked}
        if self._refuses is not None:
            raise self._refuses


def phones(client: AriClient) -> AriPhones:
    return AriPhones(client, SystemClock(), prompt=str, outside=OutsideLines(hall(), opened))


RING = do.RingOutside(leg=LEG, line=KOKUHO, party="tsuyaku", sealed=sealed(INTERPRETER), seconds=40)


async def test_the_number_is_opened_where_it_is_dialled() -> None:
    asterisk = Asterisk()

    assert await phones(asterisk).perform(RING) == ()
    assert asterisk.rung["endpoint"] == f"PJSIP/{INTERPRETER}@trunk-denwa"
    assert asterisk.rung["caller_id"] == "<0300000101>"


@pytest.mark.parametrize(
    "command",
    [
        do.RingOutside(leg=LEG, line=KOKUHO, party="", sealed=sealed(INTERPRETER), seconds=40),
        do.FetchColleague(leg=LEG, channel="Local/evil@anywhere", seconds=4),
        do.FetchColleague(leg=LEG, channel="PJSIP/a,b(c)", seconds=4),
    ],
)
async def test_what_is_not_allowed_rings_nobody_and_is_told_like_a_phone_that_is_gone(
    command: do.Command,
) -> None:
    asterisk = Asterisk()

    (told,) = await phones(asterisk).perform(command)

    assert asterisk.rung == {}
    assert isinstance(told, on.OperatorHungUp)
    assert (told.leg, told.cause) == (LEG, on.Cause.UNREACHABLE)


async def test_a_carrier_that_is_down_is_told_and_ends_nothing() -> None:
    (told,) = await phones(Asterisk(AriRefused(500, "originate"))).perform(RING)
    (unsure,) = await phones(Asterisk(AriRefused(503, "originate"))).perform(RING)

    assert isinstance(told, on.OperatorHungUp)
    assert isinstance(unsure, on.ActionRefused)
    assert (unsure.action, unsure.leg) == (on.Action.RING_OPERATOR, LEG)


async def test_a_colleague_is_fetched_by_the_dialplan() -> None:
    asterisk = Asterisk()
    await phones(asterisk).perform(do.FetchColleague(leg=LEG, channel="PJSIP/hoken2-0000000b", seconds=4))

    assert asterisk.rung["endpoint"] == "Local/fetch@fetch-colleague/n"
    assert asterisk.rung["variables"] == {"__TSUWAROKU_FETCHED": "PJSIP/hoken2-0000000b"}


def test_a_desk_phone_that_dials_outside_names_the_party_and_seals_the_number() -> None:
    targets = Targets(hall(), lambda e164: (f"#{e164}".encode(), b""))

    assert targets.outside(INTERPRETER) == ("tsuyaku", sealed(INTERPRETER))
    assert targets.outside("0300000902") == ("", sealed("0300000902"))
    assert targets.outside("119") == targets.outside("hoken1") == ("", "")
    assert Targets(hall()).outside(INTERPRETER) == ("", "")
