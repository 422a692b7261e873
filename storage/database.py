"""The only way to the database: one transaction, told who acts, and an unreachable server is one clear error.

Row-level security shows the console's role nothing until the transaction says who acts, so forgetting the
actor shows too little, never too much. What is said of the actor ends with the transaction.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection, QueuePool, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from core.actors import Actor
from core.errors import DomainError

# The database looks itself whether their time is over, and whose lines they are kept to (migration 0032).
_TELL_WHO_ACTS = text("SELECT rights.act_as(CAST(:account AS uuid), :roles, :departments, :standing_in)")


class DatabaseAway(DomainError):
    """The database cannot be reached just now. Nothing was changed; try again in a moment."""

    code = "database-away"
    http_status = 503


class TextNotStorable(DomainError):
    """Something was written with a letter that no text can hold (NUL). Nothing was changed."""

    code = "wrong-input"
    http_status = 400


class Database:
    """A pool of connections under one role.

    Args:
        dsn: libpq connection string or URL; its role decides what may be seen
        statement_seconds: a statement that runs longer is cancelled
        connections: kept open at most; twice as many for a moment
    """

    def __init__(self, dsn: str, *, statement_seconds: float = 30.0, connections: int = 8) -> None:
        options = (
            f"-c statement_timeout={int(statement_seconds * 1000)} -c lock_timeout=10000"
            " -c idle_in_transaction_session_timeout=120000 -c timezone=UTC"
        )
        self._engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(dsn, connect_timeout=5, options=options),
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=connections,
            pool_timeout=10,
            pool_pre_ping=True,  # after a restart of the server the first caller gets a live connection
            hide_parameters=True,  # an error's text must not quote what was in the statement
        )

    @contextmanager
    def begin(self, actor: Actor | None = None) -> Generator[Connection]:
        """Open one transaction; it commits when the block ends well and rolls back otherwise.

        Args:
            actor: the person behind it; without one the console's role sees nothing

        Raises:
            DatabaseAway: the server cannot be reached, went away, or has no connection free
            TextNotStorable: somebody's words hold what PostgreSQL has no room for
        """
        try:
            with self._engine.begin() as connection:
                if actor is not None:
                    connection.execute(
                        _TELL_WHO_ACTS,
                        {
                            "account": str(actor.account),
                            "roles": ",".join(sorted(actor.roles)),
                            "departments": ",".join(sorted(actor.departments)),
                            "standing_in": ",".join(sorted(actor.standing_in)),
                        },
                    )
                yield connection
        except NoFreeConnection:
            raise DatabaseAway from None
        except psycopg.OperationalError as error:  # a raw cursor on the same connection
            if _is_away(error):
                raise DatabaseAway from None
            raise
        except DBAPIError as error:
            if error.connection_invalidated or _is_away(error.orig):
                raise DatabaseAway from None
            if isinstance(error.orig, psycopg.DataError) and error.orig.sqlstate is None:
                raise TextNotStorable from None  # by the driver: what the server refuses has a code
            raise

    def close(self) -> None:
        """Give every connection back to the server."""
        self._engine.dispose()


def _is_away(error: BaseException | None) -> bool:
    """Say whether the server is gone, starting or stopping. Without a code it never answered."""
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
