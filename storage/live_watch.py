"""The door to the words of a call that goes on: the knock first, then the watch; the watch lapses by itself.

One knock lets one person read along in one session, until the call ends or four hours are over. Words are
made only while somebody looks: every look renews the watch, and the row rights show words to nobody without
one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from core.actors import Actor
from core.clock import Clock
from core.errors import AccessDenied
from core.ids import CallId
from storage.access_log import AccessLog, Knock
from storage.database import Database

LASTS = timedelta(hours=4)
_REFUSED_BY_ROW_RIGHTS = "42501"

_WATCH = text("""
    INSERT INTO live_watches (call_id, account_id, since, seen_at) VALUES (:call, :account, now(), now())
    ON CONFLICT (call_id, account_id) DO UPDATE SET seen_at = now()
""")
_LEAVE = text("DELETE FROM live_watches WHERE call_id = :call AND account_id = :account")
_GRANTED = text("""
    SELECT EXISTS (SELECT 1 FROM access_knocks
                    WHERE actor = :account AND act = 'live-text' AND call_id = :call
                      AND granted AND until > :now
                      AND session_hash IS NOT DISTINCT FROM CAST(:session AS bytea))
""")


class LiveWatchDoor:
    """Lets people read along, under their own rights."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._log = AccessLog(database)

    def open(self, actor: Actor, call: CallId, watcher: str | None) -> datetime:
        """Write the knock, then watch.

        Args:
            actor: who wants to read along
            call: one that goes on
            watcher: as what they may (`api.reading.live_text.Watcher`); None: they may not

        Returns:
            until when it holds, at the longest

        Raises:
            AccessDenied: they may not; that is written down too
            DatabaseAway: it could not be written down, so nothing is opened
        """
        now = self._clock.now()
        granted = watcher is not None
        until = now + LASTS
        self._log.write(
            Knock(
                at=now, actor=actor.account, actor_kind="person", act="live-text", recording=None,
                purpose=watcher or "live-text", granted=granted,
                reason="own-department" if granted else "not-visible",
                until=until if granted else None, call=call,
            ),
            actor,
        )  # fmt: skip
        if not granted:
            raise AccessDenied
        if not self._watch(actor, call):
            raise AccessDenied
        return until

    def go_on(self, actor: Actor, call: CallId) -> bool:
        """Renew the watch of somebody who looks; no row is written in the access log.

        Returns:
            whether there is still something to watch: a call may end at any moment

        Raises:
            AccessDenied: they never knocked in this session, or it is too long ago
        """
        with self._database.begin(actor) as connection:
            granted = has_grant(connection, actor, call, self._clock.now())
        if not granted:
            raise AccessDenied
        return self._watch(actor, call)

    def leave(self, actor: Actor, call: CallId) -> None:
        """Watch no longer."""
        with self._database.begin(actor) as connection:
            connection.execute(_LEAVE, {"call": call, "account": actor.account})

    def _watch(self, actor: Actor, call: CallId) -> bool:
        try:
            with self._database.begin(actor) as connection:
                connection.execute(_WATCH, {"call": call, "account": actor.account})
        except ProgrammingError as refused:
            # The call ended between the question whether somebody may watch and this row.
            if getattr(refused.orig, "sqlstate", None) != _REFUSED_BY_ROW_RIGHTS:
                raise
            return False
        return True


def has_grant(connection: Connection, actor: Actor, call: CallId, now: datetime) -> bool:
    """Say whether somebody knocked in this session and was let in, and it still holds."""
    asked = {"account": actor.account, "call": call, "now": now, "session": actor.session}
    return bool(connection.execute(_GRANTED, asked).scalar())
