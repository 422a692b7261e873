"""Clocks that ran on: 膠着, 伝えた時間, an hour of one explanation. Time decides nothing; it asks people.

What the hall made the caller wait is not their time (品川区 対応要領 第2章(2)、第4章(3)、第6章(2)⑤).
"""

from __future__ import annotations

from collections.abc import Iterator

from incidents.signals.facts import CallFacts, ClockKind, RunClock
from incidents.signals.limits import Limits
from incidents.signals.signal import Kind, Signal

VERSION = "clocks-1"
_MINUTE = 60.0


def clocks_ran_on(call: CallFacts, limits: Limits) -> Iterator[Signal]:
    """Find clocks that nobody stopped in time: one signal of a kind, for the one that ran longest beyond."""
    for kind, clock_kind in ((Kind.DEADLOCK, ClockKind.DEADLOCK), (Kind.AGREED_TIME, ClockKind.AGREED)):
        late = [
            (clock.stopped - clock.started - allowed, allowed, clock)
            for clock in call.clocks
            if clock.kind is clock_kind
            and clock.stopped - clock.started > (allowed := _allowed(clock, limits))
        ]
        if late:
            _, allowed, clock = max(late, key=lambda one: one[0])
            yield Signal(
                kind=kind,
                rule=f"clocks-{kind.value}",
                version=VERSION,
                value={"minutes": _minutes(clock.stopped - clock.started)},
                limit={"minutes": _minutes(allowed)},
                at=clock.started + allowed,
            )


def explained_for_long(call: CallFacts, limits: Limits) -> Iterator[Signal]:
    """Find an explanation of an hour and more, without what the caller was made to wait."""
    if limits.explain_minutes is None or call.talk_minutes < limits.explain_minutes:
        return
    yield Signal(
        kind=Kind.EXPLAIN_LIMIT,
        rule="clocks-explain-limit",
        version=VERSION,
        value={"minutes": _minutes(call.talk_minutes * _MINUTE)},
        limit={"minutes": limits.explain_minutes},
        at=_moment_of(limits.explain_minutes * _MINUTE, call.held),
    )


def _allowed(clock: RunClock, limits: Limits) -> float:
    if clock.kind is ClockKind.DEADLOCK:
        return limits.deadlock_minutes * _MINUTE
    return ((clock.minutes or 0) + limits.agreed_over_minutes) * _MINUTE


def _moment_of(talked: float, held: tuple[tuple[float, float], ...]) -> float:
    """Tell at which second of the recording so many seconds had been talked."""
    moment = talked
    for begin, end in sorted(held):
        if begin < moment:
            moment += end - begin
    return moment


def _minutes(seconds: float) -> int:
    return int(seconds // _MINUTE)
