"""Stories of a call, drawn by numbers: everything that can happen to it next, likely or not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from core.ids import LegId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, Phase, offered, operator_leg, playback_of
from telephony.call.machine import UnexpectedEvent, advance
from telephony.call.orders import OrderKind
from tests.unit.call_scenes import CALL, CALLER, NOON, PHONES, arrived

ROUNDS = (1, 2)

OPERATOR_LEGS = tuple(operator_leg(CALL, phone, number) for number in ROUNDS for phone in PHONES)

ORDER = str(UUID(int=7))

STRANGER = LegId("op-city-1.1-somebody")

Numbers = list[int]
"""A story: each number picks what happens next, from what is likely then or from everything there is."""


def everything(at: datetime) -> list[on.CallEvent]:
    """Every kind of event there is, in every colour that could matter."""
    legs = (*OPERATOR_LEGS, STRANGER)
    found = [(), legs[:1], legs[1:2], legs[:2], legs[-2:]]
    return [
        *plans(at),
        on.CallerAnswered(at=at),
        *(
            on.AnnouncementEnded(at=at, playback=playback_of(CALL, number), played=played)
            for number in range(1, 5)
            for played in (True, False)
        ),
        *(on.OperatorAnswered(at=at, leg=leg) for leg in legs),
        *(on.OperatorHungUp(at=at, leg=leg, cause=cause) for leg in legs for cause in on.Cause),
        *(on.LegsJoined(at=at, operator=leg) for leg in legs),
        on.CallerHungUp(at=at),
        on.CallLost(at=at),
        *(on.DigitPressed(at=at, leg=leg, digit=digit) for leg in (CALLER, legs[0]) for digit in "*1"),
        *(on.TimerFired(at=at, timer=timer) for timer in on.Timer),
        *(
            on.ActionRefused(at=at, action=action, reason=reason, leg=leg)
            for action in on.Action
            for reason in on.Refusal
            for leg in (None, CALLER, legs[0], STRANGER)
        ),
        *(
            on.Adopted(at=at, caller_up=up, answered=answered, ringing=ringing, joined=joined)
            for up in (True, False)
            for answered in found
            for ringing in found
            for joined in found
        ),
        on.TroubleSeen(at=at, code="journal-late"),
        *(on.ConsultJoined(at=at, target=leg) for leg in legs),
        *(on.ReferAsked(at=at, leg=leg, phones=PHONES[1:]) for leg in legs),
        *fetches(at),
        *orders(at),
        *(hold(at=at, leg=leg) for leg in legs for hold in (on.PhoneHeld, on.PhoneResumed)),
    ]


def fetches(at: datetime) -> list[on.CallEvent]:
    """A colleague's phone wants the ringing call: one of the line's own, and one that it did not ring."""
    own, other = PHONES[0], PhoneId("kokuho-9")
    return [
        on.FetchAsked(at=at, channel=f"PJSIP/{phone}-0000000b", phone=phone, rings_at=PHONES)
        for phone in (own, other, other)
    ]


def orders(at: datetime) -> list[on.CallEvent]:
    """Everything people may order of a call, with targets, without, and with the operator's own phone."""
    bodies: list[dict[str, str]] = [
        {},
        {"phones": PHONES[0]},
        {"phones": ",".join(PHONES)},
        {"phones": "other"},
    ]
    return [
        on.Ordered(at=at, order=ORDER, kind=kind.value, body=body) for kind in OrderKind for body in bodies
    ]


def passing_on(call: Call, at: datetime) -> list[on.CallEvent]:
    """What a talk most likely meets when it is held, passed on, or a colleague is asked."""
    own = [one.leg for one in call.operators]
    up = [one.leg for one in call.operators if one.state in (LegState.ANSWERED, LegState.CONSULTED)]
    rings = [one.leg for one in call.operators if one.state is LegState.RINGING]
    if call.consult is None and call.held_at is None:
        return orders(at)
    return [
        *orders(at),
        *(on.OperatorAnswered(at=at, leg=leg) for leg in rings * 3),
        *(on.ConsultJoined(at=at, target=leg) for leg in up),
        *(on.OperatorHungUp(at=at, leg=leg, cause=cause) for leg in own for cause in on.Cause),
        *(on.Adopted(at=at, caller_up=True, answered=legs) for legs in ((), tuple(up), tuple(own))),
        *(on.Adopted(at=at, caller_up=True, answered=tuple(up[1:]), ringing=tuple(rings)) for _ in "x"),
        on.TimerFired(at=at, timer=on.Timer.CONSULT),
        on.ActionRefused(at=at, action=on.Action.JOIN_CONSULT, reason=on.Refusal.GONE),
        on.ActionRefused(at=at, action=on.Action.HOLD_CALLER, reason=on.Refusal.TIMEOUT),
    ]


def plans(at: datetime) -> list[on.CallerArrived]:
    """Callers on lines with three phones, two, one, none, and without a code for marks."""
    lines = (PHONES, PHONES, PHONES[:2], PHONES[:1], ())
    return [replace(arrived(phones=phones), at=at) for phones in lines] + [
        replace(arrived(mark_code=""), at=at)
    ]


def likely(call: Call, at: datetime) -> list[on.CallEvent]:  # noqa: PLR0911  one return per phase
    """What a call in this state most likely meets: news of its own legs, playback, timers and requests."""
    if call.arrival is None:
        return list(plans(at))
    own = [one.leg for one in call.operators]
    gone = [on.OperatorHungUp(at=at, leg=leg, cause=cause) for leg in own for cause in on.Cause]
    refused = [
        on.ActionRefused(at=at, action=action, reason=reason, leg=leg, playback=call.playback)
        for action in (on.Action.RING_OPERATOR, on.Action.JOIN_LEGS, on.Action.PLAY_ANNOUNCEMENT)
        for reason in on.Refusal
        for leg in (None, *own)
    ]
    playback = on.AnnouncementEnded(at=at, playback=call.playback, played=True)
    picked_up = [on.OperatorAnswered(at=at, leg=leg) for leg in own]
    still = on.Adopted(at=at, caller_up=True, answered=tuple(own[:1]), ringing=tuple(own[1:]))
    match call.phase:
        case Phase.ANSWERING:
            return [*[on.CallerAnswered(at=at)] * 5, on.TimerFired(at=at, timer=on.Timer.ANSWER), still]
        case Phase.ANNOUNCING | Phase.APOLOGISING:
            return [playback, playback, replace(playback, played=False), still, *refused]
        case Phase.CONNECTING:
            return [
                *picked_up * 4,
                *fetches(at),
                *gone,
                *refused,
                still,
                on.TimerFired(at=at, timer=on.Timer.RING),
            ]
        case Phase.JOINING:
            joined = [on.LegsJoined(at=at, operator=leg) for leg in own]
            return [*joined * 3, *picked_up, *gone, *refused, still]
        case Phase.TALKING:
            keys = [on.DigitPressed(at=at, leg=leg, digit=digit) for leg in own for digit in "*1"]
            return [*keys, *picked_up, still, gone[0], *passing_on(call, at)]
        case _:
            return [*picked_up, *gone, *refused, still]


def pick(call: Call, number: int) -> on.CallEvent:
    """Let one number decide what happens to a call next."""
    rest, kind = divmod(number, 8)
    rest, seconds = divmod(rest, 600)
    at = NOON + timedelta(seconds=seconds)
    choices = likely(call, at) if kind else everything(at)
    return choices[rest % len(choices)]


@dataclass
class Told:
    """A call played to its last event: what each accepted event made of it and asked for."""

    call: Call
    steps: list[tuple[on.CallEvent, Call, tuple[do.Command, ...]]] = field(default_factory=list)

    @property
    def commands(self) -> list[do.Command]:
        return [one for _, _, commands in self.steps for one in commands]

    def take(self, event: on.CallEvent) -> None:
        with suppress(UnexpectedEvent):  # and any other exception fails the test
            self.call, commands = advance(self.call, event)
            self.steps.append((event, self.call, commands))


def tell(story: Numbers) -> Told:
    told = Told(call=offered(CALL))
    for number in story:
        told.take(pick(told.call, number))
    return told


def tell_to_the_end(story: Numbers) -> Told:
    told = tell(story)
    told.take(on.CallerHungUp(at=NOON))
    return told
