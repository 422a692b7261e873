"""What can happen to a case, in the past tense. Each is written once, numbered, and never changed.

``rank`` is as what somebody acted on that day; the door puts it there out of the profile, no form does.
None of it has room for the health of staff: whoever the case is about can request it
(個人情報の保護に関する法律 第76条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from core.ids import AccountId, CallId, DepartmentId
from incidents.cases.endings import Ending
from incidents.cases.judgement import View
from incidents.cases.rule import Rank, Rule


class Way(StrEnum):
    """How it reached the hall: one register for all of them."""

    PHONE = "phone"
    COUNTER = "counter"
    VISIT = "visit"


class Source(StrEnum):
    """What the case was opened from."""

    FLAG = "flag"
    SIGNAL = "signal"
    HAND = "hand"


class AbsentBy(StrEnum):
    """Who says that the head is absent."""

    CALLER = "caller"  # whoever calls the judges
    DEPUTY = "deputy"  # a deputy (代理) is registered for the department


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Somebody who is called to judge, and as what."""

    account: AccountId
    rank: Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """Something that happened to a case."""

    at: datetime
    by: AccountId
    rank: Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSignal:
    """The signal from which a case was opened, as it read then. It is no finding, and holds no word."""

    kind: str
    rule: str
    version: str
    value: Mapping[str, int | float]
    limit: Mapping[str, int | float]
    """The city's figures of that day."""
    found_at: datetime
    seconds: float
    """Where in the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(CaseEvent):
    """The case began, under the rule of that day."""

    department: DepartmentId
    way: Way
    source: Source
    since: datetime
    """When it happened."""
    summary: str
    rule: Rule
    signal: KeptSignal | None = None
    """Of a case from a signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLinked(CaseEvent):
    """A call belongs to it."""

    call: CallId
    talked: AccountId | None
    """Who talked in it: whoever did does not judge it."""
    also: frozenset[AccountId] = frozenset()
    """Who talked in it too: before it was passed on, or beside the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuote:
    """Words that somebody heard, with all by which a third party finds and checks them."""

    id: UUID
    call: str
    """The call's id, or what the recording of a recorder's file is of."""
    text: str
    track: str
    speaker: str
    """Who spoke on that side at that second, in words; 不明 where nobody can tell."""
    start_ms: int
    """From the first sample of the recording, as ``end_ms``."""
    end_ms: int
    samples_sha256: str
    """Lower-case hex, of the master's samples."""
    heard_by: str
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLinked(CaseEvent):
    """Words of a call that somebody heard belong to it."""

    quote: UUID
    words: KeptQuote | None = None
    """As they were on that day: judges of other departments read them here, and paper prints them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStatement(CaseEvent):
    """The statement (5W1H) was written anew; the earlier versions stay."""

    version: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindsNamed(CaseEvent):
    """Which types and acts of the policy it may be."""

    types: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgesCalled(CaseEvent):
    """One press called those who are entitled."""

    judges: tuple[Judge, ...]
    head_absent: bool
    absent_by: AbsentBy | None = None
    """None: the head is there, or an event of before this was written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewGiven(CaseEvent):
    """A judge gave a view; given again, both stay."""

    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingWithdrawn(CaseEvent):
    """The finding stands no more, and nothing that was built on it does."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingEnded(CaseEvent):
    """対応の中止: a person spoke it."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTaken(CaseEvent):
    """The city did something about it. ``lasting``: such a kind rests on a finding."""

    measure: UUID
    kind: str
    lasting: bool
    on: date | None = None
    """Its day; None in events of before it was written down."""
    number: str = ""
    basis: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(CaseEvent):
    """Other departments are warned; it rests on the finding."""

    alert: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(CaseEvent):
    """下書き → 所属長確認."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadChecked(CaseEvent):
    """所属長確認 → 合議."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilAgreed(CaseEvent):
    """合議: somebody else than the one who checked agrees, and it can be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(CaseEvent):
    """Back to 下書き, with the reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(CaseEvent):
    """決定."""

    ending: Ending
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed(CaseEvent):
    """Decided in the city's own 電子決裁."""

    ending: Ending
    number: str
    """起案番号."""
    decided_on: date
    """決裁日."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(CaseEvent):
    """終結."""
