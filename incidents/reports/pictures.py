"""Charts as geometry: bars in percent of whatever width there is, and squares of a week. Pure.

Lengths across are percent and heights are CSS pixels, so that a chart is as wide as its place and its words
stay as large as the page's: at 320 px it is read like at 1366. What differs by colour differs by pattern too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BAR_ROW, BAR_HEIGHT, BAR_FROM_TOP = 56, 20, 28
SQUARE_HEIGHT, HOUR_WIDTH, WEEK_TOP = 22, 14.0, 26
DARKEST = 4
LOOKS = 4
"""Patterns there are for bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar with its words."""

    label: str
    told: str
    """Its figure, in words."""
    width: float
    """Percent of the chart's width."""
    top: int
    look: int
    """Which of the patterns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars below each other, in the order given: never sorted by length."""

    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """In pixels."""
        return BAR_ROW * len(self.bars)


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """An hour of a weekday."""

    left: float
    top: int
    level: int
    """0 (few or none) to DARKEST."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Squares of the hours that had calls, a column for each weekday."""

    hours: tuple[int, ...]
    squares: tuple[Square, ...]
    largest: tuple[int, ...]
    """The largest count of each level from 1 on."""

    @property
    def width(self) -> float:
        """Of a square, in percent."""
        return (100 - HOUR_WIDTH) / 7

    @property
    def height(self) -> int:
        """In pixels."""
        return WEEK_TOP + SQUARE_HEIGHT * len(self.hours)


def bars(rows: Sequence[tuple[str, float, str]], *, alike: bool = True) -> Bars:
    """Lay bars out; the longest is as wide as the chart.

    Args:
        rows: label, length (0 or more, in any unit) and the figure in words
        alike: whether they are of one kind, and look the same
    """
    longest = max((length for _, length, _ in rows), default=0)
    return Bars(
        bars=tuple(
            Bar(
                label=label, told=told, width=round(100 * length / longest, 2) if longest else 0.0,
                top=BAR_ROW * place, look=0 if alike else place % LOOKS,
            )
            for place, (label, length, told) in enumerate(rows)
        )
    )  # fmt: skip


def week(counts: Mapping[tuple[int, int], int]) -> Week:
    """Lay the hours of a week out, from the first hour that has calls to the last.

    Args:
        counts: by weekday (1 is Monday) and hour; what is missing stays white
    """
    with_calls = [hour for (_, hour), count in counts.items() if count]
    hours = tuple(range(min(with_calls), max(with_calls) + 1)) if with_calls else ()
    most = max(counts.values(), default=0)
    width = (100 - HOUR_WIDTH) / 7
    return Week(
        hours=hours,
        squares=tuple(
            Square(
                left=round(HOUR_WIDTH + (day - 1) * width, 3), top=WEEK_TOP + SQUARE_HEIGHT * row,
                level=_level(counts.get((day, hour), 0), most),
            )
            for row, hour in enumerate(hours)
            for day in range(1, 8)
        ),
        largest=tuple(most * level // DARKEST for level in range(1, DARKEST + 1)),
    )  # fmt: skip


def _level(count: int, most: int) -> int:
    return next(level for level in range(DARKEST + 1) if count * DARKEST <= most * level)
