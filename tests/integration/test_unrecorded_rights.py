"""Row by row: who may read Asterisk's records, the doubts and the figures; the default is nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from core.ids import AccountId
from storage.database import Database
from tests.fixtures_vault import TAX, WELFARE, actor

pytestmark = pytest.mark.real

SUPERVISOR = actor(Role.SUPERVISOR)


@pytest.fixture
def rows(worker_database: Database, owner_database: Database) -> None:
    """One doubt in each of two departments and one in none; a record and a figure."""
    with owner_database.begin() as connection:
        connection.execute(
            text("INSERT INTO accounts VALUES (:id, 'k', 'k', 'x', '{supervisor}', '{zeimu}', NULL, now())"),
            {"id": SUPERVISOR.account},
        )
    with worker_database.begin() as connection:
        for number, department in enumerate((TAX, WELFARE, None)):
            connection.execute(
                text(
                    "INSERT INTO recording_doubts (subject, reason, department, practice, at, found_at)"
                    " VALUES (:subject, 'silent', :department, false, now(), now())"
                ),
                {"subject": f"city-{number}.1", "department": department},
            )
        connection.execute(
            text(
                "INSERT INTO asterisk_call_records VALUES"
                " ('city-1.1', 'l', :d, false, 'city-1.1', 'PJSIP', now(), now(), true, 'taken', NULL, now())"
            ),
            {"d": TAX},
        )
        connection.execute(
            text("INSERT INTO watch_readings VALUES ('calls_at_once', '', 'worker', 1, now())")
        )


def seen(database: Database, who: Actor | None) -> list[str | None]:
    with database.begin(who) as connection:
        return list(connection.execute(text("SELECT department FROM recording_doubts")).scalars())


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (None, []),
        (actor(Role.OPERATOR), []),
        (actor(Role.ADMINISTRATOR), []),
        (SUPERVISOR, [TAX]),
        (actor(Role.SUPERVISOR, departments=frozenset({WELFARE})), [WELFARE]),
    ],
)
def test_a_supervisor_sees_the_own_department_and_nobody_else_anything(
    app_database: Database, who: Actor | None, expected: list[str]
) -> None:
    assert seen(app_database, who) == expected


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("who", "groups"), [(None, 0), (actor(Role.OPERATOR), 0), (SUPERVISOR, 0), (actor(Role.ADMINISTRATOR), 3)]
)
def test_only_administrators_get_the_counts(app_database: Database, who: Actor | None, groups: int) -> None:
    with app_database.begin(who) as connection:
        assert len(connection.execute(text("SELECT * FROM recording_doubt_counts()")).all()) == groups


def mark(database: Database, who: Actor, *, by: AccountId, more: str = "") -> int:
    statement = text(
        f"UPDATE recording_doubts SET seen_at = now(), seen_by = :by, seen_reason = 'x'{more}"  # noqa: S608
    )
    with database.begin(who) as connection:
        return connection.execute(statement, {"by": by}).rowcount


@pytest.mark.usefixtures("rows")
def test_a_doubt_is_marked_once_in_ones_own_name_and_nothing_else_is_changed(app_database: Database) -> None:
    for forged in ({"by": AccountId(uuid4())}, {"by": SUPERVISOR.account, "more": ", reason = 'missing'"}):
        with pytest.raises(DBAPIError):
            mark(app_database, SUPERVISOR, **forged)  # type: ignore[arg-type]
    first = mark(app_database, SUPERVISOR, by=SUPERVISOR.account)

    assert (first, mark(app_database, SUPERVISOR, by=SUPERVISOR.account)) == (1, 0)
    assert mark(app_database, actor(Role.OPERATOR), by=SUPERVISOR.account) == 0


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM asterisk_call_records",
        "INSERT INTO recording_doubts (subject, reason) VALUES ('x', 'y')",
        "DELETE FROM recording_doubts",
        "INSERT INTO watch_readings VALUES ('x', '', 'y', 1, now())",
        "DELETE FROM watch_readings",
    ],
)
def test_the_console_can_do_no_more(app_database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError), app_database.begin(SUPERVISOR) as connection:
        connection.execute(text(statement))
