"""What is printed of a case: plain values, so that paper needs neither the database nor the rules of judging.

The same values give the same bytes (``report_pdf.render``). Nothing says when it was printed or by whom: that
belongs to who prints it, and would make two prints of one decision differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from incidents.cases.measures import Measure
from incidents.cases.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuote:
    """Words that somebody heard, with all by which a third party finds and checks them."""

    id: UUID
    text: str
    track: str
    """相手 or 庁内: which side of the recording."""
    speaker: str
    """Who spoke on that side at that second, or 不明."""
    start_seconds: float
    """From the first sample of the recording, as its end."""
    end_seconds: float
    samples_sha256: str
    """Lower-case hex, of the master's samples."""
    heard_by: str
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAnswer:
    """One of the questions that come before a view: our own fault, staff conduct, withdrawn, first time."""

    question: str
    answer: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """One judge's view with its reason; a later view stands beside the earlier one."""

    by: str
    post: str
    view: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFinding:
    """What came out of the views: one of the four endings; and that it was withdrawn, if so."""

    ending: str
    at: datetime
    rule: str
    """The city's rule by which it stands."""
    withdrawn_at: datetime | None = None
    withdrawn_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportApproval:
    """One step of 決裁 that a person took."""

    step: str
    post: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDecision:
    """A city that decides in its own 電子決裁: the draft's number there and the day of the decision."""

    draft_number: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """Everything that is printed of one case, in reading order."""

    city: str
    department: str
    number: str
    """件番号."""
    state: str
    """下書き … 終結."""
    statement: Statement
    practice: bool = False
    quotes: tuple[ReportQuote, ...] = ()
    types: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    statutes: tuple[str, ...] = ()
    """Articles that the policy names; never penalties."""
    answers: tuple[ReportAnswer, ...] = ()
    views: tuple[ReportView, ...] = ()
    finding: ReportFinding | None = None
    reason: str = ""
    """Why it was decided so."""
    measures: tuple[Measure, ...] = ()
    lapsed: Mapping[UUID, datetime] = field(default_factory=dict[UUID, datetime])
    """Since when a measure has lost its ground, by measure."""
    approvals: tuple[ReportApproval, ...] = ()
    decided_elsewhere: OwnDecision | None = None
