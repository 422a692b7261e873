"""A part of a report as people read it: what it says, a table, and a picture of the same figures. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.reports.pictures import Bars, Week

Cell = str | int
TOO_FEW = "この期間は数が少ないため、数字を出しません。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One subject of a report. Without rows: ``says`` tells why there are none."""

    id: str
    """Of its place on the page and of its file: ASCII letters."""
    title: str
    says: tuple[str, ...]
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    picture: Bars | Week | None = None
    in_words: str = ""
    """The picture, for whoever does not see it."""


def withheld(which: str, title: str, why: str = TOO_FEW) -> Section:
    """Return a section that shows no figure."""
    return Section(id=which, title=title, says=(why,))


def fewer_than(smallest: int) -> str:
    """Name a small count without telling it."""
    return f"1〜{smallest - 1}件"


def banded(count: int, smallest: int) -> Cell:
    """Return a count as it may stand alone: exactly, or as a band where it is small but not 0."""
    return fewer_than(smallest) if 0 < count < smallest else count


def spoken(bars: Bars) -> str:
    """Read bars out."""
    return "、".join(f"{one.label} {one.told}" for one in bars.bars)


def lengths(rows: Sequence[tuple[str, Cell]], unit: str = "件") -> list[tuple[str, float, str]]:
    """Return labels and counts as bars; what is no number has no length."""
    return [
        (label, float(cell) if isinstance(cell, int) else 0.0,
         f"{cell:,}{unit}" if isinstance(cell, int) else cell)
        for label, cell in rows
    ]  # fmt: skip
