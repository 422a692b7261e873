"""Signals as supervisors see them: one sorted list, as many a day as the city wants, in plain words.

Row-level security decides what comes out; nothing here widens that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.wording import full_time
from incidents.cases.events import KeptSignal
from incidents.signals.measured import KIND_NAMES, MEASURED, Precision
from incidents.signals.signal import Kind
from storage.signals import (
    SignalRow,
    count_handled,
    count_waiting,
    handled_signals,
    urgent_signals,
    waiting_signals,
)

AT_MOST = 300
TOLD_AT_MOST = 5
TOLD_FOR = timedelta(days=1)
"""So long a life at stake is told on every page of a supervisor, until somebody has looked."""
COMPARED = frozenset({Kind.REPEAT_DEPARTMENT, Kind.REPEAT_HALL, Kind.HASHIGO})
"""Kinds that speak of several calls: their words can be laid side by side."""
_FIGURES = {
    "minutes": "{}分", "calls": "{}回", "departments": "{}つの課", "days": "{}日の間", "hours": "{}時間の間",
    "above_db": "話し始めより{}dB", "seconds": "{}秒", "times": "{}回",
    "unread": "うち用件の分からない通話{}回",
}  # fmt: skip
_WENT = {"seen": "対応しない", "look-into": "確かめる", "case": "事案にした"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalShown:
    """One signal in words."""

    signal: SignalRow
    name: str
    found: str
    against: str
    precision: Precision
    """How often the rules of this kind were right on labelled calls."""
    measured: bool
    """False where something stands beside it that the labelled calls do not have: calls without words, or
    live text."""
    compared: bool
    """Whether it speaks of several calls."""
    went: str
    """What somebody did about it; empty while it waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalList:
    """What is shown now, and how many wait beyond it."""

    shown: tuple[SignalShown, ...]
    later: int
    handled: tuple[SignalShown, ...] = ()
    """What people looked at lately, and where it went."""


def list_signals(connection: Connection, daily: int, midnight: datetime) -> SignalList:
    """Return the list of today.

    Args:
        connection: under the rights of who reads
        daily: how many a day people look at; danger and life are beside it
        midnight: when the day of the city began
    """
    left = max(0, daily - count_handled(connection, midnight))
    waiting = waiting_signals(connection, AT_MOST)
    urgent = [one for one in waiting if one.urgent]
    others = [one for one in waiting if not one.urgent][:left]
    shown = [*urgent, *others]
    week = midnight - timedelta(days=6)
    return SignalList(
        shown=tuple(signal_shown(one) for one in shown),
        later=max(0, count_waiting(connection) - len(shown)),
        handled=tuple(signal_shown(one) for one in handled_signals(connection, week, AT_MOST)),
    )


def lives_at_stake(connection: Connection, now: datetime) -> list[SignalShown]:
    """Return what nobody has looked at of danger and life, for pages that are not about signals."""
    return [signal_shown(one) for one in urgent_signals(connection, now - TOLD_FOR, TOLD_AT_MOST)]


def signal_shown(one: SignalRow) -> SignalShown:
    """Say a signal in words."""
    kind = Kind(one.kind)
    return SignalShown(
        signal=one,
        name=KIND_NAMES[kind],
        found=figures_told(one.value),
        against=figures_told(one.limit),
        precision=MEASURED[kind],
        measured="unread" not in one.value and not one.live,
        compared=kind in COMPARED,
        went=_WENT.get(one.handled_how or "", ""),
    )


def figures_told(figures: Mapping[str, int | float]) -> str:
    """Say figures in words; what has no words of its own is left out."""
    return "、".join(words.format(figures[name]) for name, words in _FIGURES.items() if name in figures)


def signal_words(kept: KeptSignal) -> str:
    """Say from which signal a case was opened: rule, version, values and time."""
    name = KIND_NAMES[Kind(kept.kind)] if kept.kind in set(Kind) else kept.kind
    found, against = figures_told(kept.value), figures_told(kept.limit)
    told = f"兆候から：{name}" + (f"　{found}" if found else "") + (f"（目安：{against}）" if against else "")
    rule = f"規則 {kept.rule}（{kept.version}）　{full_time(kept.found_at)}に見つけたもの"
    return f"{told}　{rule}。判断ではありません。"
