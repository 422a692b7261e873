"""Brings a database to the present schema: ours by Alembic, and the job engine's with the rights it needs.

Everything happens in one transaction under one lock, so two services that start at once do not collide and a
killed migration leaves the database as it was.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import psycopg
from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from core.errors import DomainError
from storage.database import DatabaseAway

_MIGRATIONS = Path(__file__).parent / "migrations"

# The console may put a job into the queue and nothing else: the function runs as its owner, the tables stay
# shut. The worker runs jobs.
_RIGHTS_ON_JOBS = """
ALTER FUNCTION procrastinate_defer_jobs_v1 SECURITY DEFINER SET search_path = public, pg_temp;
REVOKE ALL ON FUNCTION procrastinate_defer_jobs_v1 FROM PUBLIC;
GRANT EXECUTE ON FUNCTION procrastinate_defer_jobs_v1 TO tsuwaroku_app, tsuwaroku_worker;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers
    TO tsuwaroku_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tsuwaroku_worker;
"""


class JobSchemaOfOtherVersion(DomainError):
    """The job tables were made by another version of the job engine; see docs/operations.md."""

    code = "job-schema-of-other-version"
    http_status = 503


def migrate(owner_dsn: str) -> None:
    """Bring the database to the newest schema; does nothing if it is there already.

    Args:
        owner_dsn: connection string of the role that owns the tables

    Raises:
        DatabaseAway: the server cannot be reached
        JobSchemaOfOtherVersion: the job engine was exchanged without its own migration
    """
    engine = create_engine("postgresql+psycopg://", creator=lambda: _connect(owner_dsn))
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('tsuwaroku.migrate'))"))
            _migrate_ours(connection)
            _install_jobs(connection)
    finally:
        engine.dispose()


def _connect(dsn: str) -> psycopg.Connection:
    try:
        return psycopg.connect(dsn, connect_timeout=5)
    except psycopg.OperationalError:
        raise DatabaseAway from None


def _migrate_ours(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS))
    upgrade(config, "head")


def _install_jobs(connection: Connection) -> None:
    installed = version("procrastinate")
    made_by = connection.execute(
        text("SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')")
    ).scalar()
    if made_by == installed:
        return
    if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is not None:
        raise JobSchemaOfOtherVersion
    schema = files("procrastinate").joinpath("sql/schema.sql").read_text(encoding="utf-8")
    raw = connection.connection.cursor()  # a script of many statements, none of them with parameters
    raw.execute(schema)
    raw.execute(_RIGHTS_ON_JOBS)
    raw.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{installed}'")
    raw.close()
