"""What Asterisk says becomes events, whatever a stranger or a fault has put into it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import LineId
from telephony.asterisk.ari_messages import Arrival, Said, Seal, read_arrival, read_event, read_offer
from telephony.asterisk.refer_message import read_refer
from telephony.call import events as on
from telephony.leading.foreseen_callers import ForeseenCallers
from tests.unit.call_scenes import CALL, LEGS, NOON, PLAN

TIME = "2026-11-20T03:00:00.000+0000"


def said(kind: str, channel: str = CALL, **more: object) -> dict[str, Any]:
    return {"type": kind, "timestamp": TIME, "channel": {"id": channel}, **more}


def seal(e164: str) -> tuple[bytes, bytes]:
    return e164[::-1].encode(), b"h" * 16


def arrival(**caller: str) -> Arrival:
    told = said("StasisStart", args=["in", "kokuho"])
    told["channel"] |= {
        "caller": {"number": caller.get("number", ""), "name": caller.get("name", "")},
        "channelvars": {"TSUWAROKU_PRESENTATION": caller.get("presentation", "allowed_not_screened")},
    }
    read = read_arrival(told, NOON)
    assert read is not None
    return read


def arrived(told: Arrival, sealing: Seal = seal) -> on.CallerArrived:
    return ForeseenCallers(sealing).arrived(told, PLAN)


def test_a_call_offered_to_everybody_can_be_claimed() -> None:
    assert read_offer(said("CallBroadcast")) == CALL
    assert read_offer(said("StasisStart")) is None


def test_an_arriving_caller_is_sealed_and_leaves_no_number_in_clear() -> None:
    event = arrived(arrival(number="0312345678"))

    assert event.caller.kind is on.CallerClass.NUMBER
    assert event.caller.sealed == b"87654321318+"
    assert "0312345678" not in repr(event)
    assert "312345678" not in repr(event)


def test_a_withheld_number_is_not_even_sealed() -> None:
    event = arrived(arrival(number="0312345678", presentation="prohib"))

    assert event.caller == on.CallerIdentity(kind=on.CallerClass.WITHHELD)


def test_a_fault_in_sealing_does_not_cost_the_citizen_the_call() -> None:
    def broken(_e164: str) -> tuple[bytes, bytes]:
        raise OSError("no keys")

    event = arrived(arrival(number="0312345678"), broken)

    assert event.caller == on.CallerIdentity(kind=on.CallerClass.UNREADABLE)


@pytest.mark.parametrize(
    "args", [[], ["moved", CALL], ["in"], ["in", 7], ["in", "kokuho", "more"], "in", None]
)
def test_what_does_not_come_from_our_dialplan_is_no_arrival(args: object) -> None:
    assert read_arrival(said("StasisStart", args=args), NOON) is None


def test_an_operator_who_picks_up_is_told_by_the_leg_that_we_made() -> None:
    told = said("StasisStart", LEGS[0], args=["op", "kokuho-1"])

    assert read_event(told, NOON) == (CALL, on.OperatorAnswered(at=NOON, leg=LEGS[0]))
    assert read_arrival(told, NOON) is None


def test_a_leg_that_we_moved_from_a_dead_process_is_no_new_call_and_no_new_answer() -> None:
    for channel in (CALL, LEGS[0]):
        told = said("StasisStart", channel, args=["moved", CALL])

        assert read_arrival(told, NOON) is None
        assert read_event(told, NOON) is None


@pytest.mark.parametrize(
    ("cause", "meaning"),
    [
        (16, on.Cause.NORMAL),
        (17, on.Cause.BUSY),
        (19, on.Cause.NO_ANSWER),
        (20, on.Cause.UNREACHABLE),
        (3, on.Cause.UNREACHABLE),
        (21, on.Cause.REJECTED),
        (None, on.Cause.NORMAL),
        ("17", on.Cause.NORMAL),
        ([], on.Cause.NORMAL),
    ],
)
def test_an_operators_leg_that_is_gone_says_why(cause: object, meaning: on.Cause) -> None:
    told = said("ChannelDestroyed", LEGS[1], cause=cause)

    assert read_event(told, NOON) == (CALL, on.OperatorHungUp(at=NOON, leg=LEGS[1], cause=meaning))


def test_a_callers_channel_that_is_gone_is_a_hang_up() -> None:
    assert read_event(said("ChannelDestroyed", cause=16), NOON) == (CALL, on.CallerHungUp(at=NOON))


def test_a_caller_who_merely_leaves_our_application_has_not_hung_up() -> None:
    assert read_event(said("StasisEnd"), NOON) is None


def test_keys_are_told_with_the_leg_they_were_pressed_on() -> None:
    told = said("ChannelDtmfReceived", LEGS[0], digit="*", duration_ms=180)

    assert read_event(told, NOON) == (CALL, on.DigitPressed(at=NOON, leg=LEGS[0], digit="*"))
    assert read_event(said("ChannelDtmfReceived", LEGS[0], digit="\n"), NOON) is None


@pytest.mark.parametrize(("state", "played"), [("done", True), ("failed", False), (None, False)])
def test_only_done_means_that_an_announcement_was_played(state: str | None, played: bool) -> None:
    told = {"type": "PlaybackFinished", "timestamp": TIME, "playback": {"id": f"pb-{CALL}-1", "state": state}}

    expected = on.AnnouncementEnded(at=NOON, playback=f"pb-{CALL}-1", played=played)
    assert read_event(told, NOON) == (CALL, expected)


def test_the_end_of_the_ringing_tone_is_no_announcement() -> None:
    told = {"type": "PlaybackFinished", "timestamp": TIME, "playback": {"id": f"rb-{CALL}", "state": "done"}}

    assert read_event(told, NOON) is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(
    ["type", "timestamp", "channel", "args", "playback", "digit", "cause", "bridge", "id", "state", "caller"]
)
kinds = st.sampled_from(
    [
        "StasisStart",
        "CallBroadcast",
        "ChannelDestroyed",
        "ChannelDtmfReceived",
        "PlaybackFinished",
        "ChannelTransfer",
    ]
)
nested = st.dictionaries(
    fields | st.just("channelvars"), anything | st.sampled_from([CALL, *LEGS]), max_size=5
)
garbage = st.dictionaries(fields, anything | nested, max_size=8)


@given(told=garbage, kind=kinds | anything)
def test_nothing_that_can_be_said_breaks_the_reader(told: dict[str, Any], kind: object) -> None:
    told["type"] = kind

    read_offer(told)
    read_arrival(told, NOON)
    read_refer(told, NOON, None)
    event = read_event(told, NOON)
    assert event is None or event[1].at.tzinfo is not None


@given(number=st.text(max_size=300), name=st.text(max_size=300), presentation=st.text(max_size=40))
def test_no_caller_can_send_anything_that_costs_the_call(number: str, name: str, presentation: str) -> None:
    told = Arrival(
        channel=CALL,
        line=LineId("kokuho"),
        number=Said(number),
        name=Said(name),
        presentation=Said(presentation),
        at=NOON,
    )

    assert arrived(told).call == CALL


def test_a_phone_that_holds_and_resumes_is_heard() -> None:
    assert read_event(said("ChannelHold", LEGS[0]), NOON) == (CALL, on.PhoneHeld(at=NOON, leg=LEGS[0]))
    assert read_event(said("ChannelUnhold", LEGS[0]), NOON) == (CALL, on.PhoneResumed(at=NOON, leg=LEGS[0]))
    assert read_event(said("ChannelHold", CALL), NOON) is None
