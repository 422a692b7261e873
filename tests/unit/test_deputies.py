"""Who stands in for a supervisor gets the rights of that department, and of no other."""

from __future__ import annotations

from core.actors import Role
from core.ids import DepartmentId
from storage.deputies import with_deputy_rights

HOKEN, SHIMIN = DepartmentId("hoken"), DepartmentId("shimin")
OPERATOR, SUPERVISOR = frozenset({Role.OPERATOR}), frozenset({Role.SUPERVISOR})


def lent(
    roles: frozenset[Role], departments: set[DepartmentId], to: set[DepartmentId]
) -> tuple[frozenset[Role], frozenset[DepartmentId], frozenset[DepartmentId]]:
    return with_deputy_rights(roles, frozenset(departments), frozenset(to), frozenset(to))


def test_an_operator_of_the_department_stands_in_as_its_supervisor() -> None:
    roles, departments, standing_in = lent(OPERATOR, {HOKEN}, {HOKEN})

    assert roles == {Role.OPERATOR, Role.SUPERVISOR}
    assert departments == standing_in == {HOKEN}


def test_a_supervisor_of_another_department_stands_in_beside_their_own() -> None:
    roles, departments, standing_in = lent(SUPERVISOR, {SHIMIN}, {HOKEN})

    assert roles == SUPERVISOR
    assert departments == {HOKEN, SHIMIN}
    assert standing_in == {HOKEN}


def test_whose_own_rights_have_grown_since_gets_nothing_of_it() -> None:
    for roles, departments in (
        (OPERATOR, {HOKEN, SHIMIN}),
        (frozenset({Role.OPERATOR, Role.ADMINISTRATOR}), {HOKEN}),
        (frozenset({Role.SUPERVISOR, Role.AUDITOR}), {HOKEN}),
    ):
        assert lent(roles, departments, {HOKEN}) == (roles, frozenset(departments), frozenset())


def test_without_anybody_to_stand_in_for_nothing_changes() -> None:
    assert lent(OPERATOR, {HOKEN}, set()) == (OPERATOR, frozenset({HOKEN}), frozenset())
