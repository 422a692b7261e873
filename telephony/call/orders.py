"""What people may order of a live call, and how an order is answered. Pure.

An order comes in as the event ``Ordered`` and always gets an answer: ``done``, or a code that says why not.
Which call may be ordered about by whom is decided where the order is placed, by the rights of its giver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call
from telephony.call.ending import Step

DONE = "done"
NOT_NOW = "not-now"
UNKNOWN_ORDER = "unknown-order"
GONE = "gone"
CALL_OVER = "call-over"
BUSY = "busy"
"""The phone that was to ring is busy, or was refused there."""
NO_ANSWER = "no-answer"
PHONE_AWAY = "phone-away"
NO_LISTENING = "no-listening"
"""The line is never recorded; nobody listens to it either."""
NO_ANNOUNCEMENT = "no-announcement"
"""The profile has no words for this, or does not let them be played."""
NOT_PLAYED = "announcement-not-played"
"""The caller could not be told, so nobody came in."""
NOT_POSSIBLE = "not-possible"
OWN_CALL = "own-call"
"""It is the operator's own phone."""
REMIND_HEAD = "remind-head"
"""決定権を持つ職員は対応しない: order again with ``reminded`` = ``1`` after the reminder was read."""
SOMEBODY_FIRST = "somebody-first"
"""Somebody else took the call over while this phone still rang."""
UNKNOWN_PHONE = "unknown-phone"
UNKNOWN_TARGET = "unknown-target"
"""Nobody to pass the call on to: no such phone or line in the profile, or the operator's own phone."""
PHONE_HOLDS = "phone-holds"
"""The operator's own phone holds the caller: only that phone can come back."""
OUTSIDE_NOT_ALLOWED = "outside-not-allowed"
"""The profile does not let this line's operators call this number, or anybody, into a talk."""
OUTSIDE_THERE = "outside-there"
"""Somebody from outside the hall is in the call, or on the way: first end that."""


class OrderKind(StrEnum):
    """Everything that can be ordered; the names stand in rows and in the HTTP API."""

    HOLD = "hold"  # 保留
    RESUME = "resume"  # 保留解除
    TRANSFER = "transfer"  # 転送（取次なし）: body phone or line
    CONSULT = "consult"  # 取次: body phone or line
    COMPLETE = "complete"  # 取次の相手に代わる
    TAKE_BACK = "take-back"  # 取次をやめて戻る
    LISTEN = "listen"  # モニター: body phone (the supervisor's), as in the next four
    WHISPER = "whisper"  # ささやき
    BARGE = "barge"  # 三者通話
    BRING_IN = "bring-in"  # 外部の方を呼ぶ: body party, sealed (the number), first
    LET_GO = "let-go"  # 外部の方との通話を終える
    LEAVE = "leave"  # supervisors end their listening
    TAKE_OVER = "take-over"  # 交代: body also reminded
    QUIETER = "quieter"  # 相手の声を小さく: body step
    SAY = "say"  # 文言を音声で流す: body announcement
    START_RECORDING = "start-recording"
    REFUSE_RECORDING = "refuse-recording"
    HANG_UP = "hang-up"  # a person ends the call from the console


Decision = Callable[[Call, on.Ordered], Step]


def decide(call: Call, event: on.Ordered, decisions: Mapping[OrderKind, Decision]) -> Step:
    """Decide an order by the table of decisions; whoever gave it always hears what became of it."""
    try:
        decision = decisions.get(OrderKind(event.kind))
    except ValueError:
        return answered(call, event, UNKNOWN_ORDER)
    return decision(call, event) if decision else answered(call, event, UNKNOWN_ORDER)


def answered(call: Call, event: on.Ordered, result: str, *commands: do.Command) -> Step:
    """Leave the call as it is, and say what became of the order."""
    return call, (*commands, do.ConcludeOrder(order=event.order, result=result, at=event.at))
