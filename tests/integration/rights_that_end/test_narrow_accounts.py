"""委託: whoever works for another employer sees a few lines, until a day; kept by PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from core.actors import Role
from tests.fixtures_vault import TAX
from tests.hall_of_rights import TABLES, Hall

pytestmark = pytest.mark.real


def test_whose_time_is_over_sees_no_row_whatever_the_console_believes(hall: Hall) -> None:
    supervisor = hall.person("itaku", Role.SUPERVISOR)
    hall.call("a", TAX)
    before = hall.rows(supervisor)

    hall.change(
        "UPDATE accounts SET employer = '株式会社さくら', ends_at = now() - interval '1 second'"
        " WHERE login = 'itaku'"
    )

    assert before == dict.fromkeys((*TABLES, "search"), 1)
    assert hall.rows(supervisor) == dict.fromkeys((*TABLES, "search"), 0)


def test_another_employer_has_an_end(hall: Hall) -> None:
    hall.person("itaku", Role.OPERATOR)

    with pytest.raises(DBAPIError):
        hall.change("UPDATE accounts SET employer = '株式会社さくら' WHERE login = 'itaku'")


def test_whoever_has_a_few_lines_sees_those_and_what_is_at_their_own_desk(hall: Hall) -> None:
    narrow = hall.person("itaku", Role.OPERATOR, Role.SUPERVISOR)
    hall.call("kokuho", TAX, line="kokuho")
    hall.call("nenkin", TAX, line="nenkin")
    hall.call("own", TAX, narrow, line="nenkin")
    before = hall.rows(narrow)

    hall.change("UPDATE accounts SET lines = '{kokuho}' WHERE login = 'itaku'")

    assert before == dict.fromkeys((*TABLES, "search"), 3)
    assert hall.calls(narrow) == ["kokuho", "own"]
    assert hall.rows(narrow) == dict.fromkeys((*TABLES, "search"), 2)
