"""Whether what should be gone goes: how long ago the destroyer, its proof and the rewriting did their work.

Watched by another process than the one that destroys: who has died cannot say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from core.clock import Clock
from runtime.watch import Limit, Reading
from storage.destroyer_runs import last_runs
from storage.rewriting import waiting_since

_OLDEST_DUE = text("""
    SELECT min(destroy_after) FROM recordings r
     WHERE destroyed_at IS NULL AND class NOT IN ('incident', 'disclosure') AND destroy_after <= :now
       AND NOT EXISTS (SELECT 1 FROM recording_holds h WHERE h.recording_id = r.id)
""")

DESTROYER_LIMITS = (
    # It comes every five minutes; an hour is no slow disk any more.
    Limit(name="destroyer_behind_seconds", code="destroyer-stopped", above=3600),
    Limit(name="destruction_proof_behind_seconds", code="destruction-not-proven", above=36 * 3600),
)
REWRITING_LIMITS = (
    # What was destroyed must not be findable on the disk a day later.
    Limit(name="rewriting_behind_seconds", code="destroyed-not-rewritten", above=24 * 3600),
)


class DestroyerFigures:
    """Seconds since each step was done; a step that never was counts from the first thing it should do."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def destroyer(self, connection: Connection) -> Iterator[Reading]:
        """Read how long ago the destroyer and its proof ran."""
        now = self._clock.now()
        runs = last_runs(connection)
        oldest = connection.execute(_OLDEST_DUE, {"now": now}).scalar_one()
        begun = runs["destroyed"].begun_at if "destroyed" in runs else oldest
        proven = runs["proven"].begun_at if "proven" in runs else oldest
        for name, since in (("destroyer", begun), ("destruction_proof", proven)):
            behind = 0.0 if since is None else (now - since).total_seconds()
            yield Reading(name=f"{name}_behind_seconds", value=behind)

    def rewriting(self, connection: Connection) -> Iterator[Reading]:
        """Read how long the oldest destroyed recording's rows may have lain in files."""
        oldest = waiting_since(connection)
        behind = 0.0 if oldest is None else (self._clock.now() - oldest).total_seconds()
        yield Reading(name="rewriting_behind_seconds", value=behind)
