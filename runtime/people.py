"""Accounts from the command line: the first ones, and those added later."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from api.accounts import (
    PracticeAccount,
    account_of,
    create_account,
    disable_account,
    new_password,
    seed_practice_accounts,
    set_password,
)
from api.passwords import Passwords
from api.second_factors import SecondFactors
from api.sessions import Sessions
from core.actors import Role
from core.clock import SystemClock
from core.errors import DomainError
from core.ids import DepartmentId
from core.settings import Settings
from runtime.installation import Installation
from runtime.wiring import console_parts
from storage.database import Database


class UnknownRole(DomainError):
    """役割は operator、supervisor、records-officer、auditor、administrator から選んでください。"""

    code = "unknown-role"


class UnknownDepartment(DomainError):
    """市の設定ファイルにない部署です。部署の ID を確かめてください。"""

    code = "unknown-department"


@contextmanager
def _accounts(installation: Installation) -> Generator[Database]:
    database = Database(installation.dsn("app"), connections=1)
    try:
        yield database
    finally:
        database.close()


def first_people(installation: Installation) -> list[PracticeAccount]:
    """Make the first accounts, one per role, if there is none yet; their passwords are told once."""
    with _accounts(installation) as database:
        return seed_practice_accounts(database, Passwords(), SystemClock(), installation.profile)


def add_person(
    settings: Settings, *, login: str, name: str, roles: Sequence[str], departments: Sequence[str]
) -> str:
    """Add an account and return its password, which is kept nowhere else.

    Raises:
        UnknownRole, UnknownDepartment, UnsuitableAccount
    """
    installation = Installation(settings)
    if not set(roles) <= {role.value for role in Role}:
        raise UnknownRole
    if not set(departments) <= {str(one.id) for one in installation.profile.departments}:
        raise UnknownDepartment
    password = new_password()
    with _accounts(installation) as database:
        create_account(
            database,
            Passwords(),
            SystemClock(),
            login=login,
            display_name=name,
            password=password,
            roles=[Role(role) for role in roles],
            departments=[DepartmentId(one) for one in departments],
        )
    return password


def renew_password(settings: Settings, login: str) -> str:
    """Give an account a new password, end its sessions, and return the password.

    Raises:
        UnsuitableAccount: there is no such account
    """
    password = new_password()
    with _accounts(Installation(settings)) as database:
        set_password(database, Passwords(), login, password)
    return password


def disable_person(settings: Settings, login: str) -> None:
    """Let somebody sign in no more, and end their sessions at once.

    Raises:
        UnsuitableAccount: there is no such account
    """
    with _accounts(Installation(settings)) as database:
        disable_account(database, SystemClock(), login)


def forget_second_factor(settings: Settings, login: str) -> bool:
    """Let somebody who lost telephone and recovery codes in by the password alone, and end their sessions.

    False: there was no second factor.

    Raises:
        UnsuitableAccount: there is no such account
    """
    parts = console_parts(Installation(settings))
    try:
        account = account_of(parts.database, login)
        Sessions(parts.database, parts.clock, settings.console).end_everywhere(account)
        return SecondFactors(parts.database, parts.clock, parts.sign_in_key).forget(account)
    finally:
        parts.database.close()
