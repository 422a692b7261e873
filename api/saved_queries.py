"""What somebody looked for is kept in the database under a random name: a word may be a citizen's name.

Only who asked can open it again, and the address of the result holds nothing but that random name. What a
person keeps under a name of their own is shown to nobody else, and asks for its purpose anew each time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from core.actors import Purpose
from core.errors import DomainError, NotFound
from core.ids import AccountId, DepartmentId, LineId
from transcription.search_choice import Choice
from transcription.utterance import Track

KEPT = timedelta(days=1)
"""So long a query can be opened again; a duty of the worker throws older ones away."""
KEPT_BY_NAME = timedelta(days=365)
MOST_KEPT = 30
"""Queries that one person keeps by name."""


class TooManyKept(DomainError):
    """The list of kept searches is full; throw one away first."""

    code = "too-many-kept"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedQuery:
    """Words that were said, in a period, in departments and calls, and why somebody looks for them."""

    words: str
    after: datetime
    before: datetime
    departments: frozenset[DepartmentId]
    purpose: Purpose
    choice: Choice = field(default_factory=Choice)
    session: bytes | None = field(default=None, repr=False)
    """In which of the person's sessions the purpose was given; what is kept by name has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuery:
    """A query that its owner keeps under a name."""

    id: UUID
    name: str
    kept_at: datetime
    query: SavedQuery


def save_query(connection: Connection, account: AccountId, wanted: SavedQuery, now: datetime) -> UUID:
    """Keep a query for a day; returns its name. What the person asked longer ago is thrown away."""
    name = uuid4()
    connection.execute(_FORGET, {"account": account, "before": now - KEPT})
    connection.execute(
        _SAVE, {"id": name, "account": account, "query": _written(wanted), "now": now, "name": None}
    )
    return name


def load_query(connection: Connection, name: UUID, now: datetime) -> SavedQuery:
    """Return a query of this person that was asked within a day.

    Raises:
        NotFound: it is another's, too old, or never was.
    """
    row = connection.execute(_LOAD, {"id": name, "since": now - KEPT}).one_or_none()
    if row is None:
        raise NotFound
    return _read(row.query)


def keep_query(connection: Connection, account: AccountId, query: UUID, name: str, now: datetime) -> UUID:
    """Keep a query of today under a name (1 to 60 characters).

    Raises:
        NotFound: no such query of this person
        TooManyKept
    """
    wanted = load_query(connection, query, now)
    if len(kept_queries(connection, now)) >= MOST_KEPT:
        raise TooManyKept
    # The purpose is asked anew: what was said for today's search is nobody's business next month.
    plain = replace(wanted, purpose=Purpose(wanted.purpose.id), session=None)
    kept = uuid4()
    connection.execute(
        _SAVE, {"id": kept, "account": account, "query": _written(plain), "now": now, "name": name}
    )
    return kept


def kept_queries(connection: Connection, now: datetime) -> list[KeptQuery]:
    """Return what this person keeps, the newest first."""
    return [
        KeptQuery(id=row.id, name=row.name, kept_at=row.created_at, query=_read(row.query))
        for row in connection.execute(_KEPT, {"since": now - KEPT_BY_NAME})
    ]


def kept_query(connection: Connection, kept: UUID, now: datetime) -> KeptQuery:
    """Return one of them.

    Raises:
        NotFound: another's, too old, thrown away, or never was
    """
    for one in kept_queries(connection, now):
        if one.id == kept:
            return one
    raise NotFound


def forget_query(connection: Connection, kept: UUID) -> bool:
    """Throw away what this person keeps under a name; False where there is nothing of theirs, or no more."""
    return connection.execute(_THROW_AWAY, {"id": kept}).rowcount > 0


def _written(wanted: SavedQuery) -> str:
    choice = wanted.choice
    query = {
        "words": wanted.words,
        "after": wanted.after.isoformat(),
        "before": wanted.before.isoformat(),
        "departments": sorted(wanted.departments),
        "purpose": wanted.purpose.id,
        "case": wanted.purpose.case,
        "session": None if wanted.session is None else wanted.session.hex(),
        "line": choice.line,
        "operator": None if choice.operator is None else str(choice.operator),
        "track": None if choice.track is None else choice.track.value,
        "flagged": choice.flagged,
        "shortest": None if choice.shortest is None else choice.shortest.total_seconds(),
        "longest": None if choice.longest is None else choice.longest.total_seconds(),
        "times": choice.times,
    }
    return json.dumps({name: one for name, one in query.items() if one is not None}, ensure_ascii=False)


def _read(query: Mapping[str, Any]) -> SavedQuery:
    shortest, longest = query.get("shortest"), query.get("longest")
    return SavedQuery(
        words=query["words"],
        after=datetime.fromisoformat(query["after"]),
        before=datetime.fromisoformat(query["before"]),
        departments=frozenset(DepartmentId(one) for one in query["departments"]),
        purpose=Purpose(query["purpose"], query.get("case")),
        session=bytes.fromhex(query["session"]) if "session" in query else None,
        choice=Choice(
            line=LineId(query["line"]) if "line" in query else None,
            operator=AccountId(UUID(query["operator"])) if "operator" in query else None,
            track=Track(query["track"]) if "track" in query else None,
            flagged=query.get("flagged"),
            shortest=None if shortest is None else timedelta(seconds=shortest),
            longest=None if longest is None else timedelta(seconds=longest),
            times=query.get("times"),
        ),
    )


_FORGET = text(
    "DELETE FROM saved_queries WHERE account_id = :account AND created_at < :before AND name IS NULL"
)
_SAVE = text("""
    INSERT INTO saved_queries (id, account_id, query, created_at, name)
    VALUES (:id, :account, CAST(:query AS jsonb), :now, :name)
""")
_LOAD = text("SELECT query FROM saved_queries WHERE id = :id AND created_at > :since AND name IS NULL")
_KEPT = text("""
    SELECT id, name, created_at, query FROM saved_queries
     WHERE name IS NOT NULL AND created_at > :since ORDER BY created_at DESC, id
""")
_THROW_AWAY = text("DELETE FROM saved_queries WHERE id = :id AND name IS NOT NULL")
