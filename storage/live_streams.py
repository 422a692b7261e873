"""Streams of sound of calls that go on: telephony opens them for watched calls, the recogniser takes them in.

The row is the permission: it stands before the sound flows, and when it is gone the sound is refused. A
stream is known by a secret that stands in its row alone, so nobody else can bring sound for a call.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from sqlalchemy import text

from core.ids import CallId
from storage.database import Database

StreamSecret = NewType("StreamSecret", UUID)

WATCHED_SECONDS = 15
"""So long after a page's last look somebody still watches."""

_WANTED = text(
    f"""
    SELECT c.id, c.flagged_at IS NOT NULL AS flagged FROM calls c
     WHERE c.id = ANY (:led) AND c.ended_at IS NULL
       AND (:always OR EXISTS (SELECT 1 FROM live_watches w WHERE w.call_id = c.id
                                  AND w.seen_at > now() - interval '{WATCHED_SECONDS} seconds'))
    """  # noqa: S608  a constant
)
_OPEN = text("SELECT call_id, track FROM live_streams WHERE call_id = ANY (:led)")
_BEGIN = text("""
    INSERT INTO live_streams (secret, call_id, track, opened_at)
    SELECT :secret, id, :track, now() FROM calls WHERE id = :call AND ended_at IS NULL
""")
_END = text("DELETE FROM live_streams WHERE call_id = ANY (:calls)")
_ALL = text("""
    SELECT s.secret, s.call_id, s.track, s.opened_at < now() - interval '5 seconds' AS old,
           c.flagged_at IS NOT NULL AS flagged,
           EXISTS (SELECT 1 FROM help_requests h WHERE h.call_id = c.id AND h.closed_at IS NULL
                      AND h.cancelled_at IS NULL) AS helped
      FROM live_streams s JOIN calls c ON c.id = s.call_id WHERE c.ended_at IS NULL
""")
_FORGET = text("DELETE FROM live_streams WHERE secret = ANY (:secrets)")
_FORGET_ALL = text("DELETE FROM live_streams")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What telephony is to do for the calls it leads."""

    flagged: Mapping[CallId, bool]
    """Calls whose words are wanted → whether they are flagged."""
    open: frozenset[tuple[CallId, str]]
    """Which tracks of which calls have a stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One side of a call, on its way to the recogniser."""

    secret: StreamSecret
    call: CallId
    track: str
    flagged: bool = False
    helped: bool = False
    old: bool = False
    """It should long have been there."""


class LiveStreams:
    """The rows of streams, under the worker role. Every call may raise DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, led: Collection[CallId], *, always: bool) -> Watched:
        """Say which of these calls somebody watches, or all that go on, and what is open for them."""
        calls = {"led": list(led)}
        with self._database.begin() as connection:
            wanted = connection.execute(_WANTED, {**calls, "always": always})
            flagged = {CallId(row.id): bool(row.flagged) for row in wanted}
            rows = connection.execute(_OPEN, calls)
            return Watched(
                flagged=flagged, open=frozenset((CallId(row.call_id), str(row.track)) for row in rows)
            )

    def begin(self, secret: StreamSecret, call: CallId, track: str) -> bool:
        """Permit one stream; False when the call is over."""
        with self._database.begin() as connection:
            added = connection.execute(_BEGIN, {"secret": secret, "call": call, "track": track})
            return added.rowcount > 0

    def end(self, calls: Collection[CallId]) -> None:
        """Take back the permission of every stream of these calls."""
        if calls:
            with self._database.begin() as connection:
                connection.execute(_END, {"calls": list(calls)})

    def all(self) -> Sequence[Stream]:
        """Return every permitted stream of a call that goes on, with what its need is made of."""
        with self._database.begin() as connection:
            return [
                Stream(
                    secret=StreamSecret(row.secret),
                    call=CallId(row.call_id),
                    track=row.track,
                    flagged=row.flagged,
                    helped=row.helped,
                    old=row.old,
                )
                for row in connection.execute(_ALL)
            ]

    def forget(self, secrets: Collection[StreamSecret]) -> None:
        """Take out streams that ended, or that never came."""
        if secrets:
            with self._database.begin() as connection:
                connection.execute(_FORGET, {"secrets": list(secrets)})

    def forget_all(self) -> None:
        """Take out every stream: a recogniser that just began holds none."""
        with self._database.begin() as connection:
            connection.execute(_FORGET_ALL)
