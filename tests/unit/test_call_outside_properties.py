"""People from outside the hall, and colleagues whom a phone fetches, whatever happens meanwhile."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given

from core.ids import LegId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, Phase
from telephony.call.machine import UnexpectedEvent, advance
from telephony.call.orders import OrderKind
from telephony.call.outside import Stage, is_outside_leg
from telephony.call.parties import present
from tests.unit.call_scenes import ANSWERED, JOINED, NOON, PHONES, PICKED_UP, TOLD, arrived, play
from tests.unit.call_stories import Numbers, likely
from tests.unit.test_call_guest_properties import stories
from tests.unit.test_call_properties import MANY

SCENE = (
    arrived(outside=("tsuyaku",), outside_announcement="gaibu"),
    ANSWERED,
    TOLD,
    PICKED_UP,
    JOINED,
)
OURS = {OrderKind.BRING_IN.value, OrderKind.LET_GO.value}
WHO = {"party": "tsuyaku", "sealed": "c2VhbGVk"}


def of_outside(call: Call, at: datetime, number: int) -> list[on.CallEvent]:
    """What is ordered of people outside, what a phone asks, and what becomes of all their legs."""
    legs = [one.leg for one in call.outsiders]
    words = [one.words for one in call.outsiders if one.words]
    own = [one.leg for one in call.operators]
    rings = [one.leg for one in call.operators if one.state is LegState.RINGING]
    bodies = [
        (kind, body)
        for kind, body in (
            (OrderKind.BRING_IN, WHO),
            (OrderKind.BRING_IN, WHO | {"first": "1"}),
            (OrderKind.LET_GO, {}),
            (OrderKind.HOLD, {}),
            (OrderKind.RESUME, {}),
            (OrderKind.CONSULT, {"phones": str(PHONES[1])}),
            (OrderKind.TRANSFER, {"phones": str(PHONES[2])}),
            (OrderKind.COMPLETE, {}),
        )
    ]
    up = [one.leg for one in call.operators if one.state is LegState.ANSWERED]
    found = [(), tuple(own), (*own, *legs), (*up, *legs), tuple(legs), tuple(up)]
    return [
        *(on.Ordered(at=at, order=f"o-{number}", kind=kind.value, body=body) for kind, body in bodies * 2),
        *(on.OperatorAnswered(at=at, leg=leg) for leg in (*legs * 5, *rings * 3)),
        *(on.GuestPlaced(at=at, leg=leg) for leg in legs * 6),
        *(on.AnnouncementEnded(at=at, playback=one, played=True) for one in words * 6),
        *(on.AnnouncementEnded(at=at, playback=one, played=False) for one in words),
        *(on.OperatorHungUp(at=at, leg=leg) for leg in (*legs, *own)),
        *(
            on.ActionRefused(at=at, action=action, reason=on.Refusal.GONE, leg=leg)
            for action in (on.Action.JOIN_GUEST, on.Action.RING_OPERATOR, on.Action.PLAY_ANNOUNCEMENT)
            for leg in (*legs, *rings)
        ),
        *(on.LegsJoined(at=at, operator=leg) for leg in up * 2),
        on.TimerFired(at=at, timer=on.Timer.OUTSIDE),
        on.TimerFired(at=at, timer=on.Timer.CONSULT),
        *(on.ReferAsked(at=at, leg=leg, party="tsuyaku", sealed=WHO["sealed"]) for leg in up),
        *(on.ReferAsked(at=at, leg=leg, phones=PHONES[1:2], fetched="PJSIP/x-00000001") for leg in up * 2),
        *(on.Adopted(at=at, caller_up=True, answered=one, joined=one) for one in found),
        *(on.Adopted(at=at, caller_up=True, answered=one) for one in found),
    ]


@dataclass
class Watched:
    """A call under way, and what Asterisk would have of it."""

    call: Call
    up: set[LegId] = field(default_factory=set)
    """Legs of people outside and of fetched colleagues that were made and not hung up."""
    told: set[LegId] = field(default_factory=set)
    unanswered: set[LegId] = field(default_factory=set)
    """Phones whose wish waits for its answer."""

    def take(self, event: on.CallEvent) -> None:
        before = self.call
        try:
            self.call, commands = advance(before, event)
        except UnexpectedEvent:
            return
        match event:
            case on.OperatorHungUp(leg=leg):
                self.up.discard(leg)
                self.unanswered.discard(leg)
            case on.Adopted():
                self.up &= {*event.answered, *event.ringing}
                self.unanswered.clear()  # who died took the answer along; a phone's own wait ends
            case on.AnnouncementEnded(playback=playback, played=True):
                self.told |= {one.leg for one in before.outsiders if one.words == playback}
            case on.ReferAsked(leg=leg):
                self.unanswered.add(leg)
            case on.Ordered(kind=kind) if kind in OURS:
                assert len([one for one in commands if isinstance(one, do.ConcludeOrder)]) == 1
            case _:
                pass
        for command in commands:
            self._obey(command)

    def _obey(self, command: do.Command) -> None:
        match command:
            case do.RingOutside(leg=leg) | do.FetchColleague(leg=leg):
                self.up.add(leg)
            case do.JoinGuest(leg=leg) if is_outside_leg(leg):
                assert leg in self.told
                assert self.call.operator is not None
            case do.HangUpLeg(leg=leg):
                self.up.discard(leg)
                self.unanswered.discard(leg)
            case do.AnswerRefer(leg=leg):
                self.unanswered.discard(leg)
            case _:
                pass


def watch(story: Numbers) -> Watched:
    watched = Watched(call=play(*SCENE)[0])
    for number in story:
        rest, kind = divmod(number, 5)
        rest, seconds = divmod(rest, 600)
        at = NOON + timedelta(seconds=seconds)
        choices = of_outside(watched.call, at, number) if kind else likely(watched.call, at)
        watched.take(choices[rest % len(choices)])
        holds(watched.call)
    return watched


def holds(call: Call) -> None:
    """What is true at every moment of a call that people outside can be brought into."""
    here = call.outsider
    assert sum(one.stage is not Stage.OVER for one in call.outsiders) <= 1
    assert all((one.left_at is None) == (one.result is None) for one in call.outsiders)
    if here is not None:
        assert call.phase in (Phase.TALKING, Phase.JOINING)
        assert call.operator is not None
        assert call.consult is None
    with_caller = present(call)
    assert not any(map(is_outside_leg, with_caller)) or call.operator is not None
    if call.consult is not None and call.consult.fetching:
        assert call.phase is Phase.TALKING
        assert call.operator is not None


@MANY
@given(stories)
def test_nobody_from_outside_is_with_the_caller_untold_or_without_the_operator(story: Numbers) -> None:
    watch(story)


@MANY
@given(stories)
def test_nobody_from_outside_and_no_fetched_colleague_is_left_when_the_call_is_over(story: Numbers) -> None:
    watched = watch(story)
    watched.take(on.CallerHungUp(at=NOON + timedelta(hours=1)))

    assert watched.call.phase is Phase.ENDED
    assert watched.call.outsider is None
    assert watched.up == set()


@MANY
@given(stories)
def test_a_phone_that_hands_its_call_over_always_hears_what_became_of_it(story: Numbers) -> None:
    watched = watch(story)
    waits = watched.call.consult is not None and watched.call.consult.fetching

    assert not watched.unanswered or waits


@MANY
@given(stories)
def test_after_any_story_the_caller_is_with_somebody_or_somebody_is_sought(story: Numbers) -> None:
    call = watch(story).call

    if call.phase is Phase.TALKING:
        assert call.operator is not None
    if call.held_at is not None:
        assert call.phase is Phase.TALKING
    with suppress(UnexpectedEvent):
        again, _ = advance(call, on.TimerFired(at=NOON, timer=on.Timer.OUTSIDE))
        assert again.phase in (call.phase, Phase.JOINING)
