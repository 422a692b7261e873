"""Whatever happens while a call is held or passed on: nobody waits alone or hears too much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, Phase, offered
from telephony.call.orders import OrderKind
from telephony.call.parties import present
from tests.unit.call_scenes import CALL, CALLER, NOON, TO_CONNECTING, TO_JOINING
from tests.unit.call_stories import Numbers, Told, pick, tell, tell_to_the_end
from tests.unit.passing_scenes import TO_ASKED, TO_ASKING, TO_PASSED_ON
from tests.unit.test_call_properties import MANY, numbers

OURS = frozenset(
    {
        OrderKind.HOLD,
        OrderKind.RESUME,
        OrderKind.TRANSFER,
        OrderKind.CONSULT,
        OrderKind.COMPLETE,
        OrderKind.TAKE_BACK,
    }
)


@MANY
@given(numbers)
def test_a_caller_with_music_always_has_somebody_who_holds_them(story: Numbers) -> None:
    call = tell(story).call

    if call.held_at is not None or call.consult is not None:
        assert call.phase is Phase.TALKING
        assert call.operator is not None
    assert call.consult is None or call.held_at is not None


@MANY
@given(numbers)
def test_music_that_was_begun_is_ended_before_anything_else_is_for_the_caller(story: Numbers) -> None:
    music = False
    for _, call, commands in tell(story).steps:
        for command in commands:
            match command:
                case do.HoldCaller():
                    music = True
                case do.StopMusic():
                    music = False
                case do.JoinLegs() | do.PlayAnnouncement():
                    assert not music
                case do.StartRingback(leg=leg) if leg == CALLER:
                    assert not music
                case _:
                    pass
        assert not music or call.held_at is not None or call.phase in (Phase.TALKING, Phase.ENDED)


def found(call: Call, number: int) -> on.Adopted:
    """What another process finds of a call: some of its legs are up by now, others still ring."""
    legs = [one for one in call.operators if one.state is not LegState.OVER]
    up = [one for place, one in enumerate(legs) if number >> place & 1]
    rings = [one for one in legs if one not in up and one.state is LegState.RINGING and number % 2]
    return on.Adopted(
        at=NOON, caller_up=True, answered=tuple(o.leg for o in up), ringing=tuple(o.leg for o in rings)
    )


def possible(told: Told, event: on.CallEvent) -> bool:
    """Whether Asterisk can say this: it joins nobody by itself, and who picked up rings no more."""
    joins = [one for one in told.commands if isinstance(one, (do.JoinLegs, do.JoinConsult))]
    match event:
        case on.LegsJoined(operator=leg):
            return any(isinstance(one, do.JoinLegs) and one.operator == leg for one in joins)
        case on.ConsultJoined(target=leg):
            return any(isinstance(one, do.JoinConsult) and one.target == leg for one in joins)
        case on.Adopted():
            return not event.joined and not event.ringing  # `found` tells of these
        case _:
            return True


def led_by_many(opening: tuple[on.CallEvent, ...], story: Numbers) -> Told:
    """A call that changes hands again and again."""
    told = Told(call=offered(CALL))
    for event in opening:
        told.take(event)
    for number in story:
        which, rest = number % 3, number // 3
        event = pick(told.call, rest) if which else found(told.call, rest)
        if not which or possible(told, event):
            told.take(event)
    return told


@MANY
@given(st.sampled_from((TO_CONNECTING, TO_JOINING, TO_ASKING, TO_ASKED, TO_PASSED_ON)), numbers)
def test_a_ringing_tone_is_ended_before_it_begins_anew_or_its_leg_is_joined(
    opening: tuple[on.CallEvent, ...], story: Numbers
) -> None:
    """Asterisk lets a second one of the same name wait behind the first, and the leg behind both."""
    before, sounding = dict[str, LegId](), dict[str, LegId]()
    for event, _, commands in led_by_many(opening, story).steps:
        if isinstance(event, on.Adopted):
            sounding = before | sounding  # of the last step nobody knows how much was done
        before = dict(sounding)
        for command in commands:
            match command:
                case do.StartRingback(leg=leg, playback=playback):
                    assert playback not in sounding
                    sounding[playback] = leg
                case do.StopRingback(playback=playback):
                    sounding.pop(playback, None)
                case do.HangUpLeg(leg=leg):
                    sounding = {playback: where for playback, where in sounding.items() if where != leg}
                case do.JoinLegs(caller=one, operator=other) | do.JoinConsult(operator=one, target=other):
                    assert not {one, other} & set(sounding.values())
                case _:
                    pass


@MANY
@given(numbers)
def test_a_colleague_who_is_asked_is_never_in_the_bridge_with_the_caller(story: Numbers) -> None:
    with_caller: set[LegId] = set()
    for event, call, commands in tell(story).steps:
        if isinstance(event, on.OperatorHungUp):
            with_caller.discard(event.leg)
        if isinstance(event, on.Adopted):
            with_caller = set()
        for command in commands:
            match command:
                case do.HangUpLeg(leg=leg) | do.LeaveBridge(leg=leg):
                    with_caller.discard(leg)
                case do.RemoveBridge(bridge=bridge) if bridge == call.bridge:
                    with_caller = set()
                case do.JoinLegs(operator=leg):
                    with_caller.add(leg)
                case do.JoinConsult(target=leg):
                    assert leg not in with_caller
                case _:
                    pass
        assert call.consulted is None or call.consulted.leg not in with_caller
        assert call.consulted is None or call.consulted.leg not in present(call)
        assert len(with_caller) <= 1


@MANY
@given(numbers)
def test_phones_ring_and_colleagues_wait_only_for_a_call_that_wants_them(story: Numbers) -> None:
    call = tell(story).call
    extra = [one for one in call.operators if one.state in (LegState.RINGING, LegState.CONSULTED)]

    assert not extra or call.phase is Phase.CONNECTING or call.consult is not None


@MANY
@given(numbers)
def test_every_order_to_hold_or_pass_on_is_answered_once_and_at_once(story: Numbers) -> None:
    for event, _, commands in tell_to_the_end(story).steps:
        if isinstance(event, on.Ordered) and event.kind in OURS:
            assert len([one for one in commands if isinstance(one, do.ConcludeOrder)]) == 1


@MANY
@given(numbers)
def test_nothing_is_held_when_the_call_is_over(story: Numbers) -> None:
    call: Call = tell_to_the_end(story).call

    assert (call.held_at, call.phone_held_at, call.consult) == (None, None, None)
