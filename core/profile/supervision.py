"""How people stand by an operator: supervisors on the call, telephones that ring for help, words to say.

None of it acts by itself: words are read aloud by a person or played because a person ordered it.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from core.ids import DepartmentId, PhoneId
from core.profile.part import Part


class WordingKind(StrEnum):
    """What words are for."""

    WARNING = "warning"  # 警告
    ENDING = "ending"  # 対応の中止


class Supervision(Part):
    """What supervisors may do on somebody else's call, and what the caller and the operator are told."""

    tell_operator: bool = Field(
        default=True, strict=True, description="the operator sees that somebody listens", examples=["true"]
    )
    barge_announcement: str = Field(
        default="",
        description="announcement to the caller before a supervisor comes in; without it nobody does",
        examples=["doutai"],
    )
    heads: tuple[PhoneId, ...] = Field(
        default=(),
        description="phones of those with power of decision: reminded before they take a call over",
        examples=["[somu1]"],
    )


class HelpChain(Part):
    """Telephones that ring one after another when a department's operator asks for help."""

    department: DepartmentId = Field(examples=["hoken-nenkin"])
    phones: tuple[PhoneId, ...] = Field(min_length=1, examples=["[hoken2, somu1]"])
    announcement: str = Field(
        description="spoken to whoever picks up: who asks, and that 1 accepts", examples=["ouen-hoken"]
    )


class Help(Part):
    """応援: how long a request waits on the screens, and which telephones ring after that."""

    accept_seconds: int = Field(
        default=20, strict=True, ge=0, le=300, description="before the first telephone rings", examples=["20"]
    )
    ring_seconds: int = Field(default=15, strict=True, ge=5, le=60, examples=["15"])
    chains: tuple[HelpChain, ...] = ()

    def chain(self, department: str) -> HelpChain | None:
        """Find the telephones of a department."""
        return next((one for one in self.chains if one.department == department), None)


class Wording(Part):
    """Words for a warning or an ending, from the policy; read aloud unless an announcement is named."""

    id: str = Field(examples=["keikoku-bougen"])
    kind: WordingKind = Field(examples=["warning"])
    types: tuple[str, ...] = Field(
        default=(), description="types of the policy they are for; none: for any", examples=["[T1]"]
    )
    text: str = Field(examples=["乱暴な言葉はお控えください。"])
    source: str = Field(examples=["品川区 対応要領 第7章 TYPE1"])
    announcement: str = Field(
        default="",
        description="announcement with these words, if the city lets them be played into a call",
        examples=["keikoku-bougen"],
    )
