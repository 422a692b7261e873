"""What the call machine may expect of a telephone system: of the fake, and of ARI with a real Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from core.clock import SystemClock
from core.ids import LegId, PhoneId
from runtime.asterisk_server import AsteriskServer
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError
from telephony.asterisk.ari_events import AriEvents, new_application_name
from telephony.asterisk.phones import AriPhones
from telephony.call import commands as do
from telephony.call import events as on
from telephony.leading.telephone_system import TelephoneSystem
from tests.fakes.telephone_system import FakeTelephoneSystem

CALL = "city-1795290506.0"
HERE, GONE = LegId(CALL), LegId("city-1795290506.9")
NOBODYS_PHONE = PhoneId("hoken1")
PLAYBACK = "pb-1.1-1"
RINGS = LegId(f"op-{CALL}-{NOBODYS_PHONE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A telephone system with one caller's leg, ``HERE``, in our hands; no phone is registered."""

    phones: TelephoneSystem


@pytest.fixture(params=["fake", pytest.param("asterisk", marks=[pytest.mark.real, pytest.mark.asterisk])])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "fake":
        yield Office(phones=FakeTelephoneSystem(HERE))
        return
    server: AsteriskServer = request.getfixturevalue("asterisk")
    plan = server.plan
    address = AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password)
    app = new_application_name(plan.instance)
    arrived = asyncio.Event()

    async def connected() -> None:
        # The far half of a Local channel waits in the dialplan; the near half is a caller like any other.
        await client.originate(
            HERE,
            endpoint="Local/9900@from-practice/n",
            app_args="in,renshu",
            originator="",
            caller_id="",
            timeout_seconds=10,
        )

    def heard(told: object) -> None:
        if isinstance(told, dict) and told["type"] == "StasisStart" and told["channel"]["id"] == HERE:
            arrived.set()

    async with AriClient(address, app) as client:
        listening = asyncio.create_task(
            AriEvents(address, app, on_event=heard, on_connect=connected).listen()
        )
        async with asyncio.timeout(30):
            await arrived.wait()
        try:
            yield Office(phones=AriPhones(client, SystemClock(), prompt=plan.prompt))
        finally:
            for one in await client.channels():
                with suppress(AriError):  # the other half of a pair goes with the first
                    await client.hang_up(str(one["id"]))
            for one in await client.bridges():
                with suppress(AriError):
                    await client.destroy_bridge(str(one["id"]))
            async with asyncio.timeout(30):
                while await client.channels():  # noqa: ASYNC110  the next caller has the same id
                    await asyncio.sleep(0.02)
            listening.cancel()


async def test_a_caller_who_is_there_is_answered(office: Office) -> None:
    (told,) = await office.phones.perform(do.AnswerCaller(leg=HERE))

    assert isinstance(told, on.CallerAnswered)


@pytest.mark.parametrize(
    ("command", "action"),
    [
        (do.AnswerCaller(leg=GONE), on.Action.ANSWER_CALLER),
        (do.PlayAnnouncement(leg=GONE, playback=PLAYBACK, announcement="x"), on.Action.PLAY_ANNOUNCEMENT),
        (do.StopAnnouncement(playback=PLAYBACK), on.Action.STOP_ANNOUNCEMENT),
        (do.StartRingback(leg=GONE, playback="rb-1.1"), on.Action.START_RINGBACK),
        (do.StopRingback(leg=GONE, playback="rb-1.1"), on.Action.STOP_RINGBACK),
        (do.HangUpLeg(leg=GONE), on.Action.HANG_UP_LEG),
        (do.RemoveBridge(bridge="br-1.1"), on.Action.REMOVE_BRIDGE),
        (do.ReturnToDialplan(leg=GONE, announced=True), on.Action.RETURN_TO_DIALPLAN),
    ],
)  # fmt: skip
async def test_what_is_gone_comes_back_as_an_event_that_says_so(
    office: Office, command: do.Command, action: on.Action
) -> None:
    (told,) = await office.phones.perform(command)

    assert isinstance(told, on.ActionRefused)
    assert (told.action, told.reason) == (action, on.Refusal.GONE)
    assert told.leg == getattr(command, "leg", None)
    assert told.playback == getattr(command, "playback", None)


async def test_a_phone_that_is_not_plugged_in_is_unreachable(office: Office) -> None:
    (told,) = await office.phones.perform(
        do.RingOperator(leg=RINGS, phone=NOBODYS_PHONE, caller_leg=HERE, seconds=5)
    )

    assert isinstance(told, on.OperatorHungUp)
    assert (told.leg, told.cause) == (RINGS, on.Cause.UNREACHABLE)


async def test_a_join_says_which_leg_was_not_there(office: Office) -> None:
    (told,) = await office.phones.perform(do.JoinLegs(bridge=f"br-{CALL}", caller=HERE, operator=RINGS))

    assert isinstance(told, on.ActionRefused)
    assert (told.action, told.reason, told.leg) == (on.Action.JOIN_LEGS, on.Refusal.GONE, RINGS)


async def test_a_playback_can_be_started_and_stopped(office: Office) -> None:
    assert not await office.phones.perform(do.StartRingback(leg=HERE, playback=f"rb-{CALL}"))
    assert not await office.phones.perform(do.StopRingback(leg=HERE, playback=f"rb-{CALL}"))


async def test_a_leg_is_hung_up(office: Office) -> None:
    assert not await office.phones.perform(do.HangUpLeg(leg=HERE))
