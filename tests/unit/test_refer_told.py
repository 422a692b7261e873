"""A desk phone that wanted to pass its call on says yes or no; the desk beside it says why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from core.ids import PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call
from telephony.call.machine import UnexpectedEvent, advance
from telephony.call.orders import DONE, NOT_NOW, OUTSIDE_NOT_ALLOWED, OUTSIDE_THERE, UNKNOWN_TARGET
from telephony.call.refer_told import BROUGHT_IN, JOINS_OUTSIDE, LOST, told_of
from tests.unit.call_scenes import LEGS, NOON, PHONES, play
from tests.unit.call_stories import Numbers, likely
from tests.unit.test_call_outside import TALK, three
from tests.unit.test_call_outside_properties import SCENE, of_outside, stories
from tests.unit.test_call_properties import MANY

WISH = on.ReferAsked(at=NOON, leg=LEGS[0])
OUTSIDE = replace(WISH, party="tsuyaku", sealed="c2VhbGVk")
COLLEAGUE = replace(WISH, phones=(PHONES[1],))


def said(call: Call, wish: on.CallEvent) -> str | None:
    after, commands = advance(call, wish)
    told = told_of(call, after, wish, commands)
    return None if told is None else told.result


@pytest.mark.parametrize(
    ("call", "wish", "expected"),
    [
        (TALK, COLLEAGUE, DONE),
        (TALK, OUTSIDE, BROUGHT_IN),
        (TALK, replace(OUTSIDE, party="shiranai"), OUTSIDE_NOT_ALLOWED),
        (three(), OUTSIDE, OUTSIDE_THERE),
        (three(), COLLEAGUE, OUTSIDE_THERE),
        (TALK, WISH, UNKNOWN_TARGET),
        (TALK, replace(COLLEAGUE, phones=(PHONES[0],)), NOT_NOW),
        (TALK, replace(WISH, joins=True), JOINS_OUTSIDE),
    ],
)
def test_the_desk_says_what_became_of_it(call: Call, wish: on.ReferAsked, expected: str) -> None:
    assert said(call, wish) == expected


def test_a_colleague_who_is_being_brought_over_is_told_of_when_that_is_known() -> None:
    wish = replace(COLLEAGUE, joins=True, fetched=f"PJSIP/{PHONES[1]}-0000000b")
    call, _ = advance(TALK, wish)
    colleague = call.operators[-1].leg

    assert said(TALK, wish) is None
    assert said(call, on.OperatorAnswered(at=NOON, leg=colleague)) == DONE
    assert said(call, on.OperatorHungUp(at=NOON, leg=colleague)) == LOST


def test_only_the_operators_own_phone_is_told_of() -> None:
    assert said(TALK, replace(COLLEAGUE, leg=LEGS[2])) is None


@MANY
@given(stories)
def test_whatever_happens_every_answer_to_the_operators_phone_is_said_at_its_desk(story: Numbers) -> None:
    call = play(*SCENE)[0]
    for number in story:
        rest, kind = divmod(number, 5)
        choices = of_outside(call, NOON, number) if kind else likely(call, NOON)
        event = choices[rest % len(choices)]
        try:
            after, commands = advance(call, event)
        except UnexpectedEvent:
            continue
        mine = [one for one in commands if isinstance(one, do.AnswerRefer)]
        told = told_of(call, after, event, commands)
        asked_here = call.operator is not None and any(one.leg == call.operator.leg for one in mine)
        assert (told is not None) == asked_here
        if told is not None:
            assert call.operator is not None
            assert told.phone == PhoneId(call.operator.phone)
            assert (told.result == DONE) == mine[0].accepted
        call = after
