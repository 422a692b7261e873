"""A call taken at a phone where nobody was signed in is kept, and claimed later by whoever took it.

To claim is to gain the right to hear: every attempt is a knock in the access log, written before the claim.
Where somebody else sat at that phone meanwhile, nobody claims; supervisors decide (migration 0014).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from core.actors import Actor, Role
from core.errors import DomainError
from core.ids import AccountId, CallId, recording_id_of
from storage.access_log import AccessLog, Knock
from storage.database import Database

WITHIN = timedelta(days=1)
"""So long after its arrival a call can be claimed; the database holds the same (migration 0003)."""

_CLAIMABLE = text("""
    SELECT EXISTS (SELECT 1 FROM calls WHERE id = :call AND operator_id IS NULL AND connected_at IS NOT NULL
                      AND arrived_at > :since AND NOT rights.somebody_else_sat(id))
""")
_CLAIM = text("""
    INSERT INTO call_claims (call_id, account_id, at)
    SELECT id, :account, :at FROM calls WHERE id = :call AND operator_id IS NULL
    ON CONFLICT DO NOTHING
""")
_OWNER = text("SELECT operator_id FROM calls WHERE id = :call")


class CannotClaim(DomainError):
    """The call has an owner, nobody talked in it, somebody else sat there, or it is too long ago."""

    code = "cannot-claim"
    http_status = 409


class CallClaims:
    """The door through which a call gets its owner afterwards."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._log = AccessLog(database)

    def claim(self, actor: Actor, call: CallId, at: datetime) -> None:
        """Make a call one's own.

        Raises:
            CannotClaim: it is somebody's, cannot be seen, or may not be claimed any more
        """
        with self._database.begin(actor) as connection:
            granted = actor.has(Role.OPERATOR) and _claimable(connection, call, at)
        self._log.write(
            Knock(
                at=at, actor=actor.account, actor_kind="person", act="claim",
                recording=recording_id_of(call), purpose="claim",
                granted=granted, reason="nobody-signed-in" if granted else "not-claimable",
            ),
            actor,
        )  # fmt: skip
        if not granted:
            raise CannotClaim
        with self._database.begin(actor) as connection:
            connection.execute(_CLAIM, {"call": call, "account": actor.account, "at": at})
            owner = connection.execute(_OWNER, {"call": call}).scalar()
        if owner is None or AccountId(owner) != actor.account:
            raise CannotClaim  # somebody was faster


def _claimable(connection: Connection, call: CallId, at: datetime) -> bool:
    return bool(connection.execute(_CLAIMABLE, {"call": call, "since": at - WITHIN}).scalar())
