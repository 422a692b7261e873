"""An attack: what somebody tries, the one guard that stands there, and how a test takes that guard away.

An attempt says whether it got what it wanted. With its guard it must not, and the log must say so; without
the guard it must, or it would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What stands in the way. ``away`` takes it away for a while, in the test's own wiring."""

    name: str
    away: Callable[[AttackedHall], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attempt. ``behind``: what would stop it all the same, and is taken away together with the guard."""

    name: str
    guard: Guard
    attempt: Callable[[AttackedHall], bool]
    told: str | None
    """What is logged: an event, ``event:code``, or ``knock:act:reason`` in the access log.

    None: what was tried is taken as the plain words that it is, so there is nothing to log.
    """
    behind: tuple[Guard, ...] = ()
