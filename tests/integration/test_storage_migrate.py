"""The schema: brought up once, whoever asks how often, and never half."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from core.actors import Role
from runtime.postgres_cluster import PostgresCluster
from storage.database import Database, DatabaseAway
from storage.migrate import JobSchemaOfOtherVersion, migrate
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_vault import TAX, WELFARE, actor

pytestmark = pytest.mark.real


@pytest.fixture
def empty_dsn(cluster: PostgresCluster) -> Iterator[str]:
    with psycopg.connect(cluster.dsn("owner"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty_one")
    yield cluster.dsn("owner", "empty_one")
    with psycopg.connect(cluster.dsn("owner"), autocommit=True) as connection:
        connection.execute("DROP DATABASE empty_one WITH (FORCE)")


def tables(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row is not None
    return int(row[0])


def test_two_services_that_start_at_once_make_one_schema(empty_dsn: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate, [empty_dsn] * 3))

    made = tables(empty_dsn)
    migrate(empty_dsn)
    assert tables(empty_dsn) == made > 15


def test_a_migration_that_fails_leaves_nothing_half_done(empty_dsn: str) -> None:
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE procrastinate_workers (in_the_way int)")

    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate(empty_dsn)

    assert tables(empty_dsn) == 1


def test_a_job_engine_of_another_version_is_not_run_on_the_old_tables(database_dsns: DatabaseDsns) -> None:
    with psycopg.connect(database_dsns.owner, autocommit=True) as connection:
        connection.execute("COMMENT ON TABLE procrastinate_jobs IS '2.0.0'")

    with pytest.raises(JobSchemaOfOtherVersion):
        migrate(database_dsns.owner)


def test_a_database_that_is_not_there_is_a_clear_error(cluster: PostgresCluster) -> None:
    with pytest.raises(DatabaseAway):
        migrate(cluster.dsn("owner", "no_such_database"))


def test_a_transaction_knows_who_acts_and_keeps_to_the_clock(app_database: Database) -> None:
    who = actor(Role.OPERATOR, Role.SUPERVISOR, departments=frozenset({TAX, WELFARE}))

    with app_database.begin(who) as connection:
        known = connection.execute(
            text("SELECT rights.account(), rights.has('supervisor'), rights.has('administrator'),"
                 " rights.departments(), now()")
        ).one()  # fmt: skip

    assert (known[0], known[1], known[2], sorted(known[3])) == (
        who.account,
        True,
        False,
        sorted({TAX, WELFARE}),
    )
    assert known[4].utcoffset() == timedelta(0)


def test_a_statement_that_runs_too_long_is_cancelled_and_the_next_one_works(
    database_dsns: DatabaseDsns,
) -> None:
    database = Database(database_dsns.app, statement_seconds=0.2)

    with pytest.raises(Exception, match="statement timeout"), database.begin() as connection:
        connection.execute(text("SELECT pg_sleep(30)"))

    with database.begin() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()
