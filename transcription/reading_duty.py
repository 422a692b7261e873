"""Readings that are missing or were made by another dictionary are made anew, a few thousand at a time.

What was said does not change by it, only what search by sound finds.
"""

from __future__ import annotations

from sqlalchemy import text

from core.ids import DepartmentId
from core.logs import get_log
from storage.database import Database
from transcription.reading import NoReader, read_for_search, the_reader

AT_ONCE = 500
MOST = 5000
"""Utterances in one run: some seconds of one core."""

log = get_log()


class MakeReadings:
    """A duty of the worker. Any number of workers may have it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run_once(self) -> int:
        """Make readings; returns how many. Without a reader nothing is done: search says so to people."""
        try:
            reader = the_reader()
        except NoReader:
            log.warning("readings.no-reader")
            return 0
        made = 0
        while made < MOST:
            count = self._make(reader.version)
            made += count
            if count < AT_ONCE:
                break
        if made:
            log.info("readings.made", count=made)
        return made

    def _make(self, dictionary: str) -> int:
        with self._database.begin() as connection:
            rows = connection.execute(_STALE, {"dictionary": dictionary, "at_once": AT_ONCE}).all()
            if not rows:
                return 0
            values: list[dict[str, object]] = []
            for row in rows:
                heard = read_for_search(row.text if row.norm else "", DepartmentId(row.department))
                values.append(
                    {
                        "id": row.id, "spoken_at": row.spoken_at, "track": row.track,
                        "sounds": heard.sounds, "grams": heard.grams, "dictionary": heard.dictionary,
                    }
                )  # fmt: skip
            connection.execute(_WRITE, values)
            return len(rows)


# Three looks into the index of dictionaries instead of one through every row. What another worker reads anew
# just now is skipped.
_STALE = text("""
    WITH stale AS (
        (SELECT id, spoken_at FROM utterance_tokens WHERE dictionary IS NULL LIMIT :at_once)
        UNION ALL (SELECT id, spoken_at FROM utterance_tokens WHERE dictionary < :dictionary LIMIT :at_once)
        UNION ALL (SELECT id, spoken_at FROM utterance_tokens WHERE dictionary > :dictionary LIMIT :at_once)
        LIMIT :at_once
    )
    SELECT t.id, t.spoken_at, t.department, u.track, u.text, u.norm
      FROM stale JOIN utterance_tokens t USING (spoken_at, id) JOIN utterances u USING (spoken_at, id)
       FOR UPDATE OF t SKIP LOCKED
""")
_WRITE = text("""
    UPDATE utterance_tokens SET track = :track, sounds = :sounds, grams = CAST(:grams AS tsvector),
           dictionary = :dictionary
     WHERE spoken_at = :spoken_at AND id = :id
""")
