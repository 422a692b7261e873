"""Which live call stands first, and why, in words. Pure.

The order is by what an operator needs, never by who calls: help that nobody has accepted, a judgement that is
asked for, a time that is over, a long call, the rest. Nothing here does anything to a call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Protocol

from api.wording import length


class Need(IntEnum):
    """How much a call needs somebody; the first stands first."""

    HELP = 0
    JUDGEMENT = 1
    OVER_TIME = 2
    LONG = 3
    NONE = 4


NEED_NAMES = {
    Need.HELP: "応援",
    Need.JUDGEMENT: "判断",
    Need.OVER_TIME: "時間超過",
    Need.LONG: "長い通話",
    Need.NONE: "",
}
NEED_SIGNS = {Need.HELP: "■", Need.JUDGEMENT: "▲", Need.OVER_TIME: "▲", Need.LONG: "◷", Need.NONE: "●"}
CLOCK_NAMES = {"deadlock": "膠着", "agreed": "伝えた時間", "special": "特別扱いの要求"}


class Started(Protocol):
    """A clock, as far as its answer goes."""

    @property
    def kind(self) -> str: ...  # noqa: D102  what for

    @property
    def started_at(self) -> datetime: ...  # noqa: D102  since when

    @property
    def ask_at(self) -> datetime | None: ...  # noqa: D102  when it asks people


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """A clock that an operator started, as it is kept."""

    kind: str
    started_at: datetime
    ask_at: datetime | None
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Where a call stands, and why."""

    need: Need
    since: datetime
    """Since when it has needed that; of two alike the one that waited longer stands first."""
    why: tuple[str, ...]
    judge_since: datetime | None = None
    """Since when those who judge are called; None: nobody waits for them."""


def weigh(  # noqa: PLR0913  what a call's need is made of
    *,
    now: datetime,
    began: datetime,
    talking_since: datetime | None,
    help_since: datetime | None,
    judgement_since: datetime | None,
    clocks: Iterable[RunningClock],
    long_after: timedelta | None,
    answered_at: datetime | None = None,
) -> Weighed:
    """Say what a call needs.

    Args:
        now: the server's moment
        began: when it arrived
        talking_since: when somebody of the hall took it
        help_since: when help was asked for that nobody has accepted yet
        judgement_since: when the judgement of an ending was asked for and nobody has answered yet
        clocks: those that run
        long_after: from when on a call is a long one; None while nobody may be told so (災害時)
        answered_at: when those who judge gave their word (`is_answered`)
    """
    found: list[tuple[Need, datetime, str]] = []
    if help_since is not None:
        found.append((Need.HELP, help_since, "応援を呼んでいます"))
    if judgement_since is not None:
        found.append((Need.JUDGEMENT, judgement_since, "対応を中止するかの判断を求めています"))
    for clock in clocks:
        answered = is_answered(clock, answered_at)
        found.extend(one for one in _of_clock(clock, now) if one[0] is not Need.JUDGEMENT or not answered)
    if long_after is not None and talking_since is not None and now - talking_since >= long_after:
        found.append((Need.LONG, talking_since + long_after, f"通話が{_minutes(long_after)}を超えています"))
    if not found:
        return Weighed(need=Need.NONE, since=began, why=())
    found.sort(key=lambda one: (one[0], one[1]))
    need, since, _ = found[0]
    return Weighed(
        need=need,
        since=since,
        why=tuple(words for _, _, words in found),
        judge_since=min((at for kind, at, _ in found if kind is Need.JUDGEMENT), default=None),
    )


def is_answered(clock: Started, answered_at: datetime | None) -> bool:
    """Say whether those whom a clock calls have given their word on what it runs for.

    A word before an agreed time was over says nothing of what is to be done when it is.
    """
    asks = clock.ask_at if clock.kind == "agreed" and clock.ask_at is not None else clock.started_at
    return answered_at is not None and answered_at >= asks


def _of_clock(clock: RunningClock, now: datetime) -> Iterable[tuple[Need, datetime, str]]:
    name = CLOCK_NAMES.get(clock.kind, "時計")
    passed = length(now - clock.started_at)
    if clock.kind == "agreed":
        if now >= clock.due_at:
            yield (
                Need.JUDGEMENT,
                clock.due_at,
                f"伝えた時間を{_minutes(_over(clock))}超えました。判断を求めています",
            )
        elif clock.ask_at is not None and now >= clock.ask_at:
            yield Need.OVER_TIME, clock.ask_at, "伝えた時間が過ぎました"
        return
    if now >= clock.due_at:
        yield Need.JUDGEMENT, clock.ask_at or clock.due_at, f"{name}から{passed}。判断の目安の時間です"
    elif clock.ask_at is not None and now >= clock.ask_at:
        yield Need.JUDGEMENT, clock.ask_at, f"{name}から{passed}。判断する人を呼んでいます"


def _over(clock: RunningClock) -> timedelta:
    return clock.due_at - (clock.ask_at or clock.due_at)


def _minutes(span: timedelta) -> str:
    return f"{int(span.total_seconds() // 60)}分"
