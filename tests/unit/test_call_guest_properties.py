"""Supervisors in whatever order they come, change and go, and whatever happens to the call meanwhile."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.ids import LegId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, Phase
from telephony.call.guest import Mode
from telephony.call.guests import OVER
from telephony.call.machine import UnexpectedEvent, advance
from telephony.call.orders import OrderKind
from tests.unit.call_scenes import ANSWERED, CALLER, JOINED, NOON, PHONES, PICKED_UP, TOLD, arrived, play
from tests.unit.call_stories import Numbers, likely
from tests.unit.test_call_properties import MANY

BOSS, HEAD = PhoneId("kacho-1"), PhoneId("bucho-1")
SCENE = (
    arrived(
        desk_phones=(*PHONES, BOSS, HEAD), heads=(HEAD,), barge_announcement="doutai", sayable=("keikoku",)
    ),
    ANSWERED,
    TOLD,
    PICKED_UP,
    JOINED,
)
ORDERS = (OrderKind.LISTEN, OrderKind.WHISPER, OrderKind.BARGE, OrderKind.TAKE_OVER, OrderKind.LEAVE)

stories = st.lists(st.integers(0, 2**32 - 1), min_size=8, max_size=50)


def of_supervisors(call: Call, at: datetime, number: int) -> list[on.CallEvent]:
    """What supervisors order, and what becomes of their legs, snoops and words."""
    legs = [one.leg for one in call.guests]
    snoops = [one.snoop for one in call.guests if one.snoop]
    words = [one.words for one in call.guests if one.words]
    orders = [
        on.Ordered(at=at, order=f"o-{number}", kind=kind.value, body={"phone": str(phone)} | more)
        for kind in ORDERS
        for phone in (BOSS, HEAD)
        for more in ({}, {"reminded": "1"})
    ]
    others = [
        on.Ordered(at=at, order=f"o-{number}", kind=kind.value, body=body)
        for kind, body in (
            (OrderKind.HOLD, {}),
            (OrderKind.RESUME, {}),
            (OrderKind.CONSULT, {"phones": str(PHONES[1])}),
            (OrderKind.COMPLETE, {}),
            (OrderKind.TAKE_BACK, {}),
            (OrderKind.TRANSFER, {"phones": str(PHONES[2])}),
        )
    ]
    known = [one.leg for one in call.operators]
    found = [(), tuple(known), (*known, *legs), (*known[:1], *legs), tuple(legs)]
    return [
        *orders,
        *others,
        *(on.OperatorAnswered(at=at, leg=leg) for leg in legs * 4),
        *(on.GuestPlaced(at=at, leg=leg) for leg in legs * 6),
        *(on.AnnouncementEnded(at=at, playback=one, played=True) for one in words * 6),
        *(on.AnnouncementEnded(at=at, playback=one, played=False) for one in words),
        *(on.OperatorHungUp(at=at, leg=leg) for leg in (*legs, *snoops)),
        *(
            on.ActionRefused(at=at, action=action, reason=on.Refusal.GONE, leg=leg)
            for action in (on.Action.LISTEN_IN, on.Action.JOIN_GUEST, on.Action.RING_OPERATOR)
            for leg in legs
        ),
        on.TimerFired(at=at, timer=on.Timer.GUEST),
        *(on.Adopted(at=at, caller_up=True, answered=one, joined=one) for one in found),
    ]


@dataclass
class Watched:
    """A call under way, and what Asterisk would have of it."""

    call: Call
    rung: set[LegId] = field(default_factory=set)
    snoops: dict[LegId, do.ListenIn] = field(default_factory=dict)
    bridges: set[str] = field(default_factory=set)
    in_talk: set[LegId] = field(default_factory=set)
    """Supervisors who could be heard by the caller."""
    told: set[LegId] = field(default_factory=set)
    """Supervisors of whom the caller was told, since they last were out of the talk."""
    ordered: set[str] = field(default_factory=set)
    answered: list[str] = field(default_factory=list)

    def take(self, event: on.CallEvent) -> None:
        before = self.call
        try:
            self.call, commands = advance(before, event)
        except UnexpectedEvent:
            return
        match event:
            case on.Ordered(order=order, kind=kind) if kind in set(ORDERS):
                self.ordered.add(order)
            case on.OperatorHungUp(leg=leg):
                self._gone(leg)
            case on.AnnouncementEnded(playback=playback, played=True):
                self.told |= {one.leg for one in before.guests if one.words == playback}
            case on.Adopted():
                for leg in self.rung - {*event.answered, *event.ringing}:
                    self._gone(leg)
            case _:
                pass
        if any(one.mode is Mode.BARGE for one in before.guests) and not isinstance(event, on.Adopted):
            self._keeps_the_caller(before, commands)
        for command in commands:
            self._obey(command, before)

    def _keeps_the_caller(self, before: Call, commands: tuple[do.Command, ...]) -> None:
        """Nobody hangs the caller up while a supervisor stands in the talk."""
        assert before.phase in OVER or do.HangUpLeg(leg=CALLER) not in commands

    def _gone(self, leg: LegId) -> None:
        self.rung.discard(leg)
        self.snoops.pop(leg, None)
        self.in_talk.discard(leg)
        self.told.discard(leg)

    def _obey(self, command: do.Command, before: Call) -> None:
        match command:
            case do.RingOperator(leg=leg) if leg.startswith("sv-"):
                self.rung.add(leg)
            case do.ListenIn():
                assert command.operator != CALLER
                assert command.operator in {one.leg for one in self.call.operators}
                self.snoops[command.snoop] = command
                self.bridges.add(command.bridge)
                self.in_talk.discard(command.leg)
                self.told.discard(command.leg)
            case do.SetAside(leg=leg, bridge=bridge):
                self.bridges.add(bridge)
                self.in_talk.discard(leg)
                self.told.discard(leg)
            case do.JoinGuest(leg=leg):
                wishes = {one.wish for one in (*before.guests, *self.call.guests) if one.leg == leg}
                assert leg in self.told or Mode.TAKE_OVER in wishes
                self.in_talk.add(leg)
            case do.HangUpLeg(leg=leg):
                self._gone(leg)
            case do.RemoveBridge(bridge=bridge):
                self.bridges.discard(bridge)
                if bridge == self.call.bridge:
                    self.in_talk.clear()
            case do.ConcludeOrder(order=order):
                self.answered.append(order)
            case _:
                pass


def watch(story: Numbers, check: bool = True) -> Watched:
    call, _ = play(*SCENE)
    watched = Watched(call=call)
    for number in story:
        rest, kind = divmod(number, 4)
        rest, seconds = divmod(rest, 600)
        at = NOON + timedelta(seconds=seconds)
        choices = of_supervisors(watched.call, at, number) if kind else likely(watched.call, at)
        watched.take(choices[rest % len(choices)])
        if check:
            heard_by_the_caller_as_ordered(watched)
    return watched


def heard_by_the_caller_as_ordered(watched: Watched) -> None:
    """The caller hears no listener and no whisper, and one snoop at most is beside each supervisor."""
    for guest in watched.call.guests:
        if guest.mode in (Mode.LISTEN, Mode.WHISPER):
            assert guest.leg not in watched.in_talk
        mine = [one for one in watched.snoops.values() if one.leg == guest.leg]
        assert len(mine) <= 1
        if guest.mode is Mode.LISTEN:
            assert not any(one.whisper for one in mine)
    operators = [one for one in watched.call.operators if one.state is LegState.ANSWERED]
    assert len(operators) <= 1


@MANY
@given(stories)
def test_the_caller_never_hears_a_listener_or_a_whisper_and_is_told_before_a_supervisor_comes_in(
    story: Numbers,
) -> None:
    watch(story)


@MANY
@given(stories)
def test_no_leg_no_snoop_and_no_bridge_of_a_supervisor_is_left_when_the_call_is_over(story: Numbers) -> None:
    watched = watch(story)
    watched.take(on.CallerHungUp(at=NOON + timedelta(hours=1)))

    assert watched.call.phase is Phase.ENDED
    assert watched.call.guests == ()
    assert watched.rung == set()
    assert watched.snoops == {}
    assert {one for one in watched.bridges if one.startswith("sb-")} == set()


@MANY
@given(stories)
def test_every_order_of_a_supervisor_gets_one_answer(story: Numbers) -> None:
    watched = watch(story)
    watched.take(on.CallerHungUp(at=NOON + timedelta(hours=1)))

    for order in watched.ordered:
        assert watched.answered.count(order) >= 1, order


@MANY
@given(stories)
def test_a_supervisor_who_takes_over_is_the_only_one_with_the_caller_and_the_call_goes_on(
    story: Numbers,
) -> None:
    watched = watch(story)
    call = watched.call

    if call.phase is Phase.TALKING:
        assert call.operator is not None
        assert call.operator.leg not in {one.leg for one in call.guests}
    with suppress(UnexpectedEvent):
        again, _ = advance(call, on.TimerFired(at=NOON, timer=on.Timer.GUEST))
        assert again.phase is call.phase
