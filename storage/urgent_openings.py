"""緊急閲覧: a supervisor opens calls of another department, with a written reason, for a short time.

The knock comes first, under the name of the opening; the database opens nothing without it, raises the notice
to the auditor in the same breath, and shuts by itself. Each knock under it carries its name (``grants.py``).
It is for looking: what belongs to such a call is written by those whose call it is (migration 0032).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from core.actors import Actor, Role
from core.clock import Clock
from core.errors import AccessDenied, DomainError, NotFound
from core.ids import CallId, LineId, RecordingId
from storage.access_log import AccessLog, Knock
from storage.database import Database

SHORTEST_REASON, LONGEST_REASON = 5, 500
"""Characters."""
LONGEST = timedelta(hours=8)
PURPOSE = "urgent"
"""What stands as the purpose of the knock it begins with; what is opened under it has purposes of its own."""

_OPEN = text("SELECT open_urgently(:opening, :line, :at, :reason)")
_SHUT = text("""
    UPDATE urgent_openings SET ended_at = :at
     WHERE opening_id = :opening AND account_id = :account AND ended_at IS NULL AND until > :at
""")
_LIST = text("""
    SELECT u.opening_id, a.display_name AS name, u.account_id, u.reason, u.opened_at, u.until,
           max(u.ended_at) AS ended_at, count(*) AS calls, array_agg(u.call_id ORDER BY u.call_id) AS ids
      FROM urgent_openings u JOIN accounts a ON a.id = u.account_id
     WHERE u.opened_at > :since
     GROUP BY u.opening_id, a.display_name, u.account_id, u.reason, u.opened_at, u.until
     ORDER BY u.opened_at DESC LIMIT 200
""")
_REACHED = text("""
    SELECT u.opening_id, u.until FROM urgent_openings u
     WHERE u.call_id = :call AND u.account_id = :account AND u.until > now() AND u.ended_at IS NULL
     ORDER BY u.until DESC LIMIT 1
""")


_REACHES = text("""
    SELECT u.opening_id, u.until FROM recordings r JOIN urgent_openings u ON u.call_id = r.subject
     WHERE r.id = :recording AND u.account_id = :account AND u.until > now() AND u.ended_at IS NULL
       AND r.department <> ALL (rights.departments())
     ORDER BY u.until DESC LIMIT 1
""")


class NothingToOpen(DomainError):
    """No call of another department came in on that line around that time, or none that may be opened so."""

    code = "nothing-to-open"
    http_status = 404


class ReasonMissing(DomainError):
    """A reason must be written, between five and five hundred characters long."""

    code = "urgent-reason-missing"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to open: calls of a line in a minute, and in the five on each side."""

    line: LineId
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentOpening:
    """Somebody opened what was not theirs."""

    id: UUID
    name: str
    own: bool
    reason: str
    opened_at: datetime
    until: datetime
    ended_at: datetime | None
    calls: tuple[CallId, ...]

    def is_open(self, now: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.ended_at is None and now < self.until


class UrgentOpenings:
    """The door to what is not one's own.

    Args:
        database: the console's
        clock: tells the time
        lasts: how long an opening holds, LONGEST at most
    """

    def __init__(self, database: Database, clock: Clock, lasts: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._lasts = min(lasts, LONGEST)
        self._log = AccessLog(database)

    def open(self, actor: Actor, wanted: Wanted) -> datetime:
        """Write the knock, then open; returns until when.

        Raises:
            ReasonMissing: nothing was asked for yet, so nothing is written down
            AccessDenied: no supervisor, or somebody who keeps the machine; that is written down
            NothingToOpen: the knock stands, and nothing was opened
            DatabaseAway: it could not be written down, so nothing is opened
        """
        reason = wanted.reason.strip()
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            raise ReasonMissing
        granted = actor.has(Role.SUPERVISOR) and not actor.has(Role.ADMINISTRATOR)
        now, opening = self._clock.now(), uuid4()
        until = now + self._lasts
        knock = Knock(
            id=opening, at=now, actor=actor.account, actor_kind="person", act="urgent", recording=None,
            purpose=PURPOSE, granted=granted, reason="urgent-opening" if granted else "no-role",
            until=until if granted else None,
        )  # fmt: skip
        self._log.write(knock, actor)
        if not granted:
            raise AccessDenied
        values = {"opening": opening, "line": wanted.line, "at": wanted.at, "reason": reason}
        with self._database.begin(actor) as connection:
            opened: int = connection.execute(_OPEN, values).scalar_one()
        if not opened:
            raise NothingToOpen
        return until

    def shut(self, actor: Actor, opening: UUID) -> None:
        """End one's own opening before its time.

        Raises:
            NotFound: none of one's own that is open
        """
        values = {"opening": opening, "account": actor.account, "at": self._clock.now()}
        with self._database.begin(actor) as connection:
            if connection.execute(_SHUT, values).rowcount == 0:
                raise NotFound


def openings_since(connection: Connection, actor: Actor, since: datetime) -> list[UrgentOpening]:
    """Return what was opened so, newest first: one's own; to the auditor all; to supervisors their calls'."""
    return [
        UrgentOpening(
            id=row.opening_id, name=row.name, own=row.account_id == actor.account, reason=row.reason,
            opened_at=row.opened_at, until=row.until, ended_at=row.ended_at,
            calls=tuple(CallId(one) for one in row.ids),
        )
        for row in connection.execute(_LIST, {"since": since})
    ]  # fmt: skip


def opening_of(connection: Connection, actor: Actor, recording: RecordingId) -> tuple[UUID, datetime] | None:
    """Return by which urgent opening a recording is open to somebody, and until when; None: by none."""
    row = connection.execute(_REACHES, {"recording": recording, "account": actor.account}).one_or_none()
    return None if row is None else (row.opening_id, row.until)


def opened_until(connection: Connection, actor: Actor, call: CallId) -> datetime | None:
    """Return until when a call is open to somebody whose call it is not; None: by no urgent opening."""
    row = connection.execute(_REACHED, {"call": call, "account": actor.account}).one_or_none()
    return None if row is None else row.until
