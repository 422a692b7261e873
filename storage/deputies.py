"""代理: somebody stands in for the supervisors of a department until a day, and no longer.

A role counts for all of a person's departments. So only they can stand in to whom it gives no more than that
department: its own operators, and supervisors of another one (migration 0032 says so once more).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.actors import Role
from core.errors import DomainError, NotFound
from core.ids import AccountId, DepartmentId

LONGEST = timedelta(days=93)
"""Who stands in for longer has the post, and is given the role."""

_LENDS = frozenset({Role.OPERATOR, Role.SUPERVISOR})
_NAME = text("""
    INSERT INTO deputies (id, department, account_id, named_by, named_at, until)
    SELECT :id, :department, a.id, :by, :at, :until FROM accounts a WHERE a.login = :login
    ON CONFLICT (id) DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM deputies d JOIN accounts a ON a.id = d.account_id
     WHERE d.id = :id AND d.department = :department AND a.login = :login AND d.named_by = :by
""")
_END = text("""
    UPDATE deputies SET ended_at = :at, ended_by = :by
     WHERE id = :deputy AND ended_at IS NULL AND until > :at
""")
_LIST = text("""
    SELECT d.id, d.department, d.account_id, d.named_at, d.until, d.ended_at,
           a.display_name AS name, n.display_name AS named_by
      FROM deputies d JOIN accounts a ON a.id = d.account_id JOIN accounts n ON n.id = d.named_by
     WHERE coalesce(d.ended_at, d.until) > :since ORDER BY d.named_at DESC LIMIT 200
""")


class UnsuitableDeputy(DomainError):
    """This person cannot stand in there: another role or department of theirs would grow with it."""

    code = "unsuitable-deputy"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeputy:
    """Somebody is to stand in. ``id`` is the page's own: sent twice, it is one."""

    id: UUID
    department: DepartmentId
    login: str
    by: AccountId
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """Somebody stands in, or did."""

    id: UUID
    department: DepartmentId
    account: AccountId
    name: str
    named_by: str
    named_at: datetime
    until: datetime
    ended_at: datetime | None

    def stands_in(self, now: datetime) -> bool:
        """Whether it goes on at a moment."""
        return self.ended_at is None and now < self.until


def name_deputy(connection: Connection, new: NewDeputy) -> None:
    """Have somebody stand in for the supervisors of a department. Sent twice, it is said once.

    Raises:
        UnsuitableDeputy: nobody has that login name, they cannot stand in there, who names may not name, or
            it is not between now and LONGEST; the transaction is of no more use
    """
    values = {
        "id": new.id, "department": new.department, "login": new.login, "by": new.by, "at": new.at,
        "until": new.until,
    }  # fmt: skip
    if not new.at < new.until <= new.at + LONGEST:
        raise UnsuitableDeputy
    try:
        written = connection.execute(_NAME, values).rowcount == 1
    except (ProgrammingError, IntegrityError):  # the row rights, and the table's own, say no
        raise UnsuitableDeputy from None
    if not written and connection.execute(_SAME, values).one_or_none() is None:
        raise UnsuitableDeputy


def end_deputy(connection: Connection, deputy: UUID, by: AccountId, at: datetime) -> None:
    """End it before its day. Raises NotFound: there is none that goes on, or not theirs to end."""
    if connection.execute(_END, {"deputy": deputy, "by": by, "at": at}).rowcount != 1:
        raise NotFound


def deputies_since(connection: Connection, since: datetime) -> list[Deputy]:
    """Return who stands in, and who did until after a moment, newest first: as far as the asker may know."""
    return [_read(row) for row in connection.execute(_LIST, {"since": since})]


def with_deputy_rights(
    roles: frozenset[Role],
    departments: frozenset[DepartmentId],
    stands_in: frozenset[DepartmentId],
    below: frozenset[DepartmentId],
) -> tuple[frozenset[Role], frozenset[DepartmentId], frozenset[DepartmentId]]:
    """Return roles, departments, and where they stand in, of somebody with their own and with what was lent.

    Whose own rights have grown since, so that they would see more than they stand in for, gets nothing of it.

    Args:
        roles: their own
        departments: their own, with those below them
        stands_in: for whose supervisors they stand in now
        below: the same with those below them
    """
    fits = roles <= _LENDS and (Role.SUPERVISOR in roles or departments <= below)
    if not stands_in or not fits:
        return roles, departments, frozenset()
    return roles | {Role.SUPERVISOR}, departments | below, stands_in


def _read(row: Row[Any]) -> Deputy:
    return Deputy(
        id=row.id, department=DepartmentId(row.department), account=AccountId(row.account_id), name=row.name,
        named_by=row.named_by, named_at=row.named_at, until=row.until, ended_at=row.ended_at,
    )  # fmt: skip
