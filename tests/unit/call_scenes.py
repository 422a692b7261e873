"""Scenes of a call: a town hall line with three phones, and what happens on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.ids import CallId, DepartmentId, LegId, LineId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, offered, operator_leg
from telephony.call.machine import advance

CALL = CallId("city-1795290506.0")
CALLER = LegId("city-1795290506.0")
NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = (PhoneId(name) for name in ("kokuho-1", "kokuho-2", "kokuho-3"))
PHONES = (FIRST, SECOND, THIRD)
LEGS = tuple(operator_leg(CALL, phone) for phone in PHONES)

PLAN = on.LinePlan(
    line=LineId("kokuho"),
    department=DepartmentId("kokuho-nenkin"),
    agency="mayor",
    regime="public-body",
    announcement="recording",
    no_answer="nobody",
    busy="busy",
    phones=PHONES,
    ring_seconds=30,
    mark_code="*1",
    practice=False,
)
SEALED = on.CallerIdentity(kind=on.CallerClass.NUMBER, sealed=b"sealed", hash=b"0123456789abcdef")

ARRIVED = on.CallerArrived(at=NOON, call=CALL, leg=CALLER, caller=SEALED, plan=PLAN)
ANSWERED = on.CallerAnswered(at=NOON)
TOLD = on.AnnouncementEnded(at=NOON, playback=f"pb-{CALL}-1", played=True)
PICKED_UP = on.OperatorAnswered(at=NOON, leg=LEGS[0])
JOINED = on.LegsJoined(at=NOON, operator=LEGS[0])
CALLER_GONE = on.CallerHungUp(at=NOON + timedelta(minutes=5))

TO_ANNOUNCING = (ARRIVED, ANSWERED)
TO_CONNECTING = (*TO_ANNOUNCING, TOLD)
TO_JOINING = (*TO_CONNECTING, PICKED_UP)
TO_TALKING = (*TO_JOINING, JOINED)


def arrived(**plan: object) -> on.CallerArrived:
    """A caller on a line whose plan differs in what is given."""
    return replace(ARRIVED, plan=replace(PLAN, **plan))  # type: ignore[arg-type]


def play(*events: on.CallEvent) -> tuple[Call, list[do.Command]]:
    """Play a call from its beginning; return it with everything that was asked for."""
    call, asked = offered(CALL), list[do.Command]()
    for event in events:
        call, commands = advance(call, event)
        asked.extend(commands)
    return call, asked


def last(*events: on.CallEvent) -> tuple[Call, tuple[do.Command, ...]]:
    """Play a call; return it with what the last event alone asked for."""
    call, _ = play(*events[:-1])
    return advance(call, events[-1])


def left(leg: LegId, cause: on.Cause) -> on.OperatorHungUp:
    """A phone of the line that is gone, and why."""
    return on.OperatorHungUp(at=NOON, leg=leg, cause=cause)


def refused(
    action: on.Action, reason: on.Refusal, leg: LegId | None = None, playback: str | None = None
) -> on.ActionRefused:
    """Asterisk's no."""
    return on.ActionRefused(at=NOON, action=action, reason=reason, leg=leg, playback=playback)


def timer(name: on.Timer) -> on.TimerFired:
    """A time limit that has passed."""
    return on.TimerFired(at=NOON, timer=name)


def key(digit: str, *, leg: LegId = LEGS[0], seconds: float = 0.0) -> on.DigitPressed:
    """A key pressed so many seconds after noon."""
    return on.DigitPressed(at=NOON + timedelta(seconds=seconds), leg=leg, digit=digit)
