"""Phones that are asked second: nobody who calls loses anything by it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from core.ids import LegId, PhoneId
from storage.care import AtRest
from storage.database import DatabaseAway
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, Phase, operator_leg
from telephony.call.machine import advance
from telephony.call.second_ring import asked_second, with_second
from telephony.leading.resting_phones import FRESH_SECONDS, RestingPhones
from tests.unit.call_scenes import (
    ANSWERED,
    CALL,
    CALLER,
    CALLER_GONE,
    FIRST,
    LEGS,
    NOON,
    PHONES,
    PLAN,
    SECOND,
    THIRD,
    TOLD,
    arrived,
    last,
    left,
    play,
    refused,
    timer,
)

RESTS = (arrived(second=(FIRST,), second_after=8), ANSWERED, TOLD)
some_phones = st.sets(st.sampled_from([*PHONES, PhoneId("elsewhere")]))


def rung(commands: object) -> list[PhoneId]:
    return [one.phone for one in commands if isinstance(one, do.RingOperator)]  # type: ignore[attr-defined]


def test_whoever_rests_is_not_asked_first() -> None:
    call, asked = last(*RESTS)

    assert rung(asked) == [SECOND, THIRD]
    assert do.SetTimer(timer=on.Timer.SECOND, seconds=8.0) in asked
    assert do.SetTimer(timer=on.Timer.RING, seconds=30.0) in asked
    assert FIRST not in {one.phone for one in call.operators}


def test_after_some_seconds_everybody_s_phone_rings_and_the_first_to_answer_talks() -> None:
    _, asked = last(*RESTS, timer(on.Timer.SECOND))
    call, _ = play(*RESTS, timer(on.Timer.SECOND), on.OperatorAnswered(at=NOON, leg=LEGS[0]))

    assert rung(asked) == [FIRST]
    assert call.phase is Phase.JOINING
    assert call.operator is not None
    assert call.operator.phone == FIRST


def test_the_last_one_is_asked_at_once_when_the_others_are_busy() -> None:
    busy = (left(LEGS[1], on.Cause.BUSY), left(LEGS[2], on.Cause.BUSY))
    call, asked = last(*RESTS, *busy)

    assert rung(asked) == [FIRST]
    assert do.CancelTimer(timer=on.Timer.SECOND) in asked
    assert call.phase is Phase.CONNECTING


def test_phones_that_asterisk_cannot_ring_are_no_reason_to_turn_a_caller_away() -> None:
    no = [refused(on.Action.RING_OPERATOR, on.Refusal.TIMEOUT, leg) for leg in LEGS[1:]]

    call, asked = last(*RESTS, *no)

    assert rung(asked) == [FIRST]
    assert call.phase is Phase.CONNECTING


def test_a_limit_that_was_lost_turns_nobody_away() -> None:
    _, asked = last(*RESTS, timer(on.Timer.RING))
    gone, apology = last(*RESTS, timer(on.Timer.RING), timer(on.Timer.RING))

    assert rung(asked) == [FIRST]
    assert do.SetTimer(timer=on.Timer.RING, seconds=30.0) in asked
    assert gone.phase is Phase.APOLOGISING
    assert rung(apology) == []


def test_a_process_that_takes_over_lets_everybody_ring() -> None:
    found = on.Adopted(at=NOON, caller_up=True, ringing=(LEGS[1], LEGS[2]))
    some, asked = last(*RESTS, found)
    nobody, anew = last(*RESTS, on.Adopted(at=NOON, caller_up=True))

    assert (rung(asked), rung(anew)) == ([FIRST], list(PHONES))
    assert len([one for one in some.operators if one.state is LegState.RINGING]) == len(PHONES)
    assert nobody.round == 2


def test_a_second_round_knows_nothing_of_it() -> None:
    picked_up = on.OperatorAnswered(at=NOON, leg=LEGS[1])
    call, asked = last(*RESTS, picked_up, left(LEGS[1], on.Cause.NORMAL))

    assert rung(asked) == [FIRST, THIRD]
    assert call.round == 2


def test_nothing_waits_any_more_once_somebody_answered_or_the_caller_is_gone() -> None:
    for event in (on.OperatorAnswered(at=NOON, leg=LEGS[1]), CALLER_GONE):
        _, asked = last(*RESTS, event)

        assert do.CancelTimer(timer=on.Timer.SECOND) in asked


@settings(max_examples=400, deadline=None)
@given(st.sets(st.sampled_from(PHONES), min_size=1), some_phones, some_phones)
def test_a_phone_of_the_line_rings_whenever_one_would_have_rung_without_care(
    of_line: set[PhoneId], resting: set[PhoneId], free: set[PhoneId]
) -> None:
    phones = tuple(sorted(of_line))
    second = asked_second(phones, resting, free)

    assert set(second) <= resting & of_line, "whoever did not ask for rest is asked first"
    assert set(phones) - set(second), "somebody rings at once"
    if second:
        assert any(one in free - resting for one in phones if one not in second), "and is free"
    if not (free - resting) & of_line:
        assert second == (), "the last one is asked, never withheld"


@settings(max_examples=400, deadline=None)
@given(
    st.sets(st.sampled_from(PHONES)),
    st.lists(st.tuples(st.sampled_from(PHONES), st.sampled_from(list(on.Cause))), max_size=6),
    st.booleans(),
)
def test_nobody_is_told_that_nobody_is_there_before_every_phone_of_the_line_rang(
    second: set[PhoneId], away: list[tuple[PhoneId, on.Cause]], slow: bool
) -> None:
    chosen = tuple(one for one in PHONES if one in second)
    start = arrived(second=chosen, second_after=8)
    limits = [timer(on.Timer.SECOND)] if slow else []
    story = [
        start, ANSWERED, TOLD, *limits,
        *(left(operator_leg(CALL, phone), cause) for phone, cause in away),
        timer(on.Timer.RING), timer(on.Timer.RING),
    ]  # fmt: skip
    call, asked = play(story[0])
    for event in story[1:]:
        if isinstance(event, on.OperatorHungUp) and event.leg not in {one.leg for one in call.operators}:
            continue  # what was never rung cannot hang up
        call, commands = advance(call, event)
        asked.extend(commands)
        rings = [one for one in call.operators if one.state is LegState.RINGING]
        if call.phase is Phase.CONNECTING:
            assert rings, "while we say that it rings, it rings"
        if call.phase in (Phase.APOLOGISING, Phase.RETURNED):
            break

    assert set(rung(asked)) == set(PHONES)
    assert len({one.leg for one in asked if isinstance(one, do.RingOperator)}) == len(rung(asked))
    assert [one.phone for one in call.operators].count(FIRST) == 1


def test_the_others_ring_alone_for_half_of_the_line_s_time_at_most() -> None:
    plan = with_second(PLAN, (FIRST,), 25)

    assert (plan.second, plan.second_after) == ((FIRST,), 15)
    assert with_second(PLAN, (), 25) == PLAN


def resting(read: list[AtRest | None], now: list[float]) -> RestingPhones:
    """What telephony knows, with a database that answers these, one after the other; None: it is away."""

    def answer() -> AtRest:
        known = read.pop(0)
        if known is None:
            raise DatabaseAway
        return known

    return RestingPhones(answer, 8, lambda: now[0])


def test_what_is_not_known_or_old_holds_nobody_back() -> None:
    now = [100.0]
    known = AtRest(resting=frozenset({FIRST}), free=frozenset({SECOND}))
    phones = resting([known], now)

    before = phones.plan(PLAN)
    phones.look()
    fresh = phones.plan(PLAN)
    now[0] += FRESH_SECONDS + 0.1
    old = phones.plan(PLAN)

    assert (before.second, fresh.second, old.second) == ((), (FIRST,), ())


def test_the_call_is_told_by_its_journal_alone() -> None:
    """Whoever takes the call over needs no database to know who was not asked yet."""
    call: Call
    call, _ = play(*RESTS)
    states = [call]
    for event in (left(LEGS[1], on.Cause.REJECTED), left(LEGS[2], on.Cause.BUSY)):
        states.append(advance(states[-1], event)[0])

    assert all(one.leg == CALLER for one in states)
    assert all(len(after.operators) >= len(before.operators) for before, after in pairwise(states))
    assert LegId(LEGS[0]) in {one.leg for one in states[-1].operators}
