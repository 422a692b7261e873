"""A colleague fetches a call that rings on an empty desk; with real telephones in test_fetched_calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.ids import CallId, LegId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import LegState, Phase, call_of_name
from telephony.journal.journal_entry import JournalEntry
from telephony.journal.projection import project
from telephony.leading.far_phones import at_our_leg
from tests.unit.call_scenes import (
    CALL,
    CALLER,
    CALLER_GONE,
    FIRST,
    LEGS,
    NOON,
    PHONES,
    TO_CONNECTING,
    TO_TALKING,
    last,
    left,
    play,
    timer,
)

NEIGHBOUR = PhoneId("kokuho-9")
WISH = on.FetchAsked(at=NOON, channel=f"PJSIP/{NEIGHBOUR}-0000000b", phone=NEIGHBOUR, rings_at=PHONES)
FETCHED = LegId(f"op-{CALL}-{NEIGHBOUR}~f3")
UP = on.OperatorAnswered(at=NOON, leg=FETCHED)
TO_FETCHING = (*TO_CONNECTING, WISH)


def entries(*events: on.CallEvent) -> list[JournalEntry]:
    return [JournalEntry(call=CALL, seq=seq, event=one) for seq, one in enumerate(events, start=1)]


def test_until_the_colleague_is_there_the_phones_go_on_ringing() -> None:
    call, asked = last(*TO_FETCHING)

    assert asked == (do.FetchColleague(leg=FETCHED, channel=WISH.channel, seconds=4),)
    assert [one.state for one in call.operators] == [LegState.RINGING] * 4


def test_the_colleague_talks_and_every_other_phone_falls_silent() -> None:
    _, asked = last(*TO_FETCHING, UP)
    call, _ = play(*TO_FETCHING, UP, on.LegsJoined(at=NOON, operator=FETCHED))

    assert do.JoinLegs(bridge=call.bridge, caller=CALLER, operator=FETCHED) in asked
    assert {do.HangUpLeg(leg=leg) for leg in LEGS} <= set(asked)
    assert (call.phase, call.operator_phone) == (Phase.TALKING, NEIGHBOUR)


def test_marks_and_help_come_from_the_phone_that_talks() -> None:
    talk = (*TO_FETCHING, UP, on.LegsJoined(at=NOON, operator=FETCHED))
    keys = (on.DigitPressed(at=NOON, leg=FETCHED, digit=digit) for digit in "*1*2")

    call, asked = play(*talk, *keys)

    assert call.marks == 1
    assert do.AskForHelp(phone=NEIGHBOUR, at=NOON) in asked


def test_whoever_presses_it_at_a_phone_that_rings_too_takes_the_call() -> None:
    own = replace(WISH, phone=FIRST)
    leg = LegId(f"op-{CALL}-{FIRST}~f3")
    _, asked = last(*TO_CONNECTING, own, on.OperatorAnswered(at=NOON, leg=leg))

    assert do.HangUpLeg(leg=LEGS[0]) in asked


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(
            (*TO_CONNECTING, replace(WISH, rings_at=(PhoneId("zeimu-1"),))), id="another department"
        ),
        pytest.param((*TO_TALKING, WISH), id="somebody was faster"),
        pytest.param((*TO_TALKING, CALLER_GONE, WISH), id="the caller hung up"),
    ],
)
def test_a_wish_that_fits_nothing_changes_nothing(scene: tuple[on.CallEvent, ...]) -> None:
    before, _ = play(*scene[:-1])

    assert last(*scene) == (before, ())


def test_a_colleague_who_does_not_come_costs_the_citizen_nothing() -> None:
    gone = left(FETCHED, on.Cause.UNREACHABLE)
    call, asked = last(*TO_FETCHING, gone)
    taken, _ = last(*TO_FETCHING, gone, on.OperatorAnswered(at=NOON, leg=LEGS[1]))

    assert (call.phase, asked) == (Phase.CONNECTING, ())
    assert taken.operator is not None
    assert taken.operator.leg == LEGS[1]


def test_two_colleagues_at_once_are_two_legs_and_one_of_them_talks() -> None:
    other = replace(WISH, phone=PhoneId("kokuho-8"))
    call, asked = last(*TO_FETCHING, other, UP)
    (second,) = (one.leg for one in call.operators if one.phone == other.phone)

    assert do.HangUpLeg(leg=second) in asked
    assert call_of_name(second) == CallId(CALL)


def test_nobody_in_time_means_an_apology_and_no_phone_left() -> None:
    call, asked = last(*TO_FETCHING, timer(on.Timer.RING))

    assert call.phase is Phase.APOLOGISING
    assert do.HangUpLeg(leg=FETCHED) in asked


def test_who_sat_at_the_phone_when_it_fetched_is_whose_call_it_is() -> None:
    told = project(CALL, entries(*TO_FETCHING, UP, on.LegsJoined(at=NOON, operator=FETCHED)))

    assert told.row is not None
    assert told.row["operator_phone"] == NEIGHBOUR
    assert [one.phone for one in told.parties] == [NEIGHBOUR]
    assert told.offered[FETCHED] == WISH.at


FAR = "city-1795290600.9"
TALKS_FAR = (*TO_CONNECTING, replace(WISH, far=FAR), UP, on.LegsJoined(at=NOON, operator=FETCHED))


def test_a_fetched_phone_passes_its_call_on_and_is_answered_where_it_asked() -> None:
    wish = on.ReferAsked(at=NOON, leg=FETCHED, phones=(FIRST,))
    onward, asked = last(*TALKS_FAR, wish)
    told = project(CALL, entries(*TALKS_FAR, wish))

    assert do.AnswerRefer(leg=LegId(FAR), accepted=True) in asked
    assert do.HangUpLeg(leg=FETCHED) in asked
    assert onward.transfer is not None
    assert [(one.phone, one.result) for one in told.refers] == [(NEIGHBOUR, "done")]


def test_a_fetched_phone_that_cannot_pass_its_call_on_hears_so() -> None:
    call, asked = last(*TALKS_FAR, on.ReferAsked(at=NOON, leg=FETCHED))

    assert asked == (do.AnswerRefer(leg=LegId(FAR), accepted=False),)
    assert call.phase is Phase.TALKING


def test_what_a_fetched_phone_asks_on_its_own_channel_is_asked_by_the_leg_that_talks() -> None:
    call, _ = play(*TALKS_FAR)
    asks = {"type": "ChannelTransfer", "referred_by": {"source_channel": {"id": FAR, "name": "x"}}}

    named = at_our_leg(asks, [call])

    assert named["referred_by"]["source_channel"] == {"id": FETCHED, "name": "x"}
    gone, _ = play(*TALKS_FAR, left(FETCHED, on.Cause.NORMAL))
    for told, calls in (
        (asks, [gone]),
        (asks, []),
        ({"type": "ChannelHold", "channel": {"id": "x"}}, [call]),
    ):
        assert at_our_leg(told, calls) is told
    holds = at_our_leg({"type": "ChannelHold", "channel": {"id": FAR}}, [call])
    assert holds["channel"] == {"id": FETCHED}
    assert at_our_leg({"type": "ChannelTransfer"}, [call]) == {"type": "ChannelTransfer"}
