"""Signals as supervisors see them: one sorted list, as many a day as the city wants, in plain words.

Row-level security decides what comes out; nothing here widens that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from incidents.signals.measured import KIND_NAMES, MEASURED, Precision
from incidents.signals.signal import Kind
from storage.signals import WaitingSignal, count_handled, count_waiting, waiting_signals

AT_MOST = 300
_FIGURES = {
    "minutes": "{}分", "calls": "{}回", "departments": "{}つの課", "days": "{}日の間", "hours": "{}時間の間",
    "above_db": "話し始めより{}dB", "seconds": "{}秒", "times": "{}回",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalShown:
    """One signal in words."""

    signal: WaitingSignal
    name: str
    found: str
    against: str
    precision: Precision
    """How often the rules of this kind were right on labelled calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalList:
    """What is shown now, and how many wait beyond it."""

    shown: tuple[SignalShown, ...]
    later: int


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
    return SignalList(
        shown=tuple(_shown(one) for one in shown), later=max(0, count_waiting(connection) - len(shown))
    )


def _shown(one: WaitingSignal) -> SignalShown:
    kind = Kind(one.kind)
    return SignalShown(
        signal=one,
        name=KIND_NAMES[kind],
        found=_told(one.value),
        against=_told(one.limit),
        precision=MEASURED[kind],
    )


def _told(figures: object) -> str:
    if not isinstance(figures, dict):
        return ""
    return "、".join(words.format(figures[name]) for name, words in _FIGURES.items() if name in figures)
