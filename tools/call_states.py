"""Draws docs/call-states.md by walking the call machine: every state it can reach, every event in each.

    python -m tools.call_states > docs/call-states.md

A test walks again and compares, so the page cannot grow stale. Read its tables as the specification.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product

from core.ids import CallId, DepartmentId, LegId, LineId, PhoneId
from telephony.call import events as on
from telephony.call.call import Call, LegState, Phase, offered, operator_leg, playback_of
from telephony.call.commands import CancelTimer, Command, SetTimer
from telephony.call.machine import UnexpectedEvent, advance
from telephony.call.orders import OrderKind
from telephony.call.transferring import TARGET

_CALL = CallId("city-1.0")
_CALLER = LegId(_CALL)
_PHONES = (PhoneId("one"), PhoneId("two"))
_LEGS = tuple(operator_leg(_CALL, phone, number) for number in (1, 2) for phone in _PHONES)
_NOON = datetime(2026, 1, 1, 3, tzinfo=UTC)

_PLAN = on.LinePlan(
    line=LineId("line"), department=DepartmentId("department"), agency="agency", regime="public-body",
    announcement="recording", no_answer="nobody", busy="busy", phones=_PHONES, ring_seconds=30,
    mark_code="*1", practice=False,
)  # fmt: skip

_REFUSALS = tuple(
    (
        f"ActionRefused({action}, {reason})",
        on.ActionRefused(at=_NOON, action=action, reason=reason, leg=leg),
    )
    for action, reason, leg in product(on.Action, on.Refusal, (None, _CALLER, *_LEGS))
)
"""The same for every call, and most of what is tried: made once."""

_ROUNDS = 2
"""Phones may ring again and again, e.g. each time a process takes the call over; it is walked this far."""

_EVERYWHERE = {"CallerHungUp", "CallLost"}

_OPENING = """# What can happen to a call

Drawn by `python -m tools.call_states` from the call machine itself (`telephony/call/machine.py`), by walking
every state it can reach with a line of two phones. Times, digits and further marks are left out.

In every phase but `ended`, `CallerHungUp` and `CallLost` end the call, and so does `Adopted` when the caller
is gone; the diagram leaves these arrows out. An event that is not listed under a phase is refused there: it
is journalled as refused, and changes nothing.

"""


@dataclass
class _Seen:
    """What an event can do in a phase."""

    phases: dict[str, None] = field(default_factory=dict)
    commands: dict[str, None] = field(default_factory=dict)


def page() -> str:
    """Return the whole page as Markdown."""
    accepted, refused = _walk()
    return "\n".join((_OPENING + _diagram(accepted), *_tables(accepted, refused))) + "\n"


def _samples(call: Call) -> Iterator[tuple[str, on.CallEvent]]:
    """Yield every kind of event in every colour that matters to a call, with its name on the page."""
    at, caller = _NOON, on.CallerIdentity(kind=on.CallerClass.WITHHELD)
    yield "CallerArrived", on.CallerArrived(at=at, call=_CALL, leg=_CALLER, caller=caller, plan=_PLAN)
    yield "CallerAnswered", on.CallerAnswered(at=at)
    playback = playback_of(_CALL, max(call.playbacks, 1))
    yield "AnnouncementEnded(played)", on.AnnouncementEnded(at=at, playback=playback, played=True)
    yield "AnnouncementEnded(failed)", on.AnnouncementEnded(at=at, playback=playback, played=False)
    yield "AnnouncementEnded(an older one)", on.AnnouncementEnded(at=at, playback="pb-older", played=True)
    for leg in _LEGS:
        yield "OperatorAnswered", on.OperatorAnswered(at=at, leg=leg)
        yield "LegsJoined", on.LegsJoined(at=at, operator=leg)
        yield "OperatorHungUp", on.OperatorHungUp(at=at, leg=leg)
    yield "CallerHungUp", on.CallerHungUp(at=at)
    yield "CallLost", on.CallLost(at=at)
    for digit in "*1":
        yield "DigitPressed", on.DigitPressed(at=at, leg=_LEGS[0], digit=digit)
    for timer in on.Timer:
        yield f"TimerFired({timer})", on.TimerFired(at=at, timer=timer)
    yield from _REFUSALS
    for legs in ((), _LEGS[:1], _LEGS[:2]):
        yield "Adopted", on.Adopted(at=at, caller_up=True, answered=legs)
        yield "Adopted", on.Adopted(at=at, caller_up=True, ringing=legs)
        yield "Adopted", on.Adopted(at=at, caller_up=True, answered=legs, joined=legs)
    yield "Adopted(caller gone)", on.Adopted(at=at, caller_up=False)
    yield from _passing_on(call)
    yield "TroubleSeen", on.TroubleSeen(at=at, code="trouble")


def _passing_on(call: Call) -> Iterator[tuple[str, on.CallEvent]]:
    """Yield what holds a call and passes it on. Passing on may go on for ever: here it happens once."""
    target = operator_leg(_CALL, _PHONES[1], 2)
    for kind in (OrderKind.HOLD, OrderKind.RESUME, OrderKind.COMPLETE, OrderKind.TAKE_BACK):
        yield f"Ordered({kind})", on.Ordered(at=_NOON, order="order", kind=kind)
    if call.round == 1:
        for kind in (OrderKind.TRANSFER, OrderKind.CONSULT):
            body = {TARGET: str(_PHONES[1])}
            yield f"Ordered({kind})", on.Ordered(at=_NOON, order="order", kind=kind, body=body)
        yield "ReferAsked", on.ReferAsked(at=_NOON, leg=_LEGS[0], phones=_PHONES[1:])
    yield "ConsultJoined", on.ConsultJoined(at=_NOON, target=target)
    yield "PhoneHeld", on.PhoneHeld(at=_NOON, leg=_LEGS[0])
    yield "PhoneResumed", on.PhoneResumed(at=_NOON, leg=_LEGS[0])


def _key(call: Call) -> tuple[object, ...]:
    over = [one.cause for one in call.operators if one.state is LegState.OVER]
    return (
        call.phase,
        call.attempt,
        call.announcement_played,
        call.round,
        tuple((one.leg, one.state) for one in call.operators),
        all(cause is on.Cause.UNCERTAIN for cause in over),
        call.join_attempts,
        call.connected_at is None,
        call.digits,
        call.held_since is None,
        call.consult,
        call.transfer,
    )


_Accepted = dict[Phase, dict[str, _Seen]]


def _walk() -> tuple[_Accepted, dict[Phase, set[str]]]:
    accepted: _Accepted = {phase: defaultdict(_Seen) for phase in Phase}
    refused: dict[Phase, set[str]] = {phase: set() for phase in Phase}
    todo, known = [offered(_CALL)], {_key(offered(_CALL))}
    while todo:
        call = todo.pop()
        for name, event in _samples(call):
            try:
                after, commands = advance(call, event)
            except UnexpectedEvent:
                refused[call.phase].add(name)
                continue
            _note(accepted[call.phase][name], call, after, commands)
            if after.round <= _ROUNDS and _key(after) not in known:
                known.add(_key(after))
                todo.append(after)
    return accepted, refused


def _note(seen: _Seen, call: Call, after: Call, commands: tuple[Command, ...]) -> None:
    if after.phase is not call.phase:
        seen.phases[after.phase.value] = None
    for command in commands:
        if not isinstance(command, (SetTimer, CancelTimer)):
            seen.commands[type(command).__name__] = None


def _diagram(accepted: _Accepted) -> str:
    arrows: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for phase, events in accepted.items():
        for name, seen in events.items():
            kind = name.split(",", maxsplit=1)[0].replace("ActionRefused(", "refused: ").rstrip(")")
            kind = kind.replace("(", ": ")
            for to in seen.phases:
                if not (to == Phase.ENDED and (name in _EVERYWHERE or name.startswith("Adopted"))):
                    arrows[phase.value, to][kind] = None
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> offered"]
    for phase in Phase:
        for to in Phase:
            if (phase.value, to.value) in arrows:
                kinds = "<br/>".join(sorted(arrows[phase.value, to.value]))
                lines.append(f"    {phase.value} --> {to.value}: {kinds}".replace(": refused:", ": refused"))
    return "\n".join((*lines, "    ended --> [*]", "```", ""))


def _tables(accepted: _Accepted, refused: dict[Phase, set[str]]) -> Iterator[str]:
    for phase in Phase:
        yield f"## {phase.value}\n"
        yield "| event | may become | may ask for |"
        yield "|---|---|---|"
        quiet = list[str]()
        for name in sorted(accepted[phase]):
            seen = accepted[phase][name]
            if not seen.phases and not seen.commands:
                quiet.append(name)
                continue
            becomes = ", ".join(sorted(seen.phases)) or "–"
            yield f"| {name} | {becomes} | {', '.join(sorted(seen.commands)) or '–'} |"
        yield ""
        if quiet:
            yield f"Accepted quietly: {_shortened(quiet)}.\n"
        never = sorted(refused[phase] - set(accepted[phase]))
        if never:
            yield f"Refused: {_shortened(never)}.\n"


def _shortened(names: list[str]) -> str:
    """Fold `ActionRefused(action, reason)` into one name per action; all reasons are none to name."""
    groups: dict[str, list[str]] = {}
    for name in names:
        front, _, reason = name.partition(", ")
        groups.setdefault(front, []).extend([reason.rstrip(")")] if reason else [])
    folded = list[str]()
    for front, reasons in sorted(groups.items()):
        if len(reasons) == len(on.Refusal):
            folded.append(f"{front})")
        else:
            folded.append(f"{front}: {'/'.join(reasons)})" if reasons else front)
    return ", ".join(folded)


if __name__ == "__main__":
    print(page(), end="")
