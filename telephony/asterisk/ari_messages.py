"""Reads what Asterisk says and turns it into what happened to a call. Pure; nothing it reads can break it.

This is the border: a caller's number in clear goes in, is sealed by the function that is handed in, and never
comes out. What is not understood is no event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NewType

from core.ids import CallId, LegId, LineId
from telephony.call.call import call_of_name
from telephony.call.callers import read_caller
from telephony.call.events import (
    AnnouncementEnded,
    CallerArrived,
    CallerClass,
    CallerHungUp,
    CallerIdentity,
    CallEvent,
    Cause,
    DigitPressed,
    LinePlan,
    OperatorAnswered,
    OperatorHungUp,
    PhoneHeld,
    PhoneResumed,
)
from telephony.call.outside import is_outside_leg

ARRIVING = "in"
"""First argument of a channel that the dialplan hands over: a caller."""

MOVED = "moved"
"""First argument of a channel that we moved from another application into ours: no new call."""

Said = NewType("Said", str)
"""Something Asterisk said of a caller, as it came: in clear, hostile, unchecked."""

Seal = Callable[[str], tuple[bytes, bytes]]
"""A number in E.164 → the encrypted number and its keyed hash."""

_SNOOP = "sn-"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}")
_DIGITS = frozenset("0123456789*#ABCD")

_CAUSES = {
    1: Cause.UNREACHABLE,
    3: Cause.UNREACHABLE,
    17: Cause.BUSY,
    18: Cause.NO_ANSWER,
    19: Cause.NO_ANSWER,
    20: Cause.UNREACHABLE,
    21: Cause.REJECTED,
    27: Cause.UNREACHABLE,
    34: Cause.UNREACHABLE,
    38: Cause.UNREACHABLE,
    58: Cause.UNREACHABLE,
    127: Cause.UNREACHABLE,
}
"""Q.850 cause → ours; ITU-T Q.850 table 1, as Asterisk maps SIP answers to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A channel that entered our application and belongs to no leg we made: a caller, or a mistake."""

    channel: str
    line: LineId
    number: Said
    name: Said
    presentation: Said
    at: datetime
    disaster: str = ""
    """``short`` or ``none`` while the hall's switch for disasters is on."""


def read_offer(told: Mapping[str, Any]) -> CallId | None:
    """Read a call that is offered to every process and can be claimed."""
    return CallId(channel) if told.get("type") == "CallBroadcast" and (channel := _channel(told)) else None


def read_arrival(told: Mapping[str, Any], now: datetime) -> Arrival | None:
    """Read a caller's channel entering our application with the arguments ``in``, line."""
    channel = _channel(told)
    if told.get("type") != "StasisStart" or channel is None or is_operator_leg(channel):
        return None
    args = _list(told.get("args"))
    if len(args) != 2 or args[0] != ARRIVING or not isinstance(args[1], str):  # noqa: PLR2004  kind and line
        return None
    number, name, presentation = said_of_caller(told)
    return Arrival(
        channel=channel,
        line=LineId(args[1]),
        number=number,
        name=name,
        presentation=presentation,
        at=time_of(told, now),
        disaster=_said(_variables(told).get("TSUWAROKU_DISASTER")),
    )


def said_of_caller(told: Mapping[str, Any]) -> tuple[Said, Said, Said]:
    """Read a caller's number, name and presentation, of an offer or an arrival."""
    caller = dict_of(dict_of(told.get("channel")).get("caller"))
    presentation = _variables(told).get("TSUWAROKU_PRESENTATION")
    return _said(caller.get("number")), _said(caller.get("name")), _said(presentation)


def _variables(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict_of(dict_of(told.get("channel")).get("channelvars"))


def identity_of(number: Said, name: Said, presentation: Said, seal: Seal) -> CallerIdentity:
    """Seal who calls.

    A fault in sealing must not cost the citizen the call: the caller is then unreadable.
    """
    try:
        return read_caller(number, name, presentation).sealed_by(seal)
    except Exception:  # noqa: BLE001  whatever is wrong with the keys, somebody is calling
        return CallerIdentity(kind=CallerClass.UNREADABLE)


def caller_arrived(arrival: Arrival, plan: LinePlan, caller: CallerIdentity) -> CallerArrived:
    """Turn an arrival on a known line into a call's first event, its caller sealed (`identity_of`)."""
    return CallerArrived(
        at=arrival.at,
        call=CallId(arrival.channel),
        leg=LegId(arrival.channel),
        caller=caller,
        plan=told_less(plan, arrival.disaster),
    )


def told_less(plan: LinePlan, disaster: str) -> LinePlan:
    """Shorten or drop the announcement before a call while the switch for disasters is on."""
    if not plan.announcement or disaster not in ("short", "none"):
        return plan
    return replace(plan, announcement=plan.short_announcement if disaster == "short" else "")


def read_event(told: Mapping[str, Any], now: datetime) -> tuple[CallId, CallEvent] | None:
    """Read an event of a call, with Asterisk's own time; ``now`` serves when it tells none.

    The call may be one we do not know: every channel that we hear of gives events, and who keeps the calls
    decides. Arrivals are read by `read_arrival`.
    """
    at = time_of(told, now)
    if told.get("type") == "PlaybackFinished":
        return _playback_finished(told, at)
    channel = _channel(told)
    if channel is None:
        return None
    if is_operator_leg(channel):
        call, event = call_of_name(channel), _of_operator(told, LegId(channel), at)
    elif channel.startswith(_SNOOP):
        call, event = call_of_name(channel), _of_snoop(told, LegId(channel), at)
    else:
        call, event = CallId(channel), _of_caller(told, LegId(channel), at)
    return None if call is None or event is None else (call, event)


def _of_operator(told: Mapping[str, Any], leg: LegId, at: datetime) -> CallEvent | None:
    match told.get("type"):
        case "StasisStart" if MOVED not in _list(told.get("args")):
            return OperatorAnswered(at=at, leg=leg)
        case "ChannelDestroyed":
            return OperatorHungUp(at=at, leg=leg, cause=cause_of(told.get("cause")))
        case "ChannelHold":
            return PhoneHeld(at=at, leg=leg)
        case "ChannelUnhold":
            return PhoneResumed(at=at, leg=leg)
        case _:
            return _digit_pressed(told, leg, at)


def _of_snoop(told: Mapping[str, Any], leg: LegId, at: datetime) -> CallEvent | None:
    """A snoop is gone, mostly with the leg it heard; nothing else of it is news."""
    return OperatorHungUp(at=at, leg=leg) if told.get("type") == "ChannelDestroyed" else None


def _of_caller(told: Mapping[str, Any], leg: LegId, at: datetime) -> CallEvent | None:
    if told.get("type") == "ChannelDestroyed":
        return CallerHungUp(at=at)
    return _digit_pressed(told, leg, at)


def _digit_pressed(told: Mapping[str, Any], leg: LegId, at: datetime) -> CallEvent | None:
    digit = told.get("digit")
    if told.get("type") != "ChannelDtmfReceived" or not isinstance(digit, str) or digit not in _DIGITS:
        return None
    return DigitPressed(at=at, leg=leg, digit=digit)


def cause_of(code: object) -> Cause:
    """Say why a leg ended, from Asterisk's Q.850 cause."""
    return _CAUSES.get(code, Cause.NORMAL) if isinstance(code, int) else Cause.NORMAL


def _playback_finished(told: Mapping[str, Any], at: datetime) -> tuple[CallId, CallEvent] | None:
    playback = dict_of(told.get("playback"))
    name = playback.get("id")
    if not isinstance(name, str) or not name.startswith("pb-") or not _ID.fullmatch(name):
        return None
    call = call_of_name(name)
    if call is None:
        return None
    return call, AnnouncementEnded(at=at, playback=name, played=playback.get("state") == "done")


def is_operator_leg(channel: str) -> bool:
    """Say whether a channel was made by us to call somebody: operator, supervisor, or outside the hall."""
    return channel.startswith(("op-", "sv-")) or is_outside_leg(channel)


def _channel(told: Mapping[str, Any]) -> str | None:
    name = dict_of(told.get("channel")).get("id")
    return name if isinstance(name, str) and _ID.fullmatch(name) else None


def dict_of(value: object) -> Mapping[str, Any]:
    """Return a mapping that Asterisk sent; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _said(value: object) -> Said:
    return Said(value if isinstance(value, str) else "")


def time_of(told: Mapping[str, Any], now: datetime) -> datetime:
    """Return Asterisk's own time of an event, or ``now`` when it tells none."""
    text = told.get("timestamp")
    if isinstance(text, str):
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return now
        if at.tzinfo is not None:
            return at
    return now
