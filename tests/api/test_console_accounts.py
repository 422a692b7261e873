"""Accounts after their first day: a new password, and a person who has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from api.accounts import UnsuitableAccount, disable_account, set_password
from api.sessions import Sessions
from core.actors import Role
from core.ids import AccountId

if TYPE_CHECKING:
    from tests.fixtures_console import Visitor
    from tests.office import Office

pytestmark = pytest.mark.real


@pytest.fixture
def sessions(office: Office) -> Sessions:
    return Sessions(office.parts.database, office.parts.clock, office.parts.settings)


def test_a_new_password_ends_the_sessions_of_the_old_one(office: Office, sessions: Sessions) -> None:
    cookie = sessions.open(office.account("sato", Role.OPERATOR))

    set_password(office.parts.database, office.parts.passwords, "sato", "a-quite-new-password")

    assert sessions.find(cookie) is None
    stored = stored_hash(office)
    assert office.parts.passwords.matches("a-quite-new-password", stored)


def test_whoever_was_disabled_is_signed_out_at_once(office: Office, sessions: Sessions) -> None:
    cookie = sessions.open(office.account("sato", Role.OPERATOR))

    disable_account(office.parts.database, office.parts.clock, "sato")

    assert sessions.find(cookie) is None


def test_nobody_of_that_name_is_told_so(office: Office) -> None:
    with pytest.raises(UnsuitableAccount):
        set_password(office.parts.database, office.parts.passwords, "nobody", "a-quite-new-password")
    with pytest.raises(UnsuitableAccount):
        disable_account(office.parts.database, office.parts.clock, "nobody")


def test_departments_stand_in_the_citys_own_order(
    office: Office, visitor: Callable[[AccountId], Visitor]
) -> None:
    everywhere = tuple(one.id for one in office.parts.profile.departments)
    office.account("sato", Role.OPERATOR, departments=tuple(reversed(everywhere)))
    page = visitor(office.account("kanri", Role.ADMINISTRATOR)).get("/accounts").text

    assert "、".join(one.name for one in office.parts.profile.departments) in page


def stored_hash(office: Office) -> str:
    with office.parts.database.begin() as connection:
        found: str = connection.exec_driver_sql(
            "SELECT password_hash FROM accounts WHERE login = 'sato'"
        ).scalar_one()
    return found
