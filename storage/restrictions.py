"""閲覧制限: calls about councillors or former officials, seen by the members of a named group alone.

Whoever makes a group is in it; its supervisors put people in and take them out, put calls of their department
under it, and open them up again. None of it is ever deleted: who did what stays. While a call goes on it
hinders nobody who is called for help; its live text is for the members and for whoever talks. The database
keeps it from everybody else, also in search (migration 0032).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.errors import DomainError, NotFound
from core.ids import AccountId, CallId, DepartmentId
from storage.presses import write_once

SHORTEST_REASON, LONGEST_REASON, LONGEST_NAME = 5, 500, 60
"""Characters."""

# Without naming the column: named, PostgreSQL asks whether the maker may read the row, before they are in it.
_MAKE = text("""
    INSERT INTO restricted_groups (id, name, department, made_by, made_at)
    VALUES (:id, :name, :department, :by, :at) ON CONFLICT DO NOTHING
""")
_SAME_GROUP = text(
    "SELECT 1 FROM restricted_groups WHERE id = :id AND name = :name AND department = :department"
)
_GROUPS = text("""
    SELECT g.id, g.name, g.department, m.account_id, m.added_at, a.display_name, a.login
      FROM restricted_groups g
      JOIN restricted_members m ON m.group_id = g.id AND m.left_at IS NULL
      JOIN accounts a ON a.id = m.account_id
     ORDER BY g.name, g.id, m.added_at
""")
_ADD = text("""
    INSERT INTO restricted_members (group_id, account_id, added_by, added_at)
    SELECT :group, a.id, :by, :at FROM accounts a
     WHERE a.login = :login AND a.disabled_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM restricted_members m
                        WHERE m.group_id = :group AND m.account_id = a.id AND m.left_at IS NULL)
""")
_IS_IN = text("""
    SELECT 1 FROM restricted_members m JOIN accounts a ON a.id = m.account_id
     WHERE m.group_id = :group AND a.login = :login AND m.left_at IS NULL
""")
_TAKE_OUT = text("""
    UPDATE restricted_members SET left_at = :at, removed_by = :by
     WHERE group_id = :group AND account_id = :account AND left_at IS NULL
""")
_RESTRICT = text("""
    INSERT INTO call_restrictions (id, call_id, group_id, reason, placed_by, placed_at)
    VALUES (:id, :call, :group, :reason, :by, :at) ON CONFLICT (id) DO NOTHING
""")
_SAME_RESTRICTION = text(
    "SELECT 1 FROM call_restrictions WHERE id = :id AND call_id = :call AND group_id = :group"
)
_LIFT = text("""
    UPDATE call_restrictions SET lifted_at = :at, lifted_by = :by, lifted_reason = :reason
     WHERE call_id = :call AND lifted_at IS NULL
""")
_OF_CALL = text("""
    SELECT g.name, s.reason, s.placed_at, p.display_name AS placed_by,
           s.lifted_at, l.display_name AS lifted_by, s.lifted_reason
      FROM call_restrictions s JOIN restricted_groups g ON g.id = s.group_id
      JOIN accounts p ON p.id = s.placed_by LEFT JOIN accounts l ON l.id = s.lifted_by
     WHERE s.call_id = :call ORDER BY s.placed_at DESC
""")


class UnsuitableMember(DomainError):
    """Nobody who may sign in has that login name, or the last supervisor would leave the group."""

    code = "unsuitable-member"
    http_status = 422


class NotToRestrict(DomainError):
    """The call is under a restriction already, is not the supervisor's own, or the group is not theirs."""

    code = "not-to-restrict"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a group."""

    account: AccountId
    name: str
    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedGroup:
    """A group as its members see it; nobody else knows that there is one."""

    id: UUID
    name: str
    department: DepartmentId
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRestriction:
    """A call is to be kept to a group. ``id`` is the page's own: sent twice, it is one."""

    id: UUID
    call: CallId
    group: UUID
    reason: str
    by: AccountId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A restriction of a call, standing or lifted, as the group's members see it."""

    group: str
    reason: str
    placed_at: datetime
    placed_by: str
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_reason: str | None


def make_group(  # noqa: PLR0913, PLR0917  a group has these parts
    connection: Connection, group: UUID, name: str, department: DepartmentId, by: AccountId, at: datetime
) -> None:
    """Make a group, with whoever makes it in it. Sent twice, it is one.

    Raises:
        UnsuitableMember: no supervisor of that department makes it
        PressUsed: the id stands for another one
    """
    row = {"id": group, "name": name, "department": department, "by": by, "at": at}
    try:
        write_once(connection, _MAKE, _SAME_GROUP, row)
    except (ProgrammingError, IntegrityError):
        raise UnsuitableMember from None


def groups_of(connection: Connection) -> list[RestrictedGroup]:
    """Return the groups that the asker is in, by name."""
    found: dict[UUID, RestrictedGroup] = {}
    for row in connection.execute(_GROUPS):
        member = Member(account=AccountId(row.account_id), name=row.display_name, login=row.login)
        known = found.get(row.id)
        found[row.id] = RestrictedGroup(
            id=row.id,
            name=row.name,
            department=DepartmentId(row.department),
            members=(*(known.members if known else ()), member),
        )
    return list(found.values())


def add_member(connection: Connection, group: UUID, login: str, by: AccountId, at: datetime) -> None:
    """Put somebody into a group. Twice is once.

    Raises:
        UnsuitableMember: nobody has that name, or who adds is no supervisor in the group; the transaction is
            of no more use
    """
    row = {"group": group, "login": login, "by": by, "at": at}
    try:
        added = connection.execute(_ADD, row).rowcount
    except (ProgrammingError, IntegrityError):
        raise UnsuitableMember from None
    if not added and connection.execute(_IS_IN, row).one_or_none() is None:
        raise UnsuitableMember


def take_out(connection: Connection, group: UUID, account: AccountId, by: AccountId, at: datetime) -> None:
    """Take somebody out of a group; one supervisor stays.

    Raises:
        NotFound: they are not in it, or it is not for the asker to do
        UnsuitableMember: no supervisor would be left; the transaction is of no more use
    """
    try:
        gone = connection.execute(_TAKE_OUT, {"group": group, "account": account, "by": by, "at": at})
    except (ProgrammingError, IntegrityError):
        raise UnsuitableMember from None
    if gone.rowcount == 0:
        raise NotFound


def restrict(connection: Connection, new: NewRestriction) -> None:
    """Keep a call to a group from now on. Sent twice, it is one.

    Raises:
        NotToRestrict: it is under one already, not of the supervisor's departments, or the group is not
            theirs; the transaction is of no more use
        PressUsed: the id stands for another one
    """
    row = {
        "id": new.id, "call": new.call, "group": new.group, "reason": new.reason, "by": new.by, "at": new.at,
    }  # fmt: skip
    try:
        write_once(connection, _RESTRICT, _SAME_RESTRICTION, row)
    except (ProgrammingError, IntegrityError):
        raise NotToRestrict from None


def lift_restriction(connection: Connection, call: CallId, reason: str, by: AccountId, at: datetime) -> None:
    """Open a call up again; who, when and why stays.

    Raises:
        NotFound: it is under none, or its group is not one that the asker supervises
    """
    lifted = connection.execute(_LIFT, {"call": call, "reason": reason, "by": by, "at": at})
    if lifted.rowcount == 0:
        raise NotFound


def restrictions_of(connection: Connection, call: CallId) -> list[Restriction]:
    """Return what kept a call to groups of the asker's, newest first."""
    return [
        Restriction(
            group=row.name, reason=row.reason, placed_at=row.placed_at, placed_by=row.placed_by,
            lifted_at=row.lifted_at, lifted_by=row.lifted_by, lifted_reason=row.lifted_reason,
        )
        for row in connection.execute(_OF_CALL, {"call": call})
    ]  # fmt: skip
