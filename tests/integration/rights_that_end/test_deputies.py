"""代理: a deputy sees what the supervisor sees, for days, and no more than that; kept by PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import DepartmentId
from storage.deputies import NewDeputy, UnsuitableDeputy, end_deputy, name_deputy
from tests.fixtures_vault import TAX, WELFARE
from tests.hall_of_rights import TABLES, Hall

pytestmark = pytest.mark.real


def deputy(by: Actor, login: str, department: DepartmentId = TAX, days: float = 7) -> NewDeputy:
    now = datetime.now(UTC)
    return NewDeputy(
        id=uuid4(), department=department, login=login, by=by.account, at=now,
        until=now + timedelta(days=days),
    )  # fmt: skip


def standing_in(who: Actor, department: DepartmentId = TAX) -> Actor:
    """The same person as the console sees them while they stand in."""
    return Actor(
        account=who.account,
        roles=who.roles | {Role.SUPERVISOR},
        departments=who.departments | {department},
        standing_in=frozenset({department}),
    )


def test_a_deputy_sees_what_the_supervisor_sees_and_no_longer_than_until_the_day(hall: Hall) -> None:
    chief, sato = hall.person("kacho", Role.SUPERVISOR), hall.person("sato", Role.OPERATOR)
    hall.call("a", TAX)
    with hall.app.begin(chief) as connection:
        name_deputy(connection, deputy(chief, "sato"))
    while_it_lasts = hall.rows(standing_in(sato))

    hall.change("UPDATE deputies SET named_at = named_at - interval '8 days', until = now()")

    assert while_it_lasts == dict.fromkeys((*TABLES, "search"), 1)
    assert hall.rows(standing_in(sato)) == dict.fromkeys((*TABLES, "search"), 0)


def test_a_deputy_that_is_ended_sees_nothing_by_it_any_more(hall: Hall) -> None:
    chief, sato = hall.person("kacho", Role.SUPERVISOR), hall.person("sato", Role.OPERATOR)
    hall.call("a", TAX)
    new = deputy(chief, "sato")
    with hall.app.begin(chief) as connection:
        name_deputy(connection, new)
        name_deputy(connection, new)  # sent twice

    with hall.app.begin(chief) as connection:
        end_deputy(connection, new.id, chief.account, datetime.now(UTC))

    with hall.owner.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM deputies")).scalar_one() == 1
    assert hall.calls(standing_in(sato)) == []


@pytest.mark.parametrize(
    ("login", "roles", "departments"),
    [
        ("anna", (Role.OPERATOR,), (TAX, WELFARE)),
        ("kanri", (Role.SUPERVISOR, Role.ADMINISTRATOR), (WELFARE,)),
        ("kansa", (Role.AUDITOR,), (TAX,)),
    ],
)
def test_who_would_see_more_than_that_department_cannot_stand_in(
    hall: Hall, login: str, roles: tuple[Role, ...], departments: tuple[DepartmentId, ...]
) -> None:
    chief = hall.person("kacho", Role.SUPERVISOR)
    hall.person(login, *roles, departments=departments)

    with pytest.raises(UnsuitableDeputy), hall.app.begin(chief) as connection:
        name_deputy(connection, deputy(chief, login))


def test_nobody_names_a_deputy_but_a_supervisor_of_that_department_who_stands_in_for_nobody(
    hall: Hall,
) -> None:
    chief = hall.person("kacho", Role.SUPERVISOR)
    other = hall.person("fukushi", Role.SUPERVISOR, departments=(WELFARE,))
    sato, suzuki = hall.person("sato", Role.OPERATOR), hall.person("suzuki", Role.OPERATOR)
    with hall.app.begin(chief) as connection:
        name_deputy(connection, deputy(chief, "fukushi"))

    for who in (other, suzuki, standing_in(other), chief):
        name = "kacho" if who is chief else "sato"
        with pytest.raises(UnsuitableDeputy), hall.app.begin(who) as connection:
            name_deputy(connection, deputy(who, name))
    assert sato.account != suzuki.account
