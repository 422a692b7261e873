"""People from outside the hall in a call: told first, with the operator only, and never in the call's way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Outcome, Phase
from telephony.call.machine import advance
from telephony.call.orders import (
    DONE,
    GONE,
    NO_ANNOUNCEMENT,
    NO_LISTENING,
    NOT_NOW,
    OUTSIDE_NOT_ALLOWED,
    OUTSIDE_THERE,
)
from telephony.call.outside import Stage
from telephony.call.parties import Part, present
from tests.unit.call_scenes import ANSWERED, CALL, CALLER, JOINED, LEGS, NOON, PICKED_UP, TOLD, arrived, play

MAY = {"outside": ("tsuyaku",), "outside_announcement": "gaibu"}
TALK = play(arrived(**MAY), ANSWERED, TOLD, PICKED_UP, JOINED)[0]
LEG = LegId(f"ot-{CALL}-1")
WORDS = f"pb-{CALL}-t1"
CALLED = on.OperatorAnswered(at=NOON, leg=LEG)
HEARD = on.AnnouncementEnded(at=NOON, playback=WORDS, played=True)
PLACED = on.GuestPlaced(at=NOON, leg=LEG)
GONE_AGAIN = on.OperatorHungUp(at=NOON, leg=LEG)

Commands = tuple[do.Command, ...]


def order(call: Call, kind: str = "bring-in", **body: str) -> tuple[Call, Commands]:
    whole = ({"party": "tsuyaku", "sealed": "c2VhbGVk"} if kind == "bring-in" else {}) | body
    return advance(call, on.Ordered(at=NOON, order="o-1", kind=kind, by="somebody", body=whole))


def then(call: Call, *events: on.CallEvent) -> tuple[Call, Commands]:
    commands: Commands = ()
    for event in events:
        call, commands = advance(call, event)
    return call, commands


def answer_of(commands: Commands) -> str | None:
    return next((one.result for one in commands if isinstance(one, do.ConcludeOrder)), None)


def three(first: str = "") -> Call:
    call, _ = order(TALK, first=first)
    return then(call, CALLED, HEARD, PLACED)[0]


def test_whoever_is_called_hears_of_the_recording_before_anybody_hears_them() -> None:
    ringing, asked = order(TALK)
    telling, words = then(ringing, CALLED)
    entering, enters = then(telling, HEARD)

    assert any(isinstance(one, do.RingOutside) for one in asked)
    assert not any(isinstance(one, do.JoinGuest) for one in (*asked, *words))
    assert do.PlayAnnouncement(leg=LEG, playback=WORDS, announcement="gaibu") in words
    assert do.JoinGuest(leg=LEG, bridge=TALK.bridge) in enters
    assert LEG not in present(entering)
    here = then(entering, PLACED)[0]
    assert present(here)[LEG] == (Part.THIRD_PARTY, None)
    assert here.outsider is not None
    assert here.outsider.told_at == NOON


@pytest.mark.parametrize(
    "failure",
    [
        replace(HEARD, played=False),
        on.ActionRefused(
            at=NOON, action=on.Action.PLAY_ANNOUNCEMENT, reason=on.Refusal.FAILED, leg=LEG, playback=WORDS
        ),
        on.TimerFired(at=NOON, timer=on.Timer.OUTSIDE),
    ],
)
def test_whoever_could_not_be_told_is_not_joined_and_the_talk_goes_on(failure: on.CallEvent) -> None:
    telling, _ = then(order(TALK)[0], CALLED)

    after, commands = then(telling, failure)

    assert do.HangUpLeg(leg=LEG) in commands
    assert (after.phase, after.outsider, after.outsiders[0].result) == (Phase.TALKING, None, "not-told")


@pytest.mark.parametrize(
    ("plan", "body", "expected"),
    [
        ({}, {"party": "bengoshi"}, OUTSIDE_NOT_ALLOWED),
        ({}, {"party": ""}, OUTSIDE_NOT_ALLOWED),
        ({}, {"sealed": ""}, OUTSIDE_NOT_ALLOWED),
        ({"outside": ()}, {}, OUTSIDE_NOT_ALLOWED),
        ({"outside_announcement": ""}, {}, NO_ANNOUNCEMENT),
        ({"mode": "never"}, {}, NO_LISTENING),
        ({"outside_numbers": True}, {"party": ""}, DONE),
    ],
)
def test_only_whom_the_profile_names_is_called(
    plan: dict[str, object], body: dict[str, str], expected: str
) -> None:
    talk = play(arrived(**{**MAY, **plan}), ANSWERED, TOLD, PICKED_UP, JOINED)[0]

    after, commands = order(talk, **body)

    assert answer_of(commands) == expected
    assert (after.outsider is not None) is (expected == DONE)
    assert any(isinstance(one, do.RingOutside) for one in commands) is (expected == DONE)


def test_nobody_is_brought_into_a_call_that_does_not_go_on_or_has_somebody_already() -> None:
    ringing = play(arrived(**MAY), ANSWERED, TOLD)[0]

    assert answer_of(order(ringing)[1]) == NOT_NOW
    assert answer_of(order(three())[1]) == OUTSIDE_THERE
    assert answer_of(order(TALK, "let-go")[1]) == GONE


def test_operator_and_party_may_talk_first_while_the_caller_hears_music() -> None:
    ringing, commands = order(TALK, first="1")

    assert do.HoldCaller(bridge=TALK.bridge, leg=CALLER) in commands
    assert do.LetItRing(bridge=TALK.bridge, playback=TALK.outside_tone) in commands
    aside = then(ringing, CALLED, HEARD, PLACED)[0]
    assert present(aside) == {}
    together, joined = order(aside, "resume")
    assert do.StopMusic(leg=CALLER) in joined
    here = then(together, on.LegsJoined(at=NOON, operator=LEGS[0]))[0]
    assert set(present(here)) == {LEGS[0], LEG}


@pytest.mark.parametrize(
    ("news", "result"),
    [
        (replace(GONE_AGAIN, cause=on.Cause.BUSY), "busy"),
        (replace(GONE_AGAIN, cause=on.Cause.NO_ANSWER), "no-answer"),
        (replace(GONE_AGAIN, cause=on.Cause.UNREACHABLE), "unreachable"),
        (on.TimerFired(at=NOON, timer=on.Timer.OUTSIDE), "no-answer"),
        (
            on.ActionRefused(at=NOON, action=on.Action.RING_OPERATOR, reason=on.Refusal.TIMEOUT, leg=LEG),
            "unreachable",
        ),
    ],
)
def test_a_caller_who_waits_for_somebody_who_does_not_come_is_back_with_the_operator(
    news: on.CallEvent, result: str
) -> None:
    waiting, _ = order(TALK, first="1")

    after, commands = then(waiting, news)

    assert after.outsiders[0].result == result
    assert do.StopMusic(leg=CALLER) in commands
    assert do.JoinLegs(bridge=TALK.bridge, caller=CALLER, operator=LEGS[0]) in commands


def test_a_caller_whom_the_operator_held_before_stays_held_when_nobody_comes() -> None:
    waiting, _ = order(order(TALK, "hold")[0])

    after, commands = then(waiting, GONE_AGAIN)

    assert after.held_at is not None
    assert not any(isinstance(one, do.JoinLegs) for one in commands)


def test_whoever_leaves_after_the_three_have_talked_holds_up_nobody() -> None:
    after, commands = then(three(), GONE_AGAIN)

    assert (after.phase, after.outsider) == (Phase.TALKING, None)
    assert set(present(after)) == {LEGS[0]}
    assert not any(isinstance(one, do.JoinLegs) for one in commands)


def test_with_the_operator_goes_whoever_was_brought_in() -> None:
    after, commands = then(three(), on.OperatorHungUp(at=NOON, leg=LEGS[0]))

    assert do.HangUpLeg(leg=LEG) in commands
    assert (after.phase, after.outcome, after.outsider) == (Phase.RELEASING, Outcome.TALKED, None)


def test_a_call_with_somebody_from_outside_in_it_is_passed_on_to_nobody() -> None:
    here = three()

    assert answer_of(order(here, "transfer", phones="kokuho-2")[1]) == OUTSIDE_THERE
    assert answer_of(order(here, "consult", phones="kokuho-2")[1]) == OUTSIDE_THERE
    wish = on.ReferAsked(at=NOON, leg=LEGS[0], phones=(arrived().plan.phones[1],))
    assert then(here, wish)[1] == (do.AnswerRefer(leg=LEGS[0], accepted=False),)


def test_a_desk_phone_that_passes_its_call_outside_keeps_it_and_the_party_is_called() -> None:
    wish = on.ReferAsked(at=NOON, leg=LEGS[0], party="tsuyaku", sealed="c2VhbGVk")

    after, commands = then(TALK, wish)

    assert do.AnswerRefer(leg=LEGS[0], accepted=False) in commands
    assert after.outsider is not None
    assert after.operator == TALK.operator
    nobody = play(arrived(), ANSWERED, TOLD, PICKED_UP, JOINED)[0]
    assert then(nobody, wish) == (nobody, (do.AnswerRefer(leg=LEGS[0], accepted=False),))


def test_nobody_hears_a_caller_whom_the_operators_phone_holds() -> None:
    held, _ = then(TALK, on.PhoneHeld(at=NOON, leg=LEGS[0]))

    after, commands = order(held)

    assert do.HoldCaller(bridge=TALK.bridge, leg=CALLER) in commands
    assert after.held_at is not None


def test_where_nothing_is_recorded_nobody_is_told_that_it_is() -> None:
    talk = play(arrived(**MAY, mode="on-demand", announcement=""), ANSWERED, PICKED_UP, JOINED)[0]
    if talk.phase is not Phase.TALKING:
        pytest.fail("no talk")

    after, commands = then(order(talk)[0], CALLED)

    assert after.outsider is not None
    assert after.outsider.stage is Stage.ENTERING
    assert not any(isinstance(one, do.PlayAnnouncement) for one in commands)


def test_after_a_process_died_whoever_is_there_stays_and_whoever_rang_is_let_go() -> None:
    joined = on.Adopted(at=NOON, caller_up=True, answered=(LEGS[0], LEG), joined=(LEGS[0], LEG))

    here, commands = then(three(), joined)
    assert here.outsider is not None
    assert do.JoinGuest(leg=LEG, bridge=TALK.bridge) in commands
    telling, again = then(then(order(TALK)[0], CALLED)[0], joined)
    assert any(isinstance(one, do.PlayAnnouncement) for one in again)
    assert not any(isinstance(one, do.JoinGuest) for one in again)
    assert telling.outsider is not None
    lost, left = then(three(), replace(joined, answered=(LEGS[0],), joined=(LEGS[0],)))
    assert lost.outsider is None
    assert do.HangUpLeg(leg=LEG) in left


def test_somebody_found_whom_no_call_knows_is_hung_up() -> None:
    found = on.Adopted(at=NOON, caller_up=True, answered=(LEGS[0], LEG), joined=(LEGS[0], LEG))

    after, commands = then(TALK, found)

    assert do.HangUpLeg(leg=LEG) in commands
    assert after.operator == TALK.operator


def test_a_caller_who_is_taken_back_before_anybody_answers_does_not_hear_it_ring() -> None:
    ringing, asked = order(TALK, first="1")
    back, commands = order(ringing, "resume")

    tone = do.StopAnnouncement(playback=TALK.outside_tone)
    assert do.LetItRing(bridge=TALK.bridge, playback=TALK.outside_tone) in asked
    assert commands.index(tone) < [type(one) for one in commands].index(do.JoinLegs)
    assert back.outsider is not None
    found = on.Adopted(at=NOON, caller_up=True, answered=(LEGS[0],))
    for over in (order(ringing, "let-go")[0], order(order(order(TALK, "hold")[0])[0], "let-go")[0]):
        assert tone in then(over, found)[1]  # who was to stop it may have died before
