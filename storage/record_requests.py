"""Requests from outside (開示請求など), the facts that are looked for under one, and what was accepted.

A records officer sees no call. Under an open request they look for facts (whose number, which day, which
line), and accept recordings as belonging to it; those open, until the request is closed. Every look and every
acceptance is a knock in the access log before anything is answered: the database gives no facts without it.
What the log holds is the request's id; its number, and what was looked for, stand in no log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, text

from core.actors import Actor
from core.clock import Clock
from core.errors import AccessDenied, NotFound
from core.ids import CallId, DepartmentId, LineId, RecordingId, RequestId
from core.rights import Matter, allows
from storage.access_log import AccessLog, Act, Knock
from storage.access_rules import DISCLOSURE
from storage.database import Database

AT_MOST = 200
"""So many calls are shown of one look. Whoever finds more narrows the days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRequest:
    """A request under which somebody looks."""

    id: RequestId
    number: str
    """The city's own number of it."""
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFacts:
    """What is looked for: calls that came in from a moment until another, of a line, of a caller."""

    after: datetime
    before: datetime
    line: LineId | None = None
    caller: bytes | None = None
    """Keyed hash of the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsOfCall:
    """What is told of a call: no number, no word of it."""

    call: CallId
    line: LineId
    department: DepartmentId
    arrived_at: datetime
    connected_at: datetime | None
    ended_at: datetime
    direction: str
    caller_class: str
    outcome: str | None
    no_sound: str | None
    recording: RecordingId | None
    usable: bool
    destroyed: bool

    @property
    def can_be_accepted(self) -> bool:
        """Whether there is a recording that could open."""
        return self.recording is not None and not self.destroyed


class RecordRequests:
    """The door of records officers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._log = AccessLog(database)

    def open(self, actor: Actor, request: RequestId, number: str) -> None:
        """Open a request for the records of one's own departments; sent twice, it is one.

        Raises:
            AccessDenied: not a records officer, or of no department
        """
        with self._database.begin(actor) as connection:
            open_request(connection, actor, request, number, self._clock.now())

    def close(self, actor: Actor, request: RequestId) -> None:
        """Close a request: nothing opens under it any more.

        Raises:
            NotFound: no such request, closed already, or another office's
        """
        with self._database.begin(actor) as connection:
            close_request(connection, actor, request, self._clock.now())

    def look(self, actor: Actor, request: RequestId, wanted: WantedFacts) -> list[FactsOfCall]:
        """Look for facts under a request, newest first, ``AT_MOST``; the look is written down before.

        Raises:
            AccessDenied: the request is closed, another office's, or there is none
            DatabaseAway: the look could not be written down, so nothing is told
        """
        asked = {"by_number": int(wanted.caller is not None), "by_line": int(wanted.line is not None)}
        knock = self._knock(actor, request, "facts", None, asked)
        values = {
            "knock": knock.id, "after": wanted.after, "before": wanted.before, "line": wanted.line,
            "caller": wanted.caller, "at_most": AT_MOST,
        }  # fmt: skip
        with self._database.begin(actor) as connection:
            return [_facts(row) for row in connection.execute(_LOOK, values)]

    def accept(self, actor: Actor, request: RequestId, recording: RecordingId) -> None:
        """Take a recording as belonging to a request: from now on it opens for the office that answers it.

        Raises:
            AccessDenied: the request is not open to this person, or the recording not of their departments
            DatabaseAway: it could not be written down
        """
        knock = self._knock(actor, request, "accept", recording, {})
        row = {
            "id": knock.id, "request": request, "recording": recording, "by": actor.account, "now": knock.at,
        }  # fmt: skip
        with self._database.begin(actor) as connection:
            connection.execute(_ACCEPT, row)

    def _knock(
        self, actor: Actor, request: RequestId, act: Act, recording: RecordingId | None, asked: dict[str, int]
    ) -> Knock:
        with self._database.begin(actor) as connection:
            may = connection.execute(_MAY, {"request": request, "recording": recording}).one()
        reason = "under-request" if may.open and may.there else "not-visible" if may.open else "no-request"
        knock = Knock(
            id=uuid4(), at=self._clock.now(), actor=actor.account, actor_kind="person", act=act,
            recording=recording, purpose=DISCLOSURE, granted=may.open and may.there, reason=reason,
            request=request, detail=asked,
        )  # fmt: skip
        self._log.write(knock, actor)
        if not knock.granted:
            raise AccessDenied
        return knock


def open_request(
    connection: Connection, actor: Actor, request: RequestId, number: str, now: datetime
) -> None:
    """Open a request, in the transaction of whoever opens it.

    Raises:
        AccessDenied: not a records officer, or of no department
    """
    if not allows(actor.roles, Matter.REQUESTS) or not actor.departments:
        raise AccessDenied
    row = {
        "id": request, "number": number, "departments": sorted(actor.departments), "by": actor.account,
        "now": now,
    }  # fmt: skip
    connection.execute(_OPEN, row)


def close_request(connection: Connection, actor: Actor, request: RequestId, now: datetime) -> None:
    """Close a request, in the transaction of whoever closes it.

    Raises:
        NotFound: no such request, closed already, or another office's
    """
    if connection.execute(_CLOSE, {"id": request, "by": actor.account, "now": now}).rowcount == 0:
        raise NotFound


def requests_of(connection: Connection) -> Sequence[RecordRequest]:
    """Return every request that this person may see, open ones first, newest first."""
    return [_request(row) for row in connection.execute(_LIST)]


def request_of(connection: Connection, request: RequestId) -> RecordRequest:
    """Return one request.

    Raises:
        NotFound: there is none, or it is another office's
    """
    row = connection.execute(_ONE, {"id": request}).one_or_none()
    if row is None:
        raise NotFound
    return _request(row)


def accepted_of(connection: Connection, request: RequestId) -> list[FactsOfCall]:
    """Return the facts of what was accepted for an open request, newest first."""
    return [_facts(row) for row in connection.execute(_ACCEPTED, {"request": request})]


def _request(row: Row[Any]) -> RecordRequest:
    return RecordRequest(
        id=RequestId(row.id), number=row.number, opened_by=row.display_name, opened_at=row.opened_at,
        closed_at=row.closed_at,
    )  # fmt: skip


def _facts(row: Row[Any]) -> FactsOfCall:
    return FactsOfCall(
        call=CallId(row.call_id), line=LineId(row.line), department=DepartmentId(row.department),
        arrived_at=row.arrived_at, connected_at=row.connected_at, ended_at=row.ended_at,
        direction=row.direction, caller_class=row.caller_class, outcome=row.outcome, no_sound=row.no_sound,
        recording=None if row.recording_id is None else RecordingId(row.recording_id),
        usable=bool(row.usable), destroyed=row.destroyed_at is not None,
    )  # fmt: skip


_OPEN = text("""
    INSERT INTO record_requests (id, number, departments, opened_by, opened_at)
    VALUES (:id, :number, :departments, :by, :now) ON CONFLICT (id) DO NOTHING
""")
_CLOSE = text("""
    UPDATE record_requests SET closed_at = :now, closed_by = :by WHERE id = :id AND closed_at IS NULL
""")
_MAY = text("""
    SELECT rights.open_request(:request) AS open,
           CAST(:recording AS uuid) IS NULL OR rights.may_be_accepted(CAST(:recording AS uuid)) AS there
""")
_LOOK = text("""
    SELECT * FROM search_facts(:knock, :after, :before, CAST(:line AS text), CAST(:caller AS bytea), :at_most)
""")
_ACCEPT = text("""
    INSERT INTO record_candidates (id, request_id, recording_id, accepted_by, accepted_at)
    VALUES (:id, :request, :recording, :by, :now) ON CONFLICT (request_id, recording_id) DO NOTHING
""")
_ACCEPTED = text("SELECT * FROM accepted_facts(:request)")
_REQUESTS = """
    SELECT q.id, q.number, q.opened_at, q.closed_at, a.display_name
      FROM record_requests q JOIN accounts a ON a.id = q.opened_by
"""
_LIST = text(_REQUESTS + " ORDER BY q.closed_at IS NOT NULL, q.opened_at DESC LIMIT 200")
_ONE = text(_REQUESTS + " WHERE q.id = :id")
