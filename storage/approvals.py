"""廃棄の承認: recordings of open matters whose period is over wait for people; nobody decides alone.

An approval counts if it was given after the period was over and after the last hold; what was
approved before somebody held the recording is asked anew. Rows are only added (migration 0028).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, text

from core.actors import Actor
from core.errors import DomainError
from core.ids import CallId, DepartmentId, RecordingId
from storage.recordings import RecordingClass

COUNTS = """
    a.at >= r.destroy_after
    AND NOT EXISTS (SELECT 1 FROM recording_holds l WHERE l.recording_id = r.id AND l.placed_at >= a.at)
"""
"""Of an approval ``a`` of a recording ``r``."""

_MAY = text("""
    SELECT 1 FROM recordings r WHERE id = :recording AND destroyed_at IS NULL
       AND class IN ('incident', 'disclosure') AND destroy_after <= :at AND NOT rights.is_held(id)
""")
_GIVEN = text(
    f"SELECT 1 FROM recordings r JOIN destruction_approvals a ON a.recording_id = r.id"  # noqa: S608  our own words
    f" WHERE r.id = :recording AND a.by = :by AND {COUNTS}"
)
_APPROVE = text(
    "INSERT INTO destruction_approvals (id, recording_id, by, at) VALUES (:id, :recording, :by, :at)"
)
_WAITING = text(f"""
    SELECT r.id, r.subject, r.department, r.class AS kind, r.started_at, r.destroy_after,
           r.samples::float8 / r.sample_rate AS seconds, rights.is_held(r.id) AS held,
           ARRAY(SELECT DISTINCT p.display_name FROM destruction_approvals a JOIN accounts p ON p.id = a.by
                  WHERE a.recording_id = r.id AND {COUNTS} ORDER BY 1) AS approvers,
           EXISTS (SELECT 1 FROM destruction_approvals a
                    WHERE a.recording_id = r.id AND a.by = :me AND {COUNTS}) AS mine
      FROM recordings r
     WHERE r.class IN ('incident', 'disclosure') AND r.destroyed_at IS NULL AND r.destroy_after <= :now
     ORDER BY r.destroy_after, r.id LIMIT :limit
""")  # noqa: S608  our own words


class NothingToApprove(DomainError):
    """This recording does not wait for an approval: it is held, its period runs, or it is gone."""

    code = "nothing-to-approve"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRecording:
    """One recording on the 廃棄 list."""

    id: RecordingId
    call: CallId
    department: DepartmentId
    kind: RecordingClass
    started_at: datetime
    destroy_after: datetime
    seconds: float
    held: bool
    approvers: tuple[str, ...]
    mine: bool
    """Whether the person who asks has approved already."""


def approve(connection: Connection, actor: Actor, recording: RecordingId, at: datetime) -> None:
    """Approve that a recording is destroyed. The same person twice counts once.

    Args:
        connection: under the rights of whoever approves: a supervisor of the recording's department
        actor: who approves
        recording: what may go
        at: now

    Raises:
        NothingToApprove: not to be seen, not of such a class, held, or its period still runs
    """
    if connection.execute(_MAY, {"recording": recording, "at": at}).one_or_none() is None:
        raise NothingToApprove
    row = {"id": uuid4(), "recording": recording, "by": actor.account, "at": at}
    if connection.execute(_GIVEN, row).first() is None:
        connection.execute(_APPROVE, row)


def waiting_for_approval(
    connection: Connection, actor: Actor, now: datetime, limit: int = 200
) -> list[WaitingRecording]:
    """Return what waits for approvals, longest due first, as far as the actor's rights go."""
    asked = {"now": now, "me": actor.account, "limit": limit}
    return [
        WaitingRecording(
            id=RecordingId(row.id), call=CallId(row.subject), department=DepartmentId(row.department),
            kind=row.kind, started_at=row.started_at, destroy_after=row.destroy_after, seconds=row.seconds,
            held=row.held, approvers=tuple(row.approvers), mine=row.mine,
        )
        for row in connection.execute(_WAITING, asked)
    ]  # fmt: skip
