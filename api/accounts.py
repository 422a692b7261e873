"""Accounts: who may sign in, in which roles, for which departments. Nobody is deleted, only disabled.

The database rules who may do what; the city profile only seeds practice accounts.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import IntegrityError

from api.passwords import Passwords
from core.actors import Role
from core.clock import Clock
from core.errors import DomainError
from core.ids import AccountId, DepartmentId
from core.profile.model import CityProfile
from core.rights import needs_departments
from storage.database import Database

PASSWORD_LENGTH = 12
"""Characters at least. Length is what counts, not kinds of characters (NIST SP 800-63B §3.1.1.2)."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


class UnsuitableAccount(DomainError):
    """The account cannot be made like this."""

    code = "unsuitable-account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person who may sign in."""

    id: AccountId
    login: str
    display_name: str
    roles: frozenset[Role]
    departments: frozenset[DepartmentId]
    disabled_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeAccount:
    """A practice account as it was just made; its password is written down nowhere else."""

    login: str
    password: str
    display_name: str
    role: Role


def new_password() -> str:
    """Make a password that can be read out and typed: 72 bits, in three groups."""
    return "-".join(secrets.token_hex(3) for _ in range(3))


def create_account(  # noqa: PLR0913  an account has these parts
    database: Database,
    passwords: Passwords,
    clock: Clock,
    *,
    login: str,
    display_name: str,
    password: str,
    roles: Iterable[Role],
    departments: Iterable[DepartmentId],
) -> AccountId:
    """Make an account. Login: lower-case letters, digits, ``.``, ``_`` and ``-``, two characters at least.

    Raises:
        UnsuitableAccount: the login is taken or malformed, the password too short, or a role is missing.
    """
    wanted_roles, wanted_departments = frozenset(roles), frozenset(departments)
    if not _LOGIN.fullmatch(login):
        raise UnsuitableAccount("ログイン名は半角の小文字と数字と . _ - で、2文字以上にしてください。")
    if not display_name.strip():
        raise UnsuitableAccount("表示名を入れてください。")
    if len(password) < PASSWORD_LENGTH or login in password.lower():
        raise UnsuitableAccount(
            f"パスワードは{PASSWORD_LENGTH}文字以上で、ログイン名を含まないものにしてください。"
        )
    if not wanted_roles:
        raise UnsuitableAccount("役割を一つ以上選んでください。")
    if not wanted_departments and needs_departments(wanted_roles):
        raise UnsuitableAccount("電話担当・管理者・情報開示担当には部署が必要です。")
    account = AccountId(uuid4())
    row = {
        "id": account, "login": login, "name": display_name.strip(), "hash": passwords.hash(password),
        "roles": sorted(wanted_roles), "departments": sorted(wanted_departments), "now": clock.now(),
    }  # fmt: skip
    try:
        with database.begin() as connection:
            connection.execute(_INSERT, row)
    except IntegrityError:
        raise UnsuitableAccount("このログイン名は使われています。") from None
    return account


def set_password(database: Database, passwords: Passwords, login: str, password: str) -> None:
    """Give an account another password and end its sessions.

    Raises:
        UnsuitableAccount: there is no such account.
    """
    row = {"login": login, "hash": passwords.hash(password)}
    _change_and_sign_out(database, _SET_PASSWORD, row)


def disable_account(database: Database, clock: Clock, login: str) -> None:
    """Let an account sign in no more and end its sessions; what it did stays on record.

    Raises:
        UnsuitableAccount: there is no such account.
    """
    _change_and_sign_out(database, _DISABLE, {"login": login, "now": clock.now()})


def _change_and_sign_out(database: Database, change: TextClause, row: Mapping[str, object]) -> None:
    with database.begin() as connection:
        account = connection.execute(change, row).scalar_one_or_none()
        if account is None:
            raise UnsuitableAccount("この名前の利用者はいません。")
        for statement in (_SIGN_OUT, _STEP_OUT):
            connection.execute(statement, {"account": account})


def account_of(database: Database, login: str) -> AccountId:
    """Return whose login name it is.

    Raises:
        UnsuitableAccount: there is no such account.
    """
    with database.begin() as connection:
        account = connection.execute(_WHOSE, {"login": login}).scalar_one_or_none()
    if account is None:
        raise UnsuitableAccount("この名前の利用者はいません。")
    return AccountId(account)


def list_accounts(connection: Connection) -> list[Account]:
    """Return every account, by login. Password hashes stay where they are."""
    return [
        Account(
            id=AccountId(row.id),
            login=row.login,
            display_name=row.display_name,
            roles=frozenset(Role(role) for role in row.roles),
            departments=frozenset(DepartmentId(one) for one in row.departments),
            disabled_at=row.disabled_at,
            created_at=row.created_at,
        )
        for row in connection.execute(_LIST)
    ]


def seed_practice_accounts(
    database: Database, passwords: Passwords, clock: Clock, profile: CityProfile
) -> list[PracticeAccount]:
    """Make one account per role with a password of its own, unless there is any account already.

    Whose role looks into departments gets every one of the profile, so that a first look shows all.
    Returns what was made: the caller tells it to the person, or keeps it in a file with mode 0600.
    """
    with database.begin() as connection:
        if connection.execute(text("SELECT EXISTS (SELECT 1 FROM accounts)")).scalar_one():
            return []
    everywhere = [department.id for department in profile.departments]
    made: list[PracticeAccount] = []
    for login, name, role in (
        ("operator", "練習 電話担当", Role.OPERATOR),
        ("supervisor", "練習 管理者", Role.SUPERVISOR),
        ("records", "練習 情報開示担当", Role.RECORDS_OFFICER),
        ("auditor", "練習 監査", Role.AUDITOR),
        ("administrator", "練習 システム管理", Role.ADMINISTRATOR),
    ):
        password = new_password()
        departments = everywhere if needs_departments([role]) else []
        create_account(
            database, passwords, clock,
            login=login, display_name=name, password=password, roles=[role], departments=departments,
        )  # fmt: skip
        made.append(PracticeAccount(login=login, password=password, display_name=name, role=role))
    return made


_INSERT = text("""
    INSERT INTO accounts (id, login, display_name, password_hash, roles, departments, created_at)
    VALUES (:id, :login, :name, :hash, :roles, :departments, :now)
""")
_SET_PASSWORD = text("UPDATE accounts SET password_hash = :hash WHERE login = :login RETURNING id")
_DISABLE = text(
    "UPDATE accounts SET disabled_at = coalesce(disabled_at, :now) WHERE login = :login RETURNING id"
)
_SIGN_OUT = text("DELETE FROM web_sessions WHERE account_id = :account")
_WHOSE = text("SELECT id FROM accounts WHERE login = :login")
_STEP_OUT = text("DELETE FROM sign_in_steps WHERE account_id = :account")
_LIST = text("""
    SELECT id, login, display_name, roles, departments, disabled_at, created_at FROM accounts ORDER BY login
""")
