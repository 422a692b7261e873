"""A new key-encryption key takes over by rewrapping: no sealed object is touched, and nothing is ever shut.

The newer key is there before the first row is rewrapped, and the older one opens for as long as any row is
under it. A batch is one transaction, so a run that was killed leaves each row under one of two known keys;
the next run goes on where rows are left. What is sealed meanwhile under the older key is taken along at the
end, and by the next run if it came later still.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from core.errors import DomainError
from core.logs import get_log
from storage.database import Database
from storage.keys import KeyProvider, Wrapped, WrongKey

BATCH = 5000

_USED = text("SELECT kek_id, count(*) FROM recording_keys GROUP BY kek_id ORDER BY kek_id")
_OLDER = text("""
    SELECT recording_id, kek_id, wrapped_key FROM recording_keys
     WHERE kek_id <> :newest AND recording_id > :after ORDER BY recording_id LIMIT :batch FOR UPDATE
""")
# What was destroyed in between stays gone: nothing is inserted here.
_REWRAP = text("""
    UPDATE recording_keys k SET kek_id = :newest, wrapped_key = n.wrapped
      FROM unnest(CAST(:recordings AS uuid[]), CAST(:wrapped AS bytea[])) AS n (recording, wrapped)
     WHERE k.recording_id = n.recording
""")


class KeyStillUsed(DomainError):
    """この鍵で包まれた録音が残っているか、今の鍵です。先に ./tsuwaroku keys rotate を終わらせてください。"""

    code = "key-still-used"
    http_status = 409


class KeyNotHere(DomainError):
    """ここにない鍵で包まれた録音があるため、入れ替えません。./tsuwaroku keys check で確かめてください。"""

    code = "key-not-here"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """How a rotation ended. ``unopened``: rows that no known key opens; they were left as they are."""

    newest: str
    rewrapped: int
    unopened: int


class KeyRotation:
    """Rotates the key-encryption key, under the worker's role. Any number of runs may follow each other.

    Args:
        database: of the worker role
        keys: where the keys are kept
        batch: rows in one transaction; destroying one of them waits for it
    """

    def __init__(self, database: Database, keys: KeyProvider, batch: int = BATCH) -> None:
        self._database = database
        self._keys = keys
        self._batch = batch

    def used(self) -> Mapping[str, int]:
        """Return how many recordings are under which key.

        Raises:
            DatabaseAway
        """
        with self._database.begin() as connection:
            return {str(kek_id): int(count) for kek_id, count in connection.execute(_USED)}

    def run(self, done: Callable[[int], None] = lambda _count: None) -> Rotated:
        """Go on with a rotation that was broken off; if there is none, have a newer key made and begin.

        Args:
            done: told after each batch how many have been rewrapped in this run

        Raises:
            KeyNotHere: something is under a key that is not known; nothing was begun
            KeysGivenElsewhere: everything is under the newest key, and people make the next one
            KeysAway, KeysMissing, KeysUnusable, DatabaseAway: what was rewrapped stays so; run it again
        """
        used, known = self.used(), self._keys.known()
        if not set(used) <= set(known):
            raise KeyNotHere
        newest = known[-1]
        if not set(used) - {newest}:
            newest = self._keys.renew()
            get_log().info("keys.renewed", code=newest)
        rewrapped = unopened = 0
        while True:
            count, unopened = self._pass(newest, lambda so_far, before=rewrapped: done(before + so_far))
            rewrapped += count
            if not count:
                get_log().info("keys.rotated", code=newest, count=rewrapped)
                return Rotated(newest=newest, rewrapped=rewrapped, unopened=unopened)

    def retire(self, kek_id: str) -> str:
        """Know a key no more that nothing is under.

        Returns:
            where people find it, for backups from before

        Raises:
            KeyStillUsed
            WrongKey: there is no such key
            KeysGivenElsewhere, KeysAway, KeysMissing, KeysUnusable, DatabaseAway
        """
        if kek_id in self.used() or kek_id == self._keys.known()[-1]:
            raise KeyStillUsed
        where = self._keys.retire(kek_id)
        get_log().info("keys.retired", code=kek_id)
        return where

    def _pass(self, newest: str, done: Callable[[int], None]) -> tuple[int, int]:
        rewrapped = unopened = 0
        after = UUID(int=0)
        while True:
            with self._database.begin() as connection:
                values = {"newest": newest, "after": after, "batch": self._batch}
                rows = connection.execute(_OLDER, values).mappings().all()
                count = self._rewrap(connection, newest, rows)
            if not rows:
                return rewrapped, unopened
            after = rows[-1]["recording_id"]
            rewrapped += count
            unopened += len(rows) - count
            done(rewrapped)

    def _rewrap(self, connection: Connection, newest: str, rows: Sequence[RowMapping]) -> int:
        """Rewrap what opens. A row that does not was changed behind our back; it must not stop the others."""
        if not rows:
            return 0
        try:
            under, wrapped = self._keys.rewrap([_wrapped(row) for row in rows])
        except WrongKey:
            if len(rows) == 1:
                return 0
            half = len(rows) // 2
            return self._rewrap(connection, newest, rows[:half]) + self._rewrap(
                connection, newest, rows[half:]
            )
        if under != newest:
            raise KeyStillUsed  # a still newer key was made meanwhile, by another rotation
        recordings = [row["recording_id"] for row in rows]
        connection.execute(_REWRAP, {"newest": newest, "recordings": recordings, "wrapped": wrapped})
        return len(rows)


def _wrapped(row: RowMapping) -> Wrapped:
    recording: UUID = row["recording_id"]
    return Wrapped(row["kek_id"], bytes(row["wrapped_key"]), recording.bytes)
