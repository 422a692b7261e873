"""A phone that dials the code is claimed by whoever leads a call for it, and waits where nothing holds it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.ids import CallId, PhoneId
from core.profile.model import CityProfile
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriRefused
from telephony.asterisk.targets import Targets
from telephony.call import events as on
from telephony.call.call import Call
from telephony.leading.driver import CallDriver
from telephony.leading.fetch_wishes import FetchWishes
from tests.fakes.clock import FakeClock
from tests.fixtures_asterisk import town
from tests.unit.call_scenes import CALL, NOON, TO_TALKING, arrived, play

NAME = "PJSIP/hoken2-0000000b"
RINGING, _ = play(arrived(phones=(PhoneId("hoken1"),)), *TO_TALKING[1:3])
ELSEWHERE, _ = play(arrived(phones=(PhoneId("zeimu1"),)), *TO_TALKING[1:3])
TALKING, _ = play(*TO_TALKING)


def said(kind: str, *args: str, context: str = "fetch-ringing", name: str = NAME) -> dict[str, Any]:
    channel = {"id": "city-1795290600.9", "name": name, "dialplan": {"context": context}}
    return {"type": kind, "channel": channel, "args": list(args)}


OFFERED, CLAIMED = said("CallBroadcast"), said("StasisStart", "fetch-ringing")


class Asterisk(AriClient):
    """Remembers what it was asked for; lets another process be faster where told so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refuses = False

    async def claim(self, channel: str) -> None:
        self._note(f"claim {channel}")

    async def return_to_dialplan(self, channel: str, *, context: str, extension: str) -> None:
        self._note(f"{context} {extension} {channel}")

    def _note(self, asked: str) -> None:
        self.asked.append(asked)
        if self.refuses:
            raise AriRefused(409, asked)


class Led(CallDriver):
    """One call that is led here, and what it was told."""

    def __init__(self, call: Call) -> None:
        self.call, self.others = call, list[Call]()
        self.told, self.told_to = list[on.CallEvent](), list[str]()

    @property
    def calls(self) -> dict[Any, Call]:
        return {one.id: one for one in (*self.others, self.call)}

    def deliver(self, call: str, event: on.CallEvent) -> bool:
        self.told_to.append(call)
        self.told.append(event)
        return True


class Hall:
    def __init__(self, call: Call = RINGING, profile: CityProfile | None = None) -> None:
        self.asterisk, self.led = Asterisk(), Led(call)
        self.wishes = FetchWishes(self.asterisk, self.led, Targets(profile or town()), FakeClock(NOON))

    async def hears(self, told: dict[str, Any]) -> bool:
        taken = self.wishes.hear(told)
        for _ in range(5):
            await asyncio.sleep(0)
        return taken


async def test_a_wish_for_a_call_that_rings_here_is_claimed_and_brought() -> None:
    hall = Hall()

    assert await hall.hears(OFFERED)
    assert await hall.hears(CLAIMED)

    assert hall.asterisk.asked == ["claim city-1795290600.9", "waits-to-talk s city-1795290600.9"]
    (told,) = hall.led.told
    assert isinstance(told, on.FetchAsked)
    assert (told.channel, told.phone, told.rings_at) == (NAME, "hoken2", ("hoken1", "hoken2"))
    assert told.far == "city-1795290600.9"


@pytest.mark.parametrize("call", [ELSEWHERE, TALKING], ids=["another department", "nobody rings any more"])
async def test_a_wish_that_no_call_of_ours_fits_is_left_to_others(call: Call) -> None:
    hall = Hall(call)

    assert await hall.hears(OFFERED), "it is no citizen's call, so nobody may take it for one"
    assert hall.asterisk.asked == []


async def test_a_call_that_was_taken_meanwhile_leaves_the_phone_to_the_dialplan() -> None:
    hall = Hall(TALKING)

    assert await hall.hears(CLAIMED)
    assert (hall.asterisk.asked, hall.led.told) == (["waits-to-talk s city-1795290600.9"], [])


async def test_a_phone_that_another_process_was_given_is_none_of_ours() -> None:
    hall = Hall()
    hall.asterisk.refuses = True

    assert await hall.hears(OFFERED)
    assert await hall.hears(CLAIMED)
    assert hall.led.told == []


@pytest.mark.parametrize(
    "told",
    [
        said("CallBroadcast", context="lines"),
        said("StasisStart", "in", "kokuho"),
        said("CallBroadcast", context="from-trunk", name="PJSIP/trunk-denwa-0000000b"),
        {"type": "CallBroadcast", "channel": None},
        {"type": "StasisStart", "args": None},
    ],
)
async def test_what_is_no_wish_is_left_to_whoever_reads_it(told: dict[str, Any]) -> None:
    assert not await Hall().hears(told)


async def test_a_wish_of_what_is_no_phone_is_nobodys_call() -> None:
    hall = Hall()

    assert await hall.hears(said("CallBroadcast", name="Local/s@evil-0000000b;1"))
    assert hall.asterisk.asked == []


async def test_practice_phones_fetch_no_citizen_and_desk_phones_no_practice() -> None:
    practice, _ = play(arrived(phones=(PhoneId("renshu1"),)), *TO_TALKING[1:3])
    citizen_for_practice, practice_for_desk = Hall(), Hall(practice)

    await citizen_for_practice.hears(said("CallBroadcast", name="PJSIP/renshu1-0000000b"))
    await practice_for_desk.hears(OFFERED)
    assert citizen_for_practice.asterisk.asked == practice_for_desk.asterisk.asked == []


async def test_the_citizen_who_waits_longest_is_fetched_first() -> None:
    hall = Hall()
    other = CallId("city-1795290507.0")
    late = replace(RINGING, id=other, arrival=replace(arrived(), at=NOON + timedelta(seconds=5)))
    hall.led.others = [late]

    await hall.hears(CLAIMED)
    assert hall.led.told_to == [CALL]


def test_who_may_fetch_where_is_the_profiles() -> None:
    plain = town()
    phones = tuple(
        one.model_copy(update={"pickup_departments": ()}) if one.id == "hoken2" else one
        for one in plain.phones
    )
    closed = Targets(plain.model_copy(update={"phones": phones}))

    assert closed.fetched_from(PhoneId("hoken1")) == ("hoken1", "hoken2")
    assert closed.fetched_from(PhoneId("hoken2")) == ()
    assert closed.fetched_from(PhoneId("nobody")) == ()
