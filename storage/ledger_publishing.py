"""A month of the ledger as a city can publish it: no person, and no count so small that it points at one.

Nothing is left out and nothing is made up: a count that is too small for its day, purpose or department is
added to the next coarser line, so the file's sum is the month's sum. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from storage.ledger import Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One line: what is None is not told, because too few lines would stand behind it."""

    day: date | None
    department: str | None
    """The department's id; empty: the log does not say it."""
    purpose: str | None
    act: str | None
    case: bool | None
    count: int = 0


def publish(lines: Iterable[Counted], smallest: int) -> Sequence[Published]:
    """Return a month's lines, each of ``smallest`` openings or more, but for a last one of the whole city."""
    rest = Counter[Published]()
    for one in lines:
        rest[_whole(one)] += one.count
    told: list[Published] = []
    for coarser in (_as_it_is, _without_day, _without_purpose, _by_department):
        cells = _added(rest, coarser)
        told += [replace(cell, count=count) for cell, count in cells.items() if count >= smallest]
        rest = Counter({cell: count for cell, count in cells.items() if count < smallest})
    told += [replace(cell, count=count) for cell, count in _added(rest, _whole_city).items()]
    return sorted(told, key=_order)


def _whole(one: Counted) -> Published:
    return Published(
        day=one.day, department=one.department or "", purpose=one.purpose, act=one.act, case=one.case
    )


def _as_it_is(cell: Published) -> Published:
    return cell


def _without_day(cell: Published) -> Published:
    return replace(cell, day=None)


def _without_purpose(cell: Published) -> Published:
    return replace(cell, day=None, purpose=None, case=None)


def _by_department(cell: Published) -> Published:
    return Published(day=None, department=cell.department, purpose=None, act=None, case=None)


def _whole_city(_cell: Published) -> Published:
    return Published(day=None, department=None, purpose=None, act=None, case=None)


def _added(cells: Counter[Published], coarser: Callable[[Published], Published]) -> Counter[Published]:
    found = Counter[Published]()
    for cell, count in cells.items():
        found[coarser(cell)] += count
    return found


def _order(line: Published) -> tuple[str, str, str, str, bool]:
    last = "~"
    return (
        last if line.day is None else line.day.isoformat(),
        last if line.department is None else line.department,
        last if line.purpose is None else line.purpose, line.act or last, bool(line.case),
    )  # fmt: skip
