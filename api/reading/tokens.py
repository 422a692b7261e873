"""Keys of programs as an administrator sees them: for whom, what they may do, until when. Never the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

_LIST = text("""
    SELECT t.id, t.name, t.scopes, t.departments, t.created_at, t.expires_at, t.revoked_at, t.last_used_at,
           a.display_name
      FROM api_tokens t LEFT JOIN accounts a ON a.id = t.created_by
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

    def valid(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and now < self.expires_at


def list_tokens(connection: Connection) -> list[TokenSeen]:
    """Return the keys: 200 at most, those that were not ended first, newest first."""
    return [
        TokenSeen(
            id=row.id,
            name=row.name,
            scopes=tuple(row.scopes),
            departments=tuple(row.departments),
            created_at=row.created_at,
            created_by=row.display_name or "",
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            last_used_at=row.last_used_at,
        )
        for row in connection.execute(_LIST)
    ]
