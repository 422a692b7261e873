"""庁内警報 (alert): for a while every section that a number calls is asked to do something. Values alone.

It is an instruction, whom to call, and an end: not what happened, not how often, and no word about a person.
It belongs to a number, and a number is not a person: pages say 「この番号からの電話」. It neither ends,
refuses, delays nor ranks a call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from core.ids import DepartmentId

IncidentRef = NewType("IncidentRef", str)
"""Names an incident whose finding carries an alert."""


class AlertKind(StrEnum):
    """How it came about, and with that how long it may hold."""

    PROVISIONAL = "provisional"  # 仮警報: a supervisor's own, over at midnight in Japan
    STANDING = "standing"  # carried by a standing finding of the board


class StandingFinding(Protocol):
    """Says whether the board's finding in an incident stands: it was made, and was not withdrawn."""

    def __call__(self, incident: IncidentRef) -> bool:
        """Ask about one incident."""
        ...


def no_board(incident: IncidentRef) -> bool:
    """Stand where an alert rests on no finding: from the page of a call only 仮警報 are placed."""
    del incident
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """What counts of the call from which an alert is placed."""

    department: DepartmentId
    agency: str
    caller_class: str
    practice: bool
    incoming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWanted:
    """What a supervisor asks for. ``until`` is what they ask, not what they get."""

    instructions: tuple[str, ...]
    who_to_call: str
    until: datetime
    agencies: frozenset[str] = frozenset()
    """Other 実施機関 that shall be told."""
    finding: IncidentRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """Another 実施機関 is told, on a ground of the profile: a line of the 提供台帳."""

    agency: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTerms:
    """What comes of it: kind, end, and who else is told. ``instructions`` in the order of the profile."""

    kind: AlertKind
    until: datetime
    instructions: tuple[str, ...]
    who_to_call: str
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """Where an alert stands."""

    placed_at: datetime
    until: datetime
    withdrawn_at: datetime | None = None

    def running(self, now: datetime) -> bool:
        """Say whether it is shown now."""
        return self.withdrawn_at is None and self.placed_at <= now < self.until
