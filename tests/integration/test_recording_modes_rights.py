"""Who may see the stretches of a call, and the counts of lines that are never recorded."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from storage.database import Database
from tests.fixtures_vault import TAX, WELFARE, actor

pytestmark = pytest.mark.real


@pytest.fixture
def city(worker_database: Database, app_database: Database) -> Database:
    """One call that rang in each of two departments, and one counted day."""
    call = text(
        "INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase, arrived_at)"
        " VALUES (:call, 'l', :call, 'a', 'public-body', 'withheld', 'application', 'ended', now())"
    )
    rang = text("INSERT INTO call_stretches VALUES (:call, 'ringing', now(), NULL)")
    with worker_database.begin() as connection:
        for department in (TAX, WELFARE):
            connection.execute(call, {"call": department})
            connection.execute(rang, {"call": department})
        connection.execute(text("INSERT INTO unrecorded_calls VALUES ('sodan', '2026-11-19', 7)"))
    return app_database


def seen(city: Database, who: Actor | None) -> tuple[list[str], int]:
    with city.begin(who) as connection:
        calls = list(connection.execute(text("SELECT call_id FROM call_stretches")).scalars())
        return calls, connection.execute(text("SELECT count(*) FROM unrecorded_calls")).scalar_one()


def test_stretches_are_for_whoever_sees_the_call_and_counts_for_who_plans_the_desks(city: Database) -> None:
    assert seen(city, actor(Role.OPERATOR)) == ([TAX], 0)
    assert seen(city, actor(Role.SUPERVISOR)) == ([TAX], 1)
    assert seen(city, actor(Role.ADMINISTRATOR)) == ([], 1)
    assert seen(city, None) == ([], 0)
