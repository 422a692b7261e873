"""Whatever happens, in whatever order: rules that no sequence of events may break."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import LegState, Phase
from telephony.call.machine import UnexpectedEvent, advance, fold
from telephony.journal.journal_entry import JournalEntry, read_line, write_line
from tests.unit.call_scenes import CALL, NOON
from tests.unit.call_stories import Numbers, pick, plans, tell, tell_to_the_end

MANY = settings(max_examples=600, deadline=None)
TIDYING = (do.HangUpLeg, do.RemoveBridge, do.CancelTimer)

numbers = st.lists(st.integers(0, 2**32 - 1), min_size=6, max_size=40)


@MANY
@given(numbers)
def test_two_operators_are_never_on_one_call(story: Numbers) -> None:
    told = tell(story)
    on_the_call: set[LegId] = set()

    for event, call, commands in told.steps:
        assert sum(one.state is LegState.ANSWERED for one in call.operators) <= 1
        if isinstance(event, (on.OperatorHungUp, on.OperatorAnswered)):
            on_the_call.discard(event.leg)
        if isinstance(event, on.Adopted):
            on_the_call = set()
        for command in commands:
            match command:
                case do.HangUpLeg(leg=leg):
                    on_the_call.discard(leg)
                case do.JoinLegs(operator=leg):
                    on_the_call.add(leg)
                case _:
                    pass
        assert len(on_the_call) <= 1


@MANY
@given(numbers)
def test_every_phone_that_was_rung_is_hung_up_or_gone_when_the_call_is_over(
    story: Numbers,
) -> None:
    told = tell_to_the_end(story)
    rung: set[LegId] = set()

    for event, _, commands in told.steps:
        if isinstance(event, on.OperatorHungUp):
            rung.discard(event.leg)
        for command in commands:
            match command:
                case do.RingOperator(leg=leg):
                    rung.add(leg)
                case do.HangUpLeg(leg=leg):
                    rung.discard(leg)
                case _:
                    pass
    assert rung == set()
    assert all(one.state is LegState.OVER for one in told.call.operators)


@MANY
@given(numbers)
def test_a_bridge_that_was_made_is_removed_when_the_call_is_over(story: Numbers) -> None:
    told = tell_to_the_end(story)
    standing: set[str] = set()
    for one in told.commands:
        match one:
            case do.JoinLegs(bridge=bridge) | do.JoinConsult(bridge=bridge):
                standing.add(bridge)
            case do.RemoveBridge(bridge=bridge):
                standing.discard(bridge)
            case _:
                pass

    assert standing == set()


@MANY
@given(numbers, numbers)
def test_a_call_is_over_once_the_caller_hung_up_and_after_that_only_tidied(
    story: Numbers, afterwards: Numbers
) -> None:
    ended = tell_to_the_end(story)
    assert ended.call.phase is Phase.ENDED
    assert ended.call.ended_at is not None

    call = ended.call
    for number in afterwards:
        event = pick(call, number)
        try:
            call, commands = advance(call, event)
        except UnexpectedEvent:
            assert isinstance(event, on.CallerArrived)
            continue
        more: dict[type[on.CallEvent], type[do.Command]] = {
            on.TroubleSeen: do.RaiseAlarm,
            on.Ordered: do.ConcludeOrder,
            on.ReferAsked: do.AnswerRefer,
        }
        allowed = (*TIDYING, *((more[type(event)],) if type(event) in more else ()))
        assert all(isinstance(one, allowed) for one in commands)
    assert call == ended.call


@MANY
@given(numbers)
def test_a_call_whose_announcement_was_not_played_rings_only_with_an_alarm(
    story: Numbers,
) -> None:
    told = tell(story)
    alarms: set[str] = set()

    for _, call, commands in told.steps:
        alarms |= {one.code for one in commands if isinstance(one, do.RaiseAlarm)}
        rings = any(isinstance(one, do.RingOperator) for one in commands)
        # Who talks already may be passed on: that they talk untold was found after a process had died.
        talked = call.connected_at is not None
        assert not rings or talked or call.announcement_played or "announcement-not-played" in alarms


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(plans(NOON)),
    st.lists(st.sampled_from(("failed", "refused", "late")), min_size=2, max_size=2),
)
def test_an_announcement_that_fails_twice_in_whatever_way_costs_nobody_the_call(
    opening: on.CallerArrived, ways: list[str]
) -> None:
    call = fold(CALL, (opening, on.CallerAnswered(at=NOON)))
    asked: list[do.Command] = []
    for way in ways:
        news: on.CallEvent = on.TimerFired(at=NOON, timer=on.Timer.ANNOUNCEMENT)
        if way == "failed":
            news = on.AnnouncementEnded(at=NOON, playback=call.playback, played=False)
        elif way == "refused":
            news = on.ActionRefused(
                at=NOON, action=on.Action.PLAY_ANNOUNCEMENT, reason=on.Refusal.INVALID, playback=call.playback
            )
        call, commands = advance(call, news)
        asked.extend(commands)

    assert do.RaiseAlarm(code="announcement-not-played") in asked
    assert call.phase is (Phase.CONNECTING if opening.plan.phones else Phase.APOLOGISING)


@MANY
@given(numbers)
def test_a_call_is_the_fold_of_its_accepted_events_also_from_the_disk(story: Numbers) -> None:
    told = tell(story)
    lines = [
        write_line(JournalEntry(call=CALL, seq=seq, event=event))
        for seq, (event, _, _) in enumerate(told.steps, start=1)
    ]

    assert fold(CALL, [read_line(line).event for line in lines]) == told.call


@MANY
@given(numbers, st.integers(0, 2**32 - 1))
def test_what_is_refused_changes_nothing_and_what_is_accepted_is_decided_the_same_way_again(
    story: Numbers, number: int
) -> None:
    call = tell(story).call
    event = pick(call, number)
    same = tell(story).call
    try:
        first = advance(call, event)
    except UnexpectedEvent:
        assert call == same
        return

    assert advance(same, event) == first
    assert call == same


@MANY
@given(numbers)
def test_every_wait_has_a_limit(story: Numbers) -> None:
    """In each phase that waits for somebody else, its timer is running (but for talk, and the dialplan)."""
    told = tell(story)
    running: set[on.Timer] = set()
    for event, _, commands in told.steps:
        if isinstance(event, on.TimerFired):
            running.discard(event.timer)
        for command in commands:
            match command:
                case do.SetTimer(timer=timer, seconds=seconds):
                    assert seconds > 0
                    running.add(timer)
                case do.CancelTimer(timer=timer):
                    running.discard(timer)
                case _:
                    pass
    needed = {
        Phase.ANSWERING: on.Timer.ANSWER,
        Phase.ANNOUNCING: on.Timer.ANNOUNCEMENT,
        Phase.CONNECTING: on.Timer.RING,
        Phase.JOINING: on.Timer.JOIN,
        Phase.APOLOGISING: on.Timer.APOLOGY,
        Phase.RELEASING: on.Timer.RELEASE,
    }
    awaited = needed.get(told.call.phase)
    if told.call.consult and not told.call.consult.joined:
        awaited = on.Timer.CONSULT

    assert awaited is None or awaited in running


@MANY
@given(numbers)
def test_nobody_is_returned_to_the_dialplan_silently(story: Numbers) -> None:
    told = tell(story)
    returned = [
        commands
        for _, _, commands in told.steps
        if any(isinstance(one, do.ReturnToDialplan) for one in commands)
    ]

    assert not returned or do.RaiseAlarm(code="returned-to-dialplan") in returned[0]
