"""Who opened a case, and who took it out on paper: each is a knock in the access log, before it is shown.

A case is opened once a session, as its page is looked at many times while people work on it; its paper is a
knock each time. A knock on a case names it by its id alone; the database adds whose department's it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import text

from core.actors import Actor
from core.clock import Clock
from core.ids import IncidentId
from storage.access_log import AccessLog, Knock
from storage.database import Database
from storage.incidents import incident_row

CASEWORK = "casework"
"""What stands in the place of a purpose: a case is opened to write, judge or check it."""

_NOTED = text("""
    SELECT EXISTS (SELECT 1 FROM access_knocks
                    WHERE actor = :by AND act = 'case' AND at >= :since AND detail ->> 'incident' = :incident)
""")


class CaseTrail:
    """Writes knocks on cases. Give it the database of the role that knocks."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._log = AccessLog(database)

    def opened(self, actor: Actor, incident: IncidentId, since: datetime) -> None:
        """Write down that somebody opens a case; once since a moment, which is when their session began.

        Raises:
            NotFound: there is none, or none that they may see
            DatabaseAway: it could not be written down, so nothing is shown
        """
        with self._database.begin(actor) as connection:
            incident_row(connection, incident)
            noted = connection.execute(
                _NOTED, {"by": actor.account, "since": since, "incident": str(incident)}
            ).scalar_one()
        if not noted:
            self._log.write(self._knock(actor, incident, "case", "page"), actor)

    def taken_out(self, actor: Actor, incident: IncidentId, *, draft: bool) -> None:
        """Write down that somebody takes a case out on paper.

        Raises:
            NotFound: there is none, or none that they may see
            DatabaseAway: it could not be written down, so nothing is given
        """
        with self._database.begin(actor) as connection:
            incident_row(connection, incident)
        self._log.write(self._knock(actor, incident, "paper", "draft" if draft else "decision"), actor)

    def _knock(self, actor: Actor, incident: IncidentId, act: Literal["case", "paper"], what: str) -> Knock:
        return Knock(
            at=self._clock.now(), actor=actor.account, actor_kind="person",
            act=act, recording=None, purpose=CASEWORK, granted=True,
            reason="case-seen", detail={"incident": str(incident), "what": what},
        )  # fmt: skip
