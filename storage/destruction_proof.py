"""Once a day it is proven that nothing is left of what is destroyed, and that nothing overstays its period.

A destroyer that stops is silent, and an archive that only grows looks healthy. So this looks at what there
is, by no list that the destroyer keeps, and tells people: of what, how many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, TextClause, text

from core.clock import Clock
from core.logs import get_log
from storage.alarms import raise_alarm
from storage.database import Database
from storage.destroyer_runs import last_runs, note_run

LEFT = "destroyed-but-left"
EVERY = timedelta(hours=24)
GRACE = timedelta(hours=1)
"""The destroyer comes every few minutes; an hour later nothing is under way any more."""

_GONE = "r.destroyed_at < :since"
_WORDS = (
    "recording_id = r.id AND t.spoken_at >= r.started_at AND t.spoken_at < r.started_at + interval '1 day'"
)


def _of_destroyed(table: str, where: str = "recording_id = r.id") -> TextClause:
    return text(
        f"SELECT count(*) FROM recordings r WHERE {_GONE}"  # noqa: S608  our own words only
        f" AND EXISTS (SELECT 1 FROM {table} t WHERE t.{where})"
    )


_LOOKS: Mapping[str, TextClause] = {
    "keys": _of_destroyed("recording_keys"),
    "objects": _of_destroyed("sealed_objects"),
    "transcripts": _of_destroyed("transcript_revisions"),
    "words": _of_destroyed("utterances", _WORDS),
    "index": _of_destroyed("utterance_tokens", _WORDS),
    "transcribing": _of_destroyed("transcription_states"),
    "imports": _of_destroyed("imports"),
    "voices": _of_destroyed("voice_measures"),
    "signals": _of_destroyed("signals", "recording_id = r.id AND t.handled_at IS NULL"),
    "certificates-missing": text(
        f"SELECT count(*) FROM recordings r WHERE {_GONE}"  # noqa: S608  as above
        " AND NOT EXISTS (SELECT 1 FROM destructions d WHERE d.recording_id = r.id)"
    ),
    "overdue": text("""
        SELECT count(*) FROM recordings r
         WHERE r.destroyed_at IS NULL AND r.class NOT IN ('incident', 'disclosure')
           AND r.destroy_after < :since AND NOT EXISTS
               (SELECT 1 FROM recording_holds h WHERE h.recording_id = r.id
                   AND (h.lifted_at IS NULL OR h.lifted_at > :regret))
    """),
    "live-words": text(
        "SELECT count(*) FROM live_lines l JOIN calls c ON c.id = l.call_id WHERE c.ended_at < :since"
    ),
}
"""What must be empty, by the name that the alarm says. What hangs on a revision by reference goes with it."""

log = get_log()


class DestructionProof:
    """A duty of the worker, once a day; a database that is away is looked at again.

    Args:
        database: the worker role's
        clock: what time it is
        objects_left: counts objects in the store that certificates say are gone
        calls_left: counts calls whose rows overstay their period
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        objects_left: Callable[[], int],
        calls_left: Callable[[], int],
    ) -> None:
        self._database = database
        self._clock = clock
        self._elsewhere = {"stored-objects": objects_left, "calls": calls_left}

    def run_once(self) -> bool:
        """Prove it if a day has passed; says whether it did.

        Raises:
            DatabaseAway, ObjectStoreFailed: nothing was proven, look again later
        """
        with self._database.begin() as connection:
            last = last_runs(connection).get("proven")
        if last is not None and self._clock.now() - last.begun_at < EVERY:
            return False
        self.prove()
        return True

    def prove(self) -> Mapping[str, int]:
        """Look at everything now.

        Returns:
            what is left, by name; empty when all is as it must be

        Raises:
            DatabaseAway, ObjectStoreFailed: nothing was proven
        """
        now = self._clock.now()
        elsewhere = {name: count for name, look in self._elsewhere.items() if (count := look())}
        with self._database.begin() as connection:
            left = {name: count for name, count in _counts(connection, now) if count} | elsewhere
            note_run(connection, "proven", now, sum(left.values()))
            if left:
                raise_alarm(connection, LEFT, detail=left)
        if left:
            log.warning("destruction.left_over", count=sum(left.values()))
        return left


def _counts(connection: Connection, now: datetime) -> list[tuple[str, int]]:
    asked = {"since": now - GRACE, "regret": now - timedelta(days=7) - GRACE}
    return [(name, int(connection.execute(look, asked).scalar_one())) for name, look in _LOOKS.items()]
