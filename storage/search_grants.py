"""Searching what was said is access: a purpose first, then one knock, and in it whose words were shown.

Words of a hit are shown under a search that holds, in the session in which its purpose was given. What a
further page shows of other recordings is one knock more, written before it is shown; looking again
writes none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from core.access_terms import AccessTerms
from core.actors import Actor, Purpose
from core.clock import Clock
from core.errors import AccessDenied
from core.ids import DepartmentId, RecordingId
from core.rights import Matter, allows
from storage.access_log import AccessLog, Knock
from storage.database import Database
from storage.grants import GrantOver

_OF = text("""
    SELECT until, recordings, session_hash FROM access_knocks
     WHERE search_id = :search AND actor = :account AND act = 'search' AND granted AND until IS NOT NULL
     ORDER BY at, id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A search of somebody's: for what, in whose records, and how many hits a page of it has."""

    id: UUID
    purpose: Purpose
    departments: Collection[DepartmentId]
    hits: int
    session: bytes | None
    """In which its purpose was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchGrant:
    """The words of these recordings may be read until a moment, as far as the search found them."""

    until: datetime
    shown: frozenset[RecordingId]


class SearchGrants:
    """Lets people read what their searches found, under their own rights."""

    def __init__(self, database: Database, clock: Clock, terms: AccessTerms) -> None:
        self._database = database
        self._clock = clock
        self._terms = terms
        self._log = AccessLog(database)

    def running(self, actor: Actor, search: UUID) -> SearchGrant:
        """Return what a search lets somebody read in this session now.

        Raises:
            GrantOver: it was never opened, or in another session, or too long ago
        """
        grant = self._find(actor, search)
        if grant is None:
            raise GrantOver
        return grant

    def show(self, actor: Actor, searched: Searched, recordings: Collection[RecordingId]) -> SearchGrant:
        """Write down whose words are shown to whom, and for what; then they may be.

        Args:
            actor: who searched
            searched: what they asked
            recordings: whose words the page has

        Raises:
            AccessDenied: theirs is no role that searches words
            GrantOver: the purpose was given too long ago, or in another session
            DatabaseAway: it could not be written down, so nothing is shown
        """
        now = self._clock.now()
        if searched.session != actor.session:
            raise GrantOver
        known = self._find(actor, searched.id)
        shown = known.shown if known is not None else frozenset()
        new = frozenset(recordings) - shown
        until = now + self._terms.lasts if known is None else known.until
        if known is None or new:
            self._write(actor, searched, new, until)
        return SearchGrant(until=until, shown=shown | new)

    def note_facts(self, actor: Actor, searched: Searched) -> None:
        """Write down that somebody looked which calls a search finds, without their words.

        Raises:
            AccessDenied, DatabaseAway
        """
        self._write(actor, searched, frozenset(), None)

    def _find(self, actor: Actor, search: UUID) -> SearchGrant | None:
        """Return a search that runs, None for one that nobody opened yet; raises GrantOver for any other."""
        with self._database.begin(actor) as connection:
            rows = connection.execute(_OF, {"search": search, "account": actor.account}).all()
        if not rows:
            return None
        if any(row.session_hash != actor.session or row.until <= self._clock.now() for row in rows):
            raise GrantOver
        shown = frozenset(RecordingId(one) for row in rows for one in row.recordings or ())
        return SearchGrant(until=rows[0].until, shown=shown)

    def _write(
        self, actor: Actor, searched: Searched, shown: frozenset[RecordingId], until: datetime | None
    ) -> None:
        granted = allows(actor.roles, Matter.WORDS)
        reason = "no-role" if not granted else "facts-alone" if until is None else "own-departments"
        knock = Knock(
            at=self._clock.now(), actor=actor.account, actor_kind="person", act="search", recording=None,
            purpose=searched.purpose.id, case=searched.purpose.case, granted=granted, reason=reason,
            until=until if granted else None, detail={"hits": searched.hits},
            departments=tuple(sorted(searched.departments)), search=searched.id,
            recordings=tuple(sorted(shown)),
        )  # fmt: skip
        self._log.write(knock, actor)
        if not granted:
            raise AccessDenied
