"""Destroys what is due: each class after its own period; each recording with its certificate.

A duty of the worker. Buffered, unflagged, flagged and practice calls vanish by themselves; those of open
matters when enough people have approved. What is held (廃棄停止) stays, whatever its class. What bears a flag
is promoted first and looked at again under the recording's lock: a flag just before the end is in time.
"""

from __future__ import annotations

from functools import partial
from uuid import UUID

from sqlalchemy import Connection, text

from core.clock import Clock
from core.ids import AccountId, RecordingId
from core.logs import get_log
from storage.approvals import COUNTS
from storage.database import Database
from storage.destroyer_runs import note_run
from storage.holds import REGRET, RecordingOnHold, end_holds
from storage.request_holds import hold_what_is_wished
from storage.vault import ObjectStoreFailed, Vault
from telephony.capture.recording_periods import VANISHING
from telephony.capture.recording_promotion import PromoteRecording

AT_ONCE = 200
"""So many in one round; the next one comes minutes later."""

_FLAGGED = text("""
    SELECT DISTINCT subject FROM recordings r
     WHERE destroyed_at IS NULL AND class IN ('unflagged', 'buffer', 'flagged')
       AND (EXISTS (SELECT 1 FROM incident_calls i WHERE i.call_id = r.subject)
            OR class <> 'flagged' AND EXISTS (SELECT 1 FROM call_marks m WHERE m.call_id = r.subject))
""")
_APPROVED = f"""
    SELECT count(DISTINCT a.by) AS people, (array_agg(a.by ORDER BY a.at DESC))[1] AS last
      FROM destruction_approvals a WHERE a.recording_id = r.id AND {COUNTS}
"""  # noqa: S608  our own words only
_DUE = text(f"""
    SELECT r.id, r.class AS kind, approved.last AS by FROM recordings r
      LEFT JOIN LATERAL ({_APPROVED}) approved ON r.class <> ALL (:vanishing)
     WHERE (r.class = ANY (:vanishing) OR approved.people >= :approvals OR r.destroyed_at IS NOT NULL)
       AND (r.destroyed_at IS NULL AND r.destroy_after <= :now AND NOT EXISTS
                (SELECT 1 FROM recording_holds h WHERE h.recording_id = r.id
                    AND (h.lifted_at IS NULL OR h.lifted_by IS NOT NULL AND h.lifted_at > :regret))
            OR r.destroyed_at IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM destructions d WHERE d.recording_id = r.id))
     ORDER BY r.destroy_after LIMIT :at_once
""")  # noqa: S608  as above
_STILL_DUE = text(f"""
    SELECT r.destroyed_at IS NOT NULL
           OR r.destroy_after <= :now AND r.class = :kind
              AND CASE WHEN r.class IN ('practice', 'flagged') THEN true
                       WHEN r.class = ANY (:vanishing)
                       THEN NOT EXISTS (SELECT 1 FROM call_marks m WHERE m.call_id = r.subject)
                       ELSE (SELECT people FROM ({_APPROVED}) approved) >= :approvals END
      FROM recordings r WHERE r.id = :recording
""")  # noqa: S608  as above

log = get_log()


class DestroyDue:
    """Run ``run_once`` every few minutes; any number of workers may.

    Args:
        vault: the worker's vault
        database: the worker role's
        promote: keeps flagged calls from being destroyed
        approvals: so many different people approve what does not vanish by itself (``keeping.approvals``)
        clock: what time it is
    """

    def __init__(
        self, *, vault: Vault, database: Database, promote: PromoteRecording, approvals: int, clock: Clock
    ) -> None:
        self._vault = vault
        self._database = database
        self._promote = promote
        self._rules = {"vanishing": list(VANISHING), "approvals": approvals}
        self._clock = clock

    def run_once(self) -> int:
        """Destroy what is due.

        Returns:
            number of recordings that were destroyed

        Raises:
            DatabaseAway: look again later
        """
        now = self._clock.now()
        with self._database.begin() as connection:
            end_holds(connection, now)
            hold_what_is_wished(connection)  # nothing that a request waits for dies tonight
            flagged = list(connection.execute(_FLAGGED).scalars())
        for call in flagged:
            self._promote(call)
        asked = {**self._rules, "now": now, "regret": now - REGRET, "at_once": AT_ONCE}
        with self._database.begin() as connection:
            due = connection.execute(_DUE, asked).all()
        count = sum(self._destroy(row.id, row.kind, row.by) for row in due)
        with self._database.begin() as connection:
            note_run(connection, "destroyed", now)
        return count

    def _destroy(self, recording: UUID, kind: str, by: UUID | None) -> bool:
        still_due = partial(self._is_still_due, recording=recording, kind=kind)
        try:
            return self._vault.destroy(
                RecordingId(recording),
                rule=f"{kind}-period-over" if by is None else f"{kind}-approved",
                by=None if by is None else AccountId(by),
                only_if=still_due,
            )
        except RecordingOnHold:
            return False  # somebody held it this very moment
        except ObjectStoreFailed as failure:
            # Its key is gone, nobody can open it any more; the vault has raised its alarm.
            log.warning("recording.objects_left", recording=str(recording), code=failure.code)
            return False

    def _is_still_due(self, connection: Connection, *, recording: UUID, kind: str) -> bool:
        asked = {**self._rules, "recording": recording, "kind": kind, "now": self._clock.now()}
        return bool(connection.execute(_STILL_DUE, asked).scalar_one())
