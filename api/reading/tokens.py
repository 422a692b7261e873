"""Keys of programs as an administrator sees them: for whom, what they may do, until when. Never the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.ids import AccountId

_COLUMNS = """
    SELECT t.id, t.name, t.scopes, t.departments, t.created_at, t.expires_at, t.revoked_at, t.last_used_at,
           t.account_id, a.display_name
      FROM api_tokens t LEFT JOIN accounts a ON a.id = t.created_by
"""
_OWN = text(
    f"{_COLUMNS} WHERE t.account_id = :account"
    " ORDER BY (t.revoked_at IS NULL) DESC, t.created_at DESC LIMIT 50"
)
_LIST = text(f"""
    {_COLUMNS}
     ORDER BY (t.revoked_at IS NULL) DESC, t.created_at DESC LIMIT 200
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSeen:
    """One key."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    departments: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    own: bool
    """It is a person's, and acts in their name."""

    def valid(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and now < self.expires_at


def list_tokens(connection: Connection) -> list[TokenSeen]:
    """Return the keys, people's own too: 200 at most, those that were not ended first."""
    return [_seen(row) for row in connection.execute(_LIST)]


def own_keys(connection: Connection, account: AccountId) -> list[TokenSeen]:
    """Return somebody's own keys, those that were not ended first."""
    return [_seen(row) for row in connection.execute(_OWN, {"account": account})]


def _seen(row: Row[Any]) -> TokenSeen:
    return TokenSeen(
        id=row.id,
        name=row.name,
        scopes=tuple(row.scopes),
        departments=tuple(row.departments),
        created_at=row.created_at,
        created_by=row.display_name or "",
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        own=row.account_id is not None,
    )
