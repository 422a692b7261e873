"""After a destruction the database's own files are written anew: no file or log of changes holds a trace.

PostgreSQL keeps deleted rows in its files until somebody writes over them, samples of texts in its statistics
and both in its log of changes (WAL). So touched tables and months are rewritten (VACUUM FULL, ANALYZE), then
the log goes on in a new file and a checkpoint removes the old ones. Of the program's own PostgreSQL only:
what another one, backups and free disk blocks keep is said in docs/operations.md.

No table that a call needs is locked, and nobody waits longer than ``LOCK_SECONDS`` for a table we cannot get.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
from psycopg import sql
from sqlalchemy import Connection, text

from core.clock import Clock
from core.logs import get_log
from storage.database import Database, DatabaseAway
from storage.destroyer_runs import last_runs, note_run

LOCK_SECONDS = 1
QUIET_HOURS = range(17, 20)
"""In UTC: 2 to 5 o'clock in Japan."""
BETWEEN = timedelta(hours=12)
AT_LATEST = timedelta(hours=20)
"""What was destroyed so long ago is not left to the next quiet hour: the machine may be off at night."""

TABLES = (
    "recording_keys", "sealed_objects", "transcript_revisions", "transcription_states", "voice_measures",
    "clips", "confirmations", "corrections", "quotes", "quote_exports", "incident_quotes", "signals",
    "imports",
)  # fmt: skip
"""What ``Vault.destroy`` deletes from, beside the months."""
BY_MONTH = ("utterances", "utterance_tokens")
ALWAYS = ("live_lines", "saved_queries")
"""What was said in calls that are over, and words that people looked for: deleted every day."""
BESIDE = "postgres"
"""The database where the owner may end a file of the log: see runtime/postgres_cluster.py."""
STATISTICS = sql.SQL("pg_catalog.pg_statistic")

_PENDING = text("""
    SELECT min(destroyed_at) AS oldest FROM recordings
     WHERE destroyed_at >= coalesce(CAST(:since AS timestamptz) - interval '10 minutes', '-infinity')
""")
_MONTHS = text("""
    SELECT DISTINCT to_char(moment AT TIME ZONE 'UTC', 'YYYY_MM') FROM recordings,
           unnest(ARRAY[started_at, started_at + make_interval(secs => samples::float8 / sample_rate)]) moment
     WHERE destroyed_at >= coalesce(CAST(:since AS timestamptz) - interval '10 minutes', '-infinity')
     ORDER BY 1
""")
_MINE = "SELECT pg_try_advisory_lock(hashtext('tsuwaroku.rewriting'))"

log = get_log()


class Rewriter:
    """A duty of the worker beside the program's own PostgreSQL. One of any number rewrites at a time.

    Args:
        owner_dsn: of the role that owns tables and database
        database: the worker role's
        clock: when it is quiet
    """

    def __init__(self, *, owner_dsn: str, database: Database, clock: Clock) -> None:
        self._owner_dsn = owner_dsn
        self._database = database
        self._clock = clock

    def run_once(self) -> bool:
        """Rewrite what was touched, if it is time to.

        Returns:
            whether everything was rewritten now

        Raises:
            DatabaseAway: look again later
        """
        now = self._clock.now()
        with self._database.begin() as connection:
            if not is_due(connection, now):
                return False
        return self.rewrite()

    def rewrite(self) -> bool:
        """Rewrite what was touched since the last time, now; False if somebody held a table, or does it."""
        now = self._clock.now()
        with self._database.begin() as connection:
            tables = _touched(connection)
        with _owner(self._owner_dsn) as owner:
            row = owner.execute(_MINE).fetchone()
            if row is None or not row[0]:
                return False
            left = [table for table in tables if not _rewritten(owner, sql.Identifier(table))]
            for table in BY_MONTH:
                owner.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
            # The statistics held samples of the texts; what they were is dead rows of their own table.
            if not _rewritten(owner, STATISTICS, analyze=False):
                left.append("pg_statistic")
            with _owner(self._owner_dsn, dbname=BESIDE) as beside:
                beside.execute("SELECT pg_switch_wal()")
                beside.execute("CHECKPOINT")
        if left:
            log.warning("destroyed.not_rewritten", count=len(left))
            return False
        with self._database.begin() as connection:
            note_run(connection, "rewritten", now)
        log.info("destroyed.rewritten", count=len(tables))
        return True


def is_due(connection: Connection, now: datetime) -> bool:
    """Say whether it is time: once in a quiet hour, or when something waits for too long."""
    last = last_runs(connection).get("rewritten")
    if now.hour in QUIET_HOURS and (last is None or now - last.begun_at >= BETWEEN):
        return True
    oldest = waiting_since(connection)
    return oldest is not None and now - oldest >= AT_LATEST


def waiting_since(connection: Connection) -> datetime | None:
    """Return when the oldest recording was destroyed whose rows may still lie in files; None: none does."""
    found: datetime | None = connection.execute(_PENDING, {"since": _last(connection)}).scalar_one()
    return found


def _last(connection: Connection) -> datetime | None:
    run = last_runs(connection).get("rewritten")
    return None if run is None else run.begun_at


def _touched(connection: Connection) -> list[str]:
    months = list(connection.execute(_MONTHS, {"since": _last(connection)}).scalars())
    wanted: Iterable[str] = (
        *ALWAYS,
        *TABLES,
        *(f"{table}_{month}" for table in BY_MONTH for month in months),
    )
    there = text("SELECT to_regclass(:name) IS NOT NULL")
    return [name for name in wanted if connection.execute(there, {"name": name}).scalar_one()]


def _rewritten(owner: psycopg.Connection, table: sql.Composable, *, analyze: bool = True) -> bool:
    how = sql.SQL("VACUUM (FULL, ANALYZE) {}") if analyze else sql.SQL("VACUUM (FULL) {}")
    try:
        owner.execute(how.format(table))
    except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled):
        return False
    return True


@contextmanager
def _owner(dsn: str, dbname: str | None = None) -> Generator[psycopg.Connection]:
    options = f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout=10min"
    try:
        with psycopg.connect(
            dsn, autocommit=True, connect_timeout=5, options=options, dbname=dbname
        ) as connection:
            yield connection
    except psycopg.OperationalError:
        raise DatabaseAway from None
