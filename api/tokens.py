"""Tokens of programs: random, shown once, kept as their SHA-256, each with scopes, departments and an end.

A token is a secret of 256 random bits, so an unsalted hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import text

from core.actors import Actor, Role
from core.clock import Clock
from core.ids import AccountId, DepartmentId
from storage.database import Database

PREFIX = "tsuwaroku_"
_WRITE_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a program may do."""

    CALLS = "calls"  # ask which call a phone is in
    FLAG = "flag"  # press 記録・フラグ
    HELP = "help"  # press 応援


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that showed a valid token. It acts as an operator who owns no call."""

    token: UUID
    name: str
    scopes: frozenset[Scope]
    departments: frozenset[DepartmentId]

    @property
    def actor(self) -> Actor:
        """In whose name the database is asked: the facts of its departments' calls, no content."""
        return Actor(
            account=AccountId(self.token), roles=frozenset({Role.OPERATOR}), departments=self.departments
        )


class Tokens:
    """Issues, finds and revokes tokens."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def issue(
        self,
        by: Actor,
        name: str,
        *,
        scopes: Collection[Scope],
        departments: Collection[DepartmentId],
        days: int,
    ) -> str:
        """Make a token for a program and return it; it can be shown only now. ``days`` it is valid."""
        token, now = PREFIX + secrets.token_urlsafe(32), self._clock.now()
        row = {
            "id": uuid4(),
            "name": name,
            "hash": _hash_of(token),
            "scopes": sorted(scopes),
            "departments": sorted(departments),
            "now": now,
            "by": by.account,
            "until": now + timedelta(days=days),
        }
        with self._database.begin(by) as connection:
            connection.execute(_ISSUE, row)
        return token

    def revoke(self, by: Actor, token: UUID) -> bool:
        """End a token at once; False when there is none that is valid."""
        with self._database.begin(by) as connection:
            return bool(connection.execute(_REVOKE, {"id": token, "now": self._clock.now()}).rowcount)

    def find(self, token: str) -> Program | None:
        """Return the program behind a token; None when it is unknown, over or revoked."""
        now: datetime = self._clock.now()
        with self._database.begin() as connection:
            row = connection.execute(_FIND, {"hash": _hash_of(token), "now": now}).one_or_none()
            if row is None:
                return None
            if row.last_used_at is None or now - row.last_used_at >= _WRITE_EVERY:
                connection.execute(_USED, {"id": row.id, "now": now})
        return Program(
            token=row.id,
            name=row.name,
            scopes=frozenset(Scope(one) for one in row.scopes),
            departments=frozenset(DepartmentId(one) for one in row.departments),
        )


def _hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


_ISSUE = text("""
    INSERT INTO api_tokens (id, name, token_hash, scopes, departments, created_at, created_by, expires_at)
    VALUES (:id, :name, :hash, :scopes, :departments, :now, :by, :until)
""")
_REVOKE = text(
    "UPDATE api_tokens SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL AND expires_at > :now"
)
_FIND = text("""
    SELECT id, name, scopes, departments, last_used_at FROM api_tokens
     WHERE token_hash = :hash AND account_id IS NULL AND revoked_at IS NULL AND expires_at > :now
""")
_USED = text("UPDATE api_tokens SET last_used_at = :now WHERE id = :id")
