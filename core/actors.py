"""Who acts, and for what purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from core.ids import AccountId, DepartmentId, LineId, PhoneId


class Role(StrEnum):
    """What an account may do. Several per person are allowed."""

    OPERATOR = "operator"  # 電話担当: own calls
    SUPERVISOR = "supervisor"  # 管理者: calls of the own departments
    RECORDS_OFFICER = (
        "records-officer"  # 情報開示担当: facts under a request, content of what was accepted for it
    )
    AUDITOR = "auditor"  # 監査: the access log alone
    ADMINISTRATOR = "administrator"  # システム管理: no recorded content at all


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody opens a recording or a transcript (聴取台帳): one of the city's list, none by default."""

    id: str
    case: str | None = None
    """The case number (件番号) under which, in one of the forms that the city's profile allows."""

    # Those that a city has which lists none of its own.
    RECORD_KEEPING: ClassVar[Purpose]
    HARASSMENT_REVIEW: ClassVar[Purpose]
    FACT_CHECK: ClassVar[Purpose]
    DISCLOSURE: ClassVar[Purpose]
    TRAINING: ClassVar[Purpose]


Purpose.RECORD_KEEPING = Purpose("record-keeping")  # 対応記録の作成
Purpose.HARASSMENT_REVIEW = Purpose("harassment-review")  # カスタマーハラスメントの判断
Purpose.FACT_CHECK = Purpose("fact-check")  # 申出内容の事実確認
Purpose.DISCLOSURE = Purpose("disclosure")  # 開示請求への対応
Purpose.TRAINING = Purpose("training")  # 練習通話の振り返り (practice calls only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A signed-in person, as the rules see them."""

    account: AccountId
    roles: frozenset[Role]
    departments: frozenset[DepartmentId]
    phone: PhoneId | None = None
    session: bytes | None = field(default=None, repr=False)
    """Which of the person's sessions it is: what a play that was opened in it hangs on."""
    lines: frozenset[LineId] | None = None
    """The only lines they see, of their departments; None: every one."""
    standing_in: frozenset[DepartmentId] = frozenset()
    """Of the departments, those where they stand in for a supervisor until a day (代理)."""

    def has(self, role: Role) -> bool:
        """Say whether the actor holds a role."""
        return role in self.roles
