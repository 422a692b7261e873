"""How long somebody works here, for whom, and on which lines (委託職員): set by whoever keeps the accounts.

From the end on nobody signs in with the account, its sessions are over, and the database shows it nothing
(migration 0032). What the person did stays on record.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from api.accounts import UnsuitableAccount
from core.ids import AccountId, LineId
from core.profile.model import CityProfile
from storage.database import Database

LONGEST_EMPLOYER = 100
"""Characters."""

_SET = text("""
    UPDATE accounts SET employer = :employer, ends_at = :ends_at, lines = :lines WHERE login = :login
    RETURNING id, departments
""")
_SIGN_OUT = text("DELETE FROM web_sessions WHERE account_id = :account")
_STEP_OUT = text("DELETE FROM sign_in_steps WHERE account_id = :account")
_LIST = text("""
    SELECT id, employer, ends_at, lines FROM accounts
     WHERE employer IS NOT NULL OR ends_at IS NOT NULL OR lines IS NOT NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """For whom somebody works here, until when, and which lines they see."""

    employer: str = ""
    """委託先・派遣元; empty: the city itself."""
    ends_at: datetime | None = None
    """None: no end. Whoever has another employer has one."""
    lines: frozenset[LineId] = frozenset()
    """Empty: every line of the departments."""

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended."""
        return self.ends_at is not None and self.ends_at <= now


def set_engagement(database: Database, profile: CityProfile, login: str, engagement: Engagement) -> None:
    """Say for whom and until when somebody works here; sessions end, so that it holds at once.

    Raises:
        UnsuitableAccount: there is no such account, another employer without an end, or a line that is not
            one of the person's departments
    """
    employer = engagement.employer.strip()
    if len(employer) > LONGEST_EMPLOYER or not employer.isprintable():
        raise UnsuitableAccount(f"委託先の名前は{LONGEST_EMPLOYER}文字以内で書いてください。")
    if employer and engagement.ends_at is None:
        raise UnsuitableAccount("委託先を書くときは、終わりの日も書いてください。")
    row = {
        "login": login, "employer": employer or None, "ends_at": engagement.ends_at,
        "lines": sorted(engagement.lines) or None,
    }  # fmt: skip
    with database.begin() as connection:
        found = connection.execute(_SET, row).one_or_none()
        if found is None:
            raise UnsuitableAccount("この名前の利用者はいません。")
        if not engagement.lines <= lines_of(profile, found.departments):
            raise UnsuitableAccount("窓口は、その人の部署の窓口から選んでください。")
        for statement in (_SIGN_OUT, _STEP_OUT):
            connection.execute(statement, {"account": found.id})


def lines_of(profile: CityProfile, departments: Collection[str]) -> frozenset[LineId]:
    """Return the lines of departments and of those below them."""
    reached = profile.with_those_below([one.id for one in profile.departments if one.id in departments])
    return frozenset(line.id for line in profile.lines if line.department in reached)


def engagements(connection: Connection) -> dict[AccountId, Engagement]:
    """Return whose time here ends, who has another employer, and who sees a few lines only."""
    return {
        AccountId(row.id): Engagement(
            employer=row.employer or "",
            ends_at=row.ends_at,
            lines=frozenset(LineId(one) for one in row.lines or ()),
        )
        for row in connection.execute(_LIST)
    }
