"""Row-level security of standing by an operator: who judges, who comes onto a call, who reads of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from storage.database import Database
from tests.fixtures_vault import WELFARE, actor
from tests.integration.test_storage_row_rights import OPERATOR, OWNERS, add_call

pytestmark = pytest.mark.real
SUPERVISOR = actor(Role.SUPERVISOR)
ELSEWHERE = actor(Role.SUPERVISOR, departments=frozenset({WELFARE}))
Do = Callable[..., int]


@pytest.fixture
def act(worker_database: Database, owner_database: Database, app_database: Database) -> Do:
    """Do something as somebody; returns how many rows it touched or found."""
    people = (OPERATOR, SUPERVISOR, ELSEWHERE)
    with owner_database.begin() as connection:
        for number, one in enumerate(people):
            connection.execute(
                text("INSERT INTO accounts VALUES (:id, :login, 'x', 'x', '{operator}', '{}', NULL, now())"),
                {"id": one.account, "login": f"p{number}"},
            )
    with worker_database.begin() as connection:
        connection.execute(text("SELECT make_month_partitions('2026-11-20Z')"))
        for number, (call, (operator, department)) in enumerate(OWNERS.items()):
            add_call(connection, number, call, operator.account, department)

    def done(who: Actor | None, statement: str, **values: object) -> int:
        account = who.account if who else uuid4()
        with app_database.begin(who) as connection:
            return connection.execute(text(statement), {"me": account} | values).rowcount

    return done


STEP = (
    "INSERT INTO call_endings (id, call_id, step, words, at, by)"
    " VALUES (gen_random_uuid(), 'tax-own', :step, 'x', now(), :me)"
)
ORDER = (
    "INSERT INTO call_orders (id, call_id, kind, at, by)"
    " VALUES (gen_random_uuid(), 'tax-own', :kind, now(), :me)"
)
KNOCK = (
    "INSERT INTO access_knocks (id, at, actor, actor_kind, act, purpose, granted, reason, call_id)"
    " VALUES (gen_random_uuid(), now(), :me, 'person', 'live-listen', 'supervision', true, 'x', 'tax-own')"
)


def test_steps_are_written_in_ones_own_name_beside_calls_one_sees_and_never_changed(act: Do) -> None:
    assert act(OPERATOR, STEP, step="asked") == 1
    assert act(SUPERVISOR, STEP, step="confirmed") == 1
    wrong: tuple[tuple[Actor | None, str, dict[str, object]], ...] = (
        (OPERATOR, STEP, {"step": "confirmed"}),
        (OPERATOR, STEP, {"step": "went-on"}),
        (OPERATOR, STEP, {"step": "asked", "me": SUPERVISOR.account}),
        (ELSEWHERE, STEP, {"step": "confirmed"}),
        (None, STEP, {"step": "asked"}),
        (SUPERVISOR, "UPDATE call_endings SET words = 'y'", {}),
        (SUPERVISOR, "DELETE FROM call_endings", {}),
    )
    for who, statement, values in wrong:
        with pytest.raises(DBAPIError):
            act(who, statement, **values)


def test_steps_are_read_by_those_who_see_the_call_and_nobody_else(act: Do) -> None:
    act(OPERATOR, STEP, step="asked")

    seen = {who: act(who, "SELECT * FROM call_endings") for who in (OPERATOR, SUPERVISOR, ELSEWHERE, None)}

    assert seen == {OPERATOR: 1, SUPERVISOR: 1, ELSEWHERE: 0, None: 0}


@pytest.mark.parametrize("kind", ["listen", "whisper", "barge", "take-over", "leave"])
def test_only_supervisors_of_the_department_come_onto_a_call(act: Do, kind: str) -> None:
    assert act(SUPERVISOR, ORDER, kind=kind) == 1
    for who in (OPERATOR, ELSEWHERE, None):
        with pytest.raises(DBAPIError):
            act(who, ORDER, kind=kind)
    assert act(OPERATOR, ORDER, kind="hold") == 1


def test_who_listened_live_can_be_read_in_that_department(act: Do) -> None:
    act(SUPERVISOR, KNOCK)
    other = actor(Role.SUPERVISOR)
    read = "SELECT * FROM access_knocks WHERE call_id IS NOT NULL"

    assert [act(who, read) for who in (other, ELSEWHERE, OPERATOR, None)] == [1, 0, 0, 0]


def test_a_supervisor_whose_phone_rings_for_another_departments_call_is_none_of_that_call(
    act: Do, worker_database: Database, owner_database: Database
) -> None:
    with owner_database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO phone_seats (phone, account_id, session_hash, sat_from, sat_until) VALUES"
                " ('fukushi1', :id, 's', now() - interval '1 hour', now() + interval '1 hour')"
            ),
            {"id": ELSEWHERE.account},
        )
    with worker_database.begin() as connection:
        connection.execute(text("UPDATE calls SET ringing_phones = '{fukushi1}' WHERE id = 'tax-own'"))
    act(SUPERVISOR, KNOCK)
    assert act(ELSEWHERE, "SELECT 1 FROM calls WHERE id = 'tax-own'") == 1

    for statement, kinds in ((ORDER, ("listen", "barge", "take-over")), (STEP, ("confirmed", "went-on"))):
        for kind in kinds:
            with pytest.raises(DBAPIError):
                act(ELSEWHERE, statement, kind=kind, step=kind)
    assert act(ELSEWHERE, ORDER, kind="hold") == 1
    assert act(ELSEWHERE, "SELECT * FROM access_knocks WHERE call_id IS NOT NULL") == 0
