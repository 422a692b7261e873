"""A request as it stands: what its events have made of it. Values alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from core.ids import DepartmentId
from core.profile.disclosure import RequestKind, Term
from disclosure.clock import Amending, Course, Extension, Split
from disclosure.request_events import Agent, Answer, Ruling


class Stage(StrEnum):
    """Where a request stands on its way."""

    OPEN = "open"  # 受付・調査
    DECIDED = "decided"  # 決定
    DONE = "done"  # 実施
    TAKEN_BACK = "taken-back"  # 取下げ
    PASSED_ON = "passed-on"  # 移送
    CLOSED = "closed"  # 終了


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A section that was asked."""

    department: DepartmentId
    asked: date
    answered: date | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPerson:
    """A third person of whom something is in what was asked for; who they are lies sealed elsewhere."""

    asked: date
    until: date
    must: bool
    answered: date | None = None
    objects: bool = False
    told: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, and when it reached the requester."""

    answer: Answer
    on: date
    filed: str
    decider: str
    reason: str
    rest: bool = False
    """On what the special rule had left for later."""
    reached: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceeding:
    """A 審査請求 or a lawsuit about the decision."""

    lawsuit: bool
    since: date
    consulted: date | None = None
    advised: date | None = None
    ended: date | None = None
    ruling: Ruling | None = None
    filed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request."""

    number: int
    """Of the last event."""
    kind: RequestKind
    agency: str
    receipt: str
    received: date
    term: Term
    """The row under which it began, whatever the profile says since."""
    agent: Agent | None
    other_subject: bool
    stage: Stage = Stage.OPEN
    identity: date | None = None
    agent_cleared: bool = False
    agent_doubt: bool = False
    """The agent may stand against the subject, or the subject is under protection: for people to weigh."""
    amendings: tuple[Amending, ...] = ()
    inquiries: Mapping[UUID, Inquiry] = field(default_factory=dict[UUID, Inquiry])
    third_persons: Mapping[UUID, ThirdPerson] = field(default_factory=dict[UUID, ThirdPerson])
    extension: Extension | None = None
    split: Split | None = None
    decisions: tuple[Decision, ...] = ()
    method: str = ""
    done: date | None = None
    proceedings: Mapping[UUID, Proceeding] = field(default_factory=dict[UUID, Proceeding])
    last_day: date
    """The latest day that something counted on."""

    @property
    def course(self) -> Course:
        """What its clock asks."""
        return Course(
            received=self.received, amendings=self.amendings, extension=self.extension, split=self.split
        )

    @property
    def decision(self) -> Decision | None:
        """The latest decision."""
        return self.decisions[-1] if self.decisions else None

    @property
    def existence_may_show(self) -> bool:
        """Whether anything may tell who asks that there is something (第76条第2項, 第78条第1項第1号)."""
        return self.agent is not Agent.LEGAL or self.agent_cleared

    @property
    def rest_is_owed(self) -> bool:
        """Whether the special rule left a rest on which nothing is decided yet."""
        return self.split is not None and not any(one.rest for one in self.decisions)

    @property
    def contested(self) -> bool:
        """Whether a proceeding about it is going on."""
        return any(one.ended is None for one in self.proceedings.values())

    @property
    def objected(self) -> bool:
        """Whether a third person objects to what would be disclosed."""
        return any(one.objects for one in self.third_persons.values())
