"""One case (事案) as its events have made it. It is the fold of them and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from core.ids import AccountId, CallId, DepartmentId
from incidents.cases.board import Board
from incidents.cases.endings import Ending
from incidents.cases.events import KeptQuote, KeptSignal, NewStatement, Source, Way
from incidents.cases.rule import Rule


class Stage(StrEnum):
    """Where a case stands on its way."""

    DRAFT = "draft"  # 下書き
    HEAD_CHECK = "head-check"  # 所属長確認
    COUNCIL = "council"  # 合議
    DECISION = "decision"  # 合議が済み、決定を待つ
    DECIDED = "decided"  # 決定
    CLOSED = "closed"  # 終結


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Several people found it, as the rule of the case demands."""

    at: datetime
    by: frozenset[AccountId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something the city did about it."""

    id: UUID
    kind: str
    lasting: bool
    at: datetime
    stands: bool = True
    """False once the finding that it rested on was withdrawn."""
    on: date | None = None
    number: str = ""
    basis: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How it was decided, when and where."""

    ending: Ending
    at: datetime
    by: AccountId
    reason: str = ""
    filed: str = ""
    """起案番号 of the city's own 電子決裁."""
    decided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case. ``number`` is that of its last event, from 1."""

    number: int
    department: DepartmentId
    way: Way
    source: Source
    since: datetime
    summary: str
    opened_at: datetime
    opened_by: AccountId
    rule: Rule
    stage: Stage = Stage.DRAFT
    calls: tuple[CallId, ...] = ()
    talked: frozenset[AccountId] = frozenset()
    quotes: tuple[UUID, ...] = ()
    heard: tuple[KeptQuote, ...] = ()
    """The words of these quotes, as far as the events hold them."""
    statements: tuple[NewStatement, ...] = ()
    types: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    board: Board = field(default_factory=Board)
    finding: Finding | None = None
    measures: tuple[Measure, ...] = ()
    alerts: tuple[UUID, ...] = ()
    """Those that stand: a withdrawn finding takes them along."""
    ended_at: datetime | None = None
    """対応の中止. None again once the finding was withdrawn."""
    signal: KeptSignal | None = None
    """What the case was opened from, if a rule had found it."""
    checked_by: AccountId | None = None
    decision: Decision | None = None

    @property
    def settled(self) -> bool:
        """Say whether nobody can be led any more by reading the others' views."""
        return self.finding is not None or self.decision is not None

    @property
    def statement(self) -> NewStatement | None:
        """Return the statement as it reads now."""
        return self.statements[-1] if self.statements else None
