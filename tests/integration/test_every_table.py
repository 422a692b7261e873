"""Every table with every role and nobody: what the stated rights give is seen, and not a row more.

The tables come out of the catalogue and the rights out of core/rights.py. A new table is walked by itself;
one that storage/access_tables.py does not name fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import product

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from core.ids import AccountId
from core.rights import Condition, rules_of
from storage.access_tables import TABLES, Kept
from storage.database import Database
from tests.fixtures_vault import TAX
from tests.planted_rows import ROWS, Planted, id_of, plant, tables_of

pytestmark = pytest.mark.real

ME = AccountId(id_of("accounts", "own"))
SEEN_UNDER: dict[Condition, set[str]] = {
    Condition.OWN: {"own"},
    Condition.OWN_CALL: {"own"},
    Condition.OWN_PRACTICE: set(),  # what is planted are calls of citizens
    Condition.AT_DESK: {"own"},
    Condition.READ_ALONG: {"own"},
    Condition.IN_GROUP: {"own"},
    Condition.CALLED: {"own"},
    Condition.OWN_DEPARTMENT: {"own", "colleague"},
    Condition.ACCEPTED: {"colleague"},
    Condition.WHOLE_HALL: set(ROWS),
    Condition.COUNTED: set(),
    Condition.NOTICES: set(),
}
NOBODY = "nobody"
EVERYBODY = (NOBODY, *Role)


def who(role: str) -> Actor | None:
    """Somebody of the tax office in one role; nobody is nobody."""
    if role == NOBODY:
        return None
    return Actor(account=ME, roles=frozenset({Role(role)}), departments=frozenset({TAX}))


def ours(tables: list[str]) -> list[str]:
    """Without what the job engine and the migrations bring along."""
    return [one for one in tables if not one.startswith(("procrastinate", "alembic"))]


@pytest.fixture
def hall(owner_database: Database) -> Planted:
    with owner_database.begin() as connection:
        tables = tables_of(connection)
    planted = plant(owner_database, ours(tables))
    with owner_database.begin() as connection:
        # Accepted for a request are the colleague's recording and another department's: not the own.
        connection.execute(
            text("DELETE FROM record_candidates WHERE id = :own"), {"own": id_of("record_candidates", "own")}
        )
        # What was left out of a request opens no more; that has tests of its own.
        connection.execute(text("UPDATE record_left_out SET taken_back_at = now(), taken_back_by = by"))
        # A restriction that holds would hide what the other rights show; it has tests of its own.
        connection.execute(text("UPDATE call_restrictions SET lifted_at = now()"))
    del planted.rows["record_candidates"]["own"]
    return planted


class Enough(Exception):
    """The statement was tried; nothing of it is kept."""


@pytest.fixture
def readable(owner_database: Database) -> dict[str, set[str]]:
    """Of each table the columns that the console's role may read."""
    return columns_for(owner_database, "SELECT")


@pytest.fixture
def changeable(owner_database: Database) -> dict[str, set[str]]:
    """Of each table the columns that the console's role may change."""
    return columns_for(owner_database, "UPDATE")


def columns_for(database: Database, right: str) -> dict[str, set[str]]:
    """Of each table the columns for which the console's role holds a right."""
    with database.begin() as connection:
        found = connection.execute(
            text(
                "SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
                " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')"
                " AND has_column_privilege('tsuwaroku_app', c.oid, a.attnum, :right)"
            ),
            {"right": right},
        ).all()
    columns: dict[str, set[str]] = {}
    for table, column in found:
        columns.setdefault(table, set()).add(column)
    return columns


def expected(table: str, role: str) -> set[str]:
    """What the stated rights come to."""
    rows = TABLES[table]
    if rows is Kept.BEFORE:
        return set(ROWS)
    if isinstance(rows, Kept) or role == NOBODY:
        return set()
    held = [rule for matter in rows for rule in rules_of({Role(role)}, matter)]
    return set[str]().union(*(SEEN_UNDER[rule.condition] for rule in held))


def walked(hall: Planted, readable: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Each table that the console's role may read at all, with the column that tells its rows apart."""
    for table in hall.rows:
        if table in readable:
            column = hall.telling(table, readable[table])
            assert column is not None, f"the rows of {table} cannot be told apart"
            yield table, column


def test_every_table_is_named(owner_database: Database) -> None:
    with owner_database.begin() as connection:
        tables = ours(tables_of(connection))

    assert sorted(TABLES) == tables


def test_every_role_sees_what_its_rights_give_and_not_a_row_more(
    hall: Planted, readable: dict[str, set[str]], app_database: Database
) -> None:
    for role in EVERYBODY:
        seen: dict[str, set[str]] = {}
        for table, column in walked(hall, readable):
            with app_database.begin(who(role)) as connection:
                values = connection.execute(text(f'SELECT "{column}" FROM "{table}"')).scalars().all()  # noqa: S608  names of the catalogue
            seen[table] = hall.named(table, column, list(values))
            assert len(values) == len(seen[table]), (role, table)

        assert seen == {table: expected(table, role) & set(hall.rows[table]) for table in seen}, role


def test_an_operator_sees_the_content_of_what_they_practised_and_of_no_call_of_a_citizen(
    hall: Planted, readable: dict[str, set[str]], app_database: Database, owner_database: Database
) -> None:
    with owner_database.begin() as connection:
        connection.execute(text("UPDATE recordings SET practice = true"))

    for table, column in walked(hall, readable):
        rows = TABLES[table]
        if isinstance(rows, Kept):
            continue
        held = [rule.condition for matter in rows for rule in rules_of({Role.OPERATOR}, matter)]
        with app_database.begin(who(Role.OPERATOR)) as connection:
            values = connection.execute(text(f'SELECT "{column}" FROM "{table}"')).scalars().all()  # noqa: S608  names of the catalogue
        practised = {"own"} if Condition.OWN_PRACTICE in held else set[str]()
        assert hall.named(table, column, list(values)) == (
            (expected(table, Role.OPERATOR) | practised) & set(hall.rows[table])
        ), table


def test_no_role_changes_or_deletes_what_it_does_not_see(
    hall: Planted, app_database: Database, changeable: dict[str, set[str]]
) -> None:
    for role, (table, columns) in product(EVERYBODY, changeable.items()):
        seen = expected(table, role) & set(hall.rows[table])
        changes = [f'UPDATE "{table}" SET "{one}" = "{one}"' for one in columns]  # noqa: S608  names of the catalogue
        for statement in (*changes, f'DELETE FROM "{table}"'):  # noqa: S608  the same
            touched = 0
            with suppress(DBAPIError, Enough), app_database.begin(who(role)) as connection:
                touched = connection.execute(text(statement)).rowcount
                raise Enough
            assert touched <= len(seen), (role, table, statement)


def test_what_is_shut_is_shut_to_whoever_holds_every_role(
    hall: Planted, readable: dict[str, set[str]], app_database: Database
) -> None:
    boss = Actor(account=ME, roles=frozenset(Role), departments=frozenset({TAX}))
    for table in (one for one, rows in TABLES.items() if rows is Kept.SHUT and one in readable):
        with app_database.begin(boss) as connection:
            assert connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one() == 0, table  # noqa: S608  names of the catalogue
    assert {one for one in readable if one.startswith(("procrastinate", "alembic"))} == set()
    assert [one for one in readable if "_20" in one] == [], "a partition is read through its whole"
    assert hall.rows


def test_the_console_s_role_owns_nothing_and_is_bound_by_the_row_rights(owner_database: Database) -> None:
    with owner_database.begin() as connection:
        owned = connection.execute(
            text(
                "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
                " WHERE r.rolname IN ('tsuwaroku_app', 'tsuwaroku_worker')"
            )
        ).scalar_one()
        beyond = connection.execute(
            text(
                "SELECT count(*) FROM pg_roles WHERE rolname IN ('tsuwaroku_app', 'tsuwaroku_worker')"
                " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
            )
        ).scalar_one()

    assert (owned, beyond) == (0, 0)
