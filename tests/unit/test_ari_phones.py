"""What Asterisk is asked for and what its answers mean: what a phone shows, who is put together."""

from __future__ import annotations

import pytest

from core.clock import SystemClock
from telephony.asterisk import bridging
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriAway, AriRefused
from telephony.asterisk.phones import AriPhones
from telephony.asterisk.refused_actions import refusal_of
from telephony.call import commands as do
from telephony.call import events as on
from tests.unit.call_scenes import CALL, CALLER, LEGS, PHONES

RING = do.RingOperator(leg=LEGS[0], phone=PHONES[0], caller_leg=CALLER, seconds=30)


class TellingAsterisk(AriClient):
    """Tells variables, and remembers which phone it was to ring, and how."""

    def __init__(self, variables: dict[str, str], *, refuses: Exception | None = None) -> None:
        self._variables = variables
        self._refuses = refuses
        self.rung: dict[str, object] = {}

    async def variable(self, channel: str, name: str) -> str | None:
        return self._variables.get(name)

    async def originate(self, channel: str, **asked: object) -> None:
        self.rung = {"channel": channel, **asked}
        if self._refuses is not None:
            raise self._refuses

    async def stop_playback(self, playback: str) -> None:
        raise AriRefused(404, "stop-playback")

    async def set_variable(self, channel: str, name: str, value: str) -> None:
        self._variables[name] = value

    async def return_to_dialplan(self, channel: str, *, context: str, extension: str) -> None:
        self.rung = {"channel": channel, "context": context, "extension": extension}


class GoingBridge(AriClient):
    """Still takes a bridge away when another one of its name is asked for: says 404 so many times."""

    def __init__(self, times: int, status: int = 404) -> None:
        self._left = times
        self._status = status
        self.inside: dict[str, bool] = {}

    async def create_bridge(self, bridge: str) -> None:
        """Say that it is there, or make it: both are no fault."""

    async def add_to_bridge(self, bridge: str, channel: str, *, absorb_dtmf: bool) -> None:
        self._left -= 1
        if self._left >= 0:
            raise AriRefused(self._status, "add-to-bridge")
        self.inside[channel] = absorb_dtmf

    async def remove_from_bridge(self, bridge: str, channel: str) -> None:
        self.inside.pop(channel, None)


def phones(client: AriClient) -> AriPhones:
    return AriPhones(client, SystemClock(), prompt=lambda announcement: f"/sounds/{announcement}")


@pytest.mark.parametrize(
    ("number", "name", "presentation", "shown"),
    [
        ("0312345678", "", "allowed_not_screened", "<0312345678>"),
        ("0312345678", "偽の市長", "allowed", "<0312345678>"),
        ("0312345678", "", "prohib_not_screened", '"非通知" <anonymous>'),
        ("+12025550123", "", "allowed", "<+12025550123>"),
        ("", "", "prohib", '"非通知" <anonymous>'),
        ("anonymous", "Coin line/payphone", "allowed", '"公衆電話" <anonymous>'),
        ('1" <sip:evil@example.jp>;x=', "", "allowed", '"番号不明" <anonymous>'),
    ],
)
async def test_a_phone_shows_the_number_or_why_there_is_none(
    number: str, name: str, presentation: str, shown: str
) -> None:
    asterisk = TellingAsterisk(
        {"CALLERID(num)": number, "CALLERID(name)": name, "TSUWAROKU_PRESENTATION": presentation}
    )
    await phones(asterisk).perform(RING)

    assert asterisk.rung["caller_id"] == shown
    assert asterisk.rung["endpoint"] == f"PJSIP/{PHONES[0]}"
    assert asterisk.rung["originator"] == CALLER


async def test_a_phone_that_rings_already_is_not_a_refusal() -> None:
    assert not await phones(TellingAsterisk({}, refuses=AriRefused(409, "originate"))).perform(RING)


async def test_an_asterisk_that_does_not_answer_is_told_as_a_time_limit() -> None:
    (told,) = await phones(TellingAsterisk({}, refuses=AriAway("originate"))).perform(RING)

    assert isinstance(told, on.ActionRefused)
    assert (told.action, told.reason, told.leg) == (on.Action.RING_OPERATOR, on.Refusal.TIMEOUT, LEGS[0])


@pytest.mark.parametrize(("announced", "said"), [(True, "1"), (False, "0")])
async def test_the_dialplan_is_told_whether_the_notice_was_given(announced: bool, said: str) -> None:
    variables = {"TSUWAROKU_LINE": "kokuho"}
    asterisk = TellingAsterisk(variables)
    await phones(asterisk).perform(do.ReturnToDialplan(leg=CALLER, announced=announced))

    assert asterisk.rung == {"channel": CALL, "context": "serve-alone", "extension": "kokuho"}
    assert variables["TSUWAROKU_ANNOUNCED"] == said


JOIN = do.JoinLegs(bridge=f"br-{CALL}", caller=CALLER, operator=LEGS[0])


async def test_two_who_are_joined_while_the_bridge_before_is_going_are_together() -> None:
    asterisk = GoingBridge(3)
    (told,) = await phones(asterisk).perform(JOIN)

    assert isinstance(told, on.LegsJoined)
    assert asterisk.inside == {CALLER: False, LEGS[0]: True}


@pytest.mark.parametrize(
    ("status", "reason", "leg"), [(404, on.Refusal.FAILED, None), (400, on.Refusal.GONE, CALLER)]
)
async def test_a_bridge_that_is_not_there_is_no_caller_who_hung_up(
    status: int, reason: on.Refusal, leg: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridging, "BETWEEN_SECONDS", 0.0)
    (told,) = await phones(GoingBridge(1000, status)).perform(JOIN)

    assert isinstance(told, on.ActionRefused)
    assert (told.action, told.reason, told.leg) == (on.Action.JOIN_LEGS, reason, leg)


@pytest.mark.parametrize(
    ("command", "legs"),
    [
        (do.SetAside(leg=LEGS[1], bridge="sb-1"), [LEGS[1]]),
        (do.JoinConsult(bridge="cb-1", operator=LEGS[0], target=LEGS[1]), [LEGS[0], LEGS[1]]),
    ],
    ids=["a supervisor", "a colleague who is asked"],
)
async def test_who_is_put_aside_while_the_bridge_before_is_going_is_in_the_new_one(
    command: do.Command, legs: list[str]
) -> None:
    asterisk = GoingBridge(3)
    told = await phones(asterisk).perform(command)

    assert asterisk.inside == dict.fromkeys(legs, True)
    assert not [one for one in told if isinstance(one, on.ActionRefused)]


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (AriRefused(404, "answer"), on.Refusal.GONE),
        (AriRefused(409, "answer"), on.Refusal.CONFLICT),
        (AriRefused(412, "answer"), on.Refusal.CONFLICT),
        (AriRefused(400, "answer"), on.Refusal.INVALID),
        (AriRefused(422, "answer"), on.Refusal.INVALID),
        (AriRefused(500, "answer"), on.Refusal.FAILED),
        (AriAway("answer"), on.Refusal.TIMEOUT),
    ],
)
def test_each_answer_that_is_none_becomes_an_event_that_says_which(
    error: AriAway | AriRefused, refusal: on.Refusal
) -> None:
    assert refusal_of(error) is refusal
