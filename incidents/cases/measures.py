"""What the city does about a case (措置): with its day, its number and its ground.

What lasts beyond the call, or turns against the person, needs a finding that stands. What warns, protects
or asks for advice is always free: a warning and a call to the police wait for nobody's judgement
(品川区 対応要領 第6章(2)⑤, 第7章 TYPE2, TYPE5). Articles are named, penalties never: they change, and a
measure is no sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from core.errors import DomainError
from incidents.readable import is_readable

LONGEST_NUMBER, LONGEST_BASIS, LONGEST_NOTE = 100, 300, 1000
"""Characters."""


class MeasureKind(StrEnum):
    """Kinds of measures, in the order in which a page offers them."""

    WARNING = "warning"
    POLICE_110 = "police-110"
    POLICE_ADVICE = "police-advice"
    LAWYER = "lawyer"
    TAKE_DOWN = "take-down"
    LEAVE_ORDER = "leave-order"
    AGREED_ANSWER = "agreed-answer"
    ONE_WINDOW = "one-window"
    CERTIFIED_MAIL = "certified-mail"
    BAR_INQUIRY = "bar-inquiry"
    SENDER_DISCLOSURE = "sender-disclosure"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfMeasure:
    """What is known of a kind of measure."""

    name: str
    needs_finding: bool
    numbered: str
    """What its number is called; empty where there is none."""
    basis: str
    """The ground that is offered; a person may write the city's own."""
    why: str
    """Why it needs a finding, or why it does not."""


_PROVIDERS = "特定電気通信による情報の流通によって発生する権利侵害等への対処に関する法律"

KINDS: Mapping[MeasureKind, KindOfMeasure] = MappingProxyType({
    MeasureKind.WARNING: KindOfMeasure(
        name="警告", needs_finding=False, numbered="", basis="市の対応要領",
        why="言葉での注意は、いつでもできます。",
    ),
    MeasureKind.POLICE_110: KindOfMeasure(
        name="110番通報", needs_finding=False, numbered="受理番号", basis="市の対応要領",
        why="身の危険があるときは、判断を待たずに通報します。",
    ),
    MeasureKind.POLICE_ADVICE: KindOfMeasure(
        name="警察相談（#9110・所轄）", needs_finding=False, numbered="受理番号", basis="市の対応要領",
        why="相談は、いつでもできます。",
    ),
    MeasureKind.LAWYER: KindOfMeasure(
        name="弁護士相談", needs_finding=False, numbered="相談の番号", basis="市の対応要領",
        why="相談は、いつでもできます。",
    ),
    MeasureKind.TAKE_DOWN: KindOfMeasure(
        name="削除依頼", needs_finding=False, numbered="受付番号", basis=f"{_PROVIDERS}第3条",
        why="広がるのを止めるためで、相手の利用を制限しません。",
    ),
    MeasureKind.LEAVE_ORDER: KindOfMeasure(
        name="退去命令", needs_finding=False, numbered="文書番号", basis="市の庁舎管理規則、刑法第130条",
        why="庁舎の管理者が、その場で命じます。",
    ),
    MeasureKind.AGREED_ANSWER: KindOfMeasure(
        name="統一回答", needs_finding=True, numbered="文書番号", basis="市の対応要領",
        why="これからの応対が変わるため、判断が要ります。",
    ),
    MeasureKind.ONE_WINDOW: KindOfMeasure(
        name="連絡窓口の一本化", needs_finding=True, numbered="文書番号", basis="市の対応要領",
        why="これからの応対が変わるため、判断が要ります。",
    ),
    MeasureKind.CERTIFIED_MAIL: KindOfMeasure(
        name="内容証明郵便", needs_finding=True, numbered="引受番号", basis="郵便法第48条",
        why="相手に向けた手続きのため、判断が要ります。",
    ),
    MeasureKind.BAR_INQUIRY: KindOfMeasure(
        name="弁護士会照会", needs_finding=True, numbered="照会番号", basis="弁護士法第23条の2",
        why="相手の情報を求める手続きのため、判断が要ります。",
    ),
    MeasureKind.SENDER_DISCLOSURE: KindOfMeasure(
        name="発信者情報開示請求", needs_finding=True, numbered="事件番号", basis=f"{_PROVIDERS}第5条、第8条",
        why="相手の情報を求める手続きのため、判断が要ります。",
    ),
})  # fmt: skip


class MeasureFaulty(DomainError):
    """措置の日、番号、根拠のどれかに、直すところがあります。"""

    code = "measure-faulty"
    http_status = 422


class FindingNeeded(DomainError):
    """この措置には、複数の職員による判断（該当）が要ります。警告、警察への通報と相談は、いつでもできます。"""

    code = "finding-needed"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure that was taken.

    Raises:
        MeasureFaulty: no ground, or something longer than its field
    """

    id: UUID
    kind: MeasureKind
    on: date
    basis: str
    number: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        wanted = ((self.basis, LONGEST_BASIS), (self.number, LONGEST_NUMBER), (self.note, LONGEST_NOTE))
        if not self.basis.strip() or any(len(one) > longest for one, longest in wanted):
            raise MeasureFaulty
        if not is_readable(self.basis + self.number) or not is_readable(self.note, lines=True):
            raise MeasureFaulty

    @property
    def line(self) -> str:
        """The measure as it is printed, without its note."""
        kind = KINDS[self.kind]
        number = f"　{kind.numbered or '番号'} {self.number}" if self.number else ""
        return f"{self.on.year}年{self.on.month}月{self.on.day}日　{kind.name}{number}　根拠 {self.basis}"


def may_take(kind: MeasureKind, *, finding_stands: bool) -> bool:
    """Say whether a measure of this kind may be written down now."""
    return finding_stands or not KINDS[kind].needs_finding


def check_measure(measure: Measure, *, today: date, finding_stands: bool) -> None:
    """Make sure that a measure may be written down.

    Raises:
        FindingNeeded: it lasts, and no finding stands
        MeasureFaulty: its day has not come yet
    """
    if not may_take(measure.kind, finding_stands=finding_stands):
        raise FindingNeeded
    if measure.on > today:
        raise MeasureFaulty


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed:
    """A measure whose ground is gone: it stays written, and people have to end it."""

    measure: Measure
    since: datetime


def lapsed(measures: Iterable[Measure], *, withdrawn_at: datetime | None) -> tuple[Lapsed, ...]:
    """Return the measures that fall with a finding that was withdrawn; those that were free stand."""
    if withdrawn_at is None:
        return ()
    return tuple(Lapsed(measure=one, since=withdrawn_at) for one in measures if KINDS[one.kind].needs_finding)
