"""One transaction in which something becomes true and is announced: both happen, or neither."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy import Connection

from core.actors import Actor
from core.facts import Fact
from storage.database import Database


class Announces(Protocol):
    """Tells whoever reacts to a fact, through the connection that made it true."""

    def announce(self, connection: Connection, fact: Fact, *, priority: int = 0) -> None:
        """Put the reactions to a fact into the queue; they start when the transaction commits."""
        ...


class UnitOfWork:
    """``with UnitOfWork(database, announcer) as work:`` commits when the block ends well, else rolls back.

    Args:
        database: where the transaction runs
        announcer: who hears of facts
        actor: the person behind it, for the console's role
    """

    connection: Connection

    def __init__(self, database: Database, announcer: Announces, actor: Actor | None = None) -> None:
        self._database = database
        self._announcer = announcer
        self._actor = actor
        self._transaction: AbstractContextManager[Connection] | None = None

    def __enter__(self) -> Self:
        self._transaction = self._database.begin(self._actor)
        self.connection = self._transaction.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if self._transaction is None:
            return None
        transaction, self._transaction = self._transaction, None
        return transaction.__exit__(kind, error, trace)

    def announce(self, fact: Fact, *, priority: int = 0) -> None:
        """Announce a fact in this transaction: never lost, never early.

        Args:
            fact: what became true; carries ids only
            priority: higher is done first
        """
        self._announcer.announce(self.connection, fact, priority=priority)
