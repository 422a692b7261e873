"""Which accounts are made, and which are refused as unsuitable."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from api.accounts import UnsuitableAccount, create_account, seed_practice_accounts
from core.actors import Role
from core.ids import DepartmentId
from tests.office import HOKEN, PASSWORD, Office

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("login", "password", "roles", "departments"),
    [
        ("Sato", PASSWORD, [Role.OPERATOR], [HOKEN]),
        ("sato", "short", [Role.OPERATOR], [HOKEN]),
        ("sato", "xx-sato-xx-sato", [Role.OPERATOR], [HOKEN]),
        ("sato", PASSWORD, [], [HOKEN]),
        ("sato", PASSWORD, [Role.SUPERVISOR], []),
        ("taken", PASSWORD, [Role.OPERATOR], [HOKEN]),
    ],
)
def test_unsuitable_accounts_are_not_made(
    office: Office, login: str, password: str, roles: list[Role], departments: list[DepartmentId]
) -> None:
    office.account("taken", Role.OPERATOR)
    parts = office.parts

    with pytest.raises(UnsuitableAccount):
        create_account(
            parts.database, parts.passwords, parts.clock,
            login=login, display_name="佐藤", password=password, roles=roles, departments=departments,
        )  # fmt: skip


def test_practice_accounts_are_made_once_and_open_the_door(office: Office, app: FastAPI) -> None:
    parts = office.parts

    made = seed_practice_accounts(parts.database, parts.passwords, parts.clock, parts.profile)
    again = seed_practice_accounts(parts.database, parts.passwords, parts.clock, parts.profile)

    assert {one.role for one in made} == set(Role)
    assert again == []
    assert all(app.state.sign_in.prove(one.login, one.password, "10.0.0.1") for one in made)
