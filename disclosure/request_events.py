"""What can happen to a request, in the past tense. Each is written once, numbered, and never changed.

No event names the requester, an agent or a third person, or holds a word of a call: who they are lies sealed
beside the request, and an event points at them. ``on`` is the day on which something counts, which is not
always the day on which it was written down: a form that came on Friday is entered on Monday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from core.ids import AccountId, DepartmentId
from core.profile.disclosure import RequestKind, Term


class Agent(StrEnum):
    """Who asks in somebody's place (個人情報の保護に関する法律 第76条第2項)."""

    LEGAL = "legal"  # 法定代理人
    APPOINTED = "appointed"  # 任意代理人


class Answer(StrEnum):
    """What is decided on a request."""

    FULL = "full"  # 全部
    PARTIAL = "partial"  # 部分 (第79条)
    NONE = "none"  # 不開示
    ABSENT = "absent"  # 不存在
    NOT_SAID = "not-said"  # 存否応答拒否 (第81条)


DISCLOSING = frozenset({Answer.FULL, Answer.PARTIAL})
"""After these something is handed over or done."""


class Ruling(StrEnum):
    """What a 審査請求 or a lawsuit came to."""

    UPHELD = "upheld"  # 棄却: the decision stands
    DISMISSED = "dismissed"  # 却下: it was not looked into
    CHANGED = "changed"  # 認容: the decision falls, in whole or in part
    WITHDRAWN = "withdrawn"  # 取下げ


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEvent:
    """Something that happened to a request."""

    at: datetime
    by: AccountId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(RequestEvent):
    """The form came in; the clock runs under the row of that day."""

    kind: RequestKind
    agency: str
    number: str
    """The city's own receipt number."""
    term: Term
    agent: Agent | None = None
    other_subject: bool = False
    """The subject of the call is somebody else than the owner of its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChecked(RequestEvent):
    """Somebody looked at papers that show who asks."""

    shown: str
    """What was shown, as the city calls it: a kind of paper, never its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCleared(RequestEvent):
    """A person asked whether the agent stands against the subject, or the subject is under protection.

    Source: 第78条第1項第1号, and 住民基本台帳事務における支援措置. Before it nothing tells the agent of
    anything.
    """

    conflict: bool
    protected: bool
    """支援措置."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendingAsked(RequestEvent):
    """補正: the requester was asked to mend the form."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendingDone(RequestEvent):
    """The form was mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InquirySent(RequestEvent):
    """所管課照会: a section was asked what it holds and what it thinks."""

    inquiry: UUID
    department: DepartmentId


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryAnswered(RequestEvent):
    """The section answered."""

    inquiry: UUID
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPersonAsked(RequestEvent):
    """A third person was asked for an opinion (第86条)."""

    person: UUID
    until: date
    must: bool
    """第2項: the opinion has to be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPersonAnswered(RequestEvent):
    """A third person answered."""

    person: UUID
    objects: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectorTold(RequestEvent):
    """Who objected was told of the decision, its reason and the day of disclosure (第86条第3項)."""

    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(RequestEvent):
    """A longer period was decided, and told with its reason (第83条第2項)."""

    days: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitTold(RequestEvent):
    """The special rule for very many records was told (第84条)."""

    rest_until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(RequestEvent):
    """A decision; ``on`` is its day. ``rest``: the one on what the special rule left for later."""

    answer: Answer
    filed: str
    """決裁番号."""
    decider: str
    """As what they decide: 市長, 教育委員会 …"""
    reason: str
    remedies_told: bool
    """教示: the notice says in writing how and until when it can be contested."""
    rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReached(RequestEvent):
    """The notice reached the requester: periods of the remedies run from the day after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodChosen(RequestEvent):
    """The receiver said how they want to have it (第87条第3項)."""

    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut(RequestEvent):
    """It was handed over, heard, or done."""

    method: str
    fee: int | None = None
    """Yen that were received for it, as the ordinance says; None where nobody wrote it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack(RequestEvent):
    """取下げ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn(RequestEvent):
    """移送 to another agency, which decides instead (第85条)."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked(RequestEvent):
    """審査請求."""

    proceeding: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewConsulted(RequestEvent):
    """諮問: the review board was asked (第105条第3項)."""

    proceeding: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAdvised(RequestEvent):
    """答申: the board answered."""

    proceeding: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRuled(RequestEvent):
    """裁決."""

    proceeding: UUID
    ruling: Ruling
    filed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sued(RequestEvent):
    """A lawsuit began."""

    proceeding: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitEnded(RequestEvent):
    """The lawsuit is over, and nobody can appeal."""

    proceeding: UUID
    ruling: Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(RequestEvent):
    """Nothing is left to do."""
