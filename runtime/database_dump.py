"""Writes the database out and reads it in again, with PostgreSQL's own ``pg_dump`` and ``pg_restore``.

Not a copy of its files: those carry rows that were deleted, keys of destroyed recordings among them, until
the server has cleaned up; and a dump reads every row once, works on a server elsewhere, and goes into a newer
PostgreSQL. Passwords pass through the environment of the child alone, where other users cannot see them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from core.errors import DomainError
from runtime.postgres_programs import PostgresPrograms

_PIECE = 1024 * 1024
_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER"} | {
    "password": "PGPASSWORD", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
}  # fmt: skip
_DUMP = ("--format=custom", "--compress=6", "--no-unlogged-table-data", "--lock-wait-timeout=60000")
# All of it or nothing: a restore that is killed leaves an empty database.
_RESTORE = ("--single-transaction", "--exit-on-error", "--no-owner")


class DumpFailed(DomainError):
    """データベースを書き出せませんでした。前の写しはそのままです。上の出力を確かめてください。"""

    code = "dump-failed"


class LoadFailed(DomainError):
    """写しをデータベースに読み込めませんでした。何も読み込んでいません。上の出力を確かめてください。"""

    code = "load-failed"


class DatabaseDump:
    """Dumps and loads one database as the role that owns its tables.

    Args:
        owner_dsn: connection string of that role: a secret
        programs: PostgreSQL's own
    """

    def __init__(self, owner_dsn: str, programs: PostgresPrograms) -> None:
        self._dsn = owner_dsn
        self._programs = programs

    def write(self, snapshot: str) -> Iterator[bytes]:
        """Yield the database as it was at the moment of a snapshot.

        Raises:
            DumpFailed
        """
        command: list[str | Path] = [self._programs.path("pg_dump"), *_DUMP, f"--snapshot={snapshot}"]
        process = subprocess.Popen(command, env=self._environment(), stdout=subprocess.PIPE)
        out = process.stdout
        if out is None:
            raise DumpFailed
        try:
            while block := out.read(_PIECE):
                yield block
            if process.wait() != 0:
                raise DumpFailed
        finally:
            out.close()
            process.kill()  # where the place was full: nobody reads on
            process.wait()

    def load(self, blocks: Iterable[bytes]) -> None:
        """Load a dump into an empty database, whole or not at all.

        Raises:
            LoadFailed, or whatever the blocks raise
        """
        command: list[str | Path] = [self._programs.path("pg_restore"), *_RESTORE]
        environment = self._environment()
        command += [f"--dbname={environment['PGDATABASE']}"]
        process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)
        into = process.stdin
        if into is None:
            raise LoadFailed
        try:
            for block in blocks:
                into.write(block)
            into.close()
        except BrokenPipeError:
            raise LoadFailed from None
        except BaseException:
            process.kill()  # what is missing at the end would be missing in the database
            raise
        finally:
            if process.wait() != 0:
                into.close()
        if process.returncode != 0:
            raise LoadFailed

    def is_empty(self) -> bool:
        """Say whether there is no table of ours yet."""
        with psycopg.connect(self._dsn, connect_timeout=5) as connection:
            return connection.execute("SELECT to_regclass('public.recordings') IS NULL").fetchone() == (True,)

    def _environment(self) -> dict[str, str]:
        told = {key: str(value) for key, value in conninfo_to_dict(self._dsn).items() if value is not None}
        ours = {_VARIABLES[key]: value for key, value in told.items() if key in _VARIABLES}
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", **ours}
