"""What a records officer does under a request (開示請求など): looks for facts, holds, accepts recordings.

A records officer sees no call. Under an open request they look for facts (whose number, which day, which
line), and accept recordings as belonging to it; those open, until the request is closed. Every look and every
acceptance is a knock in the access log before anything is answered: the database gives no facts without it.
What the log holds is the request's id; its number, and what was looked for, stand in no log.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from core.actors import Actor
from core.clock import Clock
from core.errors import AccessDenied, DomainError
from core.ids import RecordingId, RequestId
from storage.access_log import AccessLog, Act, Knock
from storage.access_rules import DISCLOSURE
from storage.database import Database
from storage.disclosures import is_led
from storage.record_requests import close_request, open_request
from storage.request_facts import AT_MOST, FactsOfCall, WantedFacts, facts_of_row
from storage.request_found import note_found, take_back
from storage.request_holds import end_request_holds, wish

NOT_LED = timedelta(days=366)
"""Of a request whose decision nobody wrote down here: within a year it can be contested in any case
(行政不服審査法 第18条第2項, 行政事件訴訟法 第14条第2項)."""

_MAY = text("""
    SELECT rights.open_request(:request) AS open,
           CAST(:recording AS uuid) IS NULL OR rights.may_be_accepted(CAST(:recording AS uuid)) AS there
""")
_LOOK = text("""
    SELECT * FROM search_facts(:knock, :after, :before, CAST(:line AS text), CAST(:caller AS bytea), :at_most,
                               CAST(:operator AS uuid), CAST(:words AS text[]))
""")
_ACCEPT = text("""
    INSERT INTO record_candidates (id, request_id, recording_id, accepted_by, accepted_at)
    VALUES (:id, :request, :recording, :by, :now) ON CONFLICT (request_id, recording_id) DO NOTHING
""")


class RequestIsLed(DomainError):
    """The request is led step by step, and ends by its last step."""

    code = "request-is-led"
    http_status = 409


class RecordRequests:
    """The door of records officers: every look and acceptance is a knock before anything is answered."""

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
        """Close a request: nothing opens under it any more. What was held for it stays for a year more.

        Raises:
            NotFound: no such request, closed already, or another office's
            RequestIsLed: it ends by its steps
        """
        now = self._clock.now()
        with self._database.begin(actor) as connection:
            if is_led(connection, request):
                raise RequestIsLed
            close_request(connection, actor, request, now)
            end_request_holds(connection, request, now + NOT_LED)

    def look(self, actor: Actor, request: RequestId, wanted: WantedFacts) -> list[FactsOfCall]:
        """Look for facts under a request, newest first, ``AT_MOST``; the look is written down before.

        Raises:
            AccessDenied: the request is closed, another office's, or there is none
            DatabaseAway: the look could not be written down, so nothing is told
        """
        asked = {
            "by_number": int(wanted.caller is not None), "by_line": int(wanted.line is not None),
            "by_operator": int(wanted.operator is not None), "by_words": int(bool(wanted.words)),
        }  # fmt: skip
        knock = self._knock(actor, request, "facts", None, asked)
        values = {
            "knock": knock.id, "after": wanted.after, "before": wanted.before, "line": wanted.line,
            "caller": wanted.caller, "at_most": AT_MOST, "operator": wanted.operator,
            "words": list(wanted.words) or None,
        }  # fmt: skip
        with self._database.begin(actor) as connection:
            found = [facts_of_row(row) for row in connection.execute(_LOOK, values)]
            there = [one.recording for one in found if one.recording is not None and one.can_be_accepted]
            note_found(connection, request, there, knock.at)
            return found

    def hold(self, actor: Actor, request: RequestId, wanted: WantedFacts) -> int:
        """Hold what a request may concern, found or still to come; returns how many recordings there are now.

        Raises:
            AccessDenied: the request is closed, another office's, or there is none
            DatabaseAway: it could not be written down, so nothing is held
        """
        asked = {
            "by_number": int(wanted.caller is not None),
            "by_line": int(wanted.line is not None),
            "hold": 1,
        }
        knock = self._knock(actor, request, "facts", None, asked)
        with self._database.begin(actor) as connection:
            return wish(connection, actor, request, knock.id, wanted, knock.at)

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
            note_found(connection, request, [recording], knock.at)
            take_back(connection, actor, request, recording, knock.at)

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
