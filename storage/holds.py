"""廃棄停止（保全）: while a recording is held, nothing of it is destroyed, by nobody.

A hold has a reason, an owner (who placed it) and, if wanted, an end. The database refuses to delete the key
and the objects of what is held, whoever asks (migration 0028); here people place and lift holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from core.actors import Actor
from core.errors import AccessDenied, DomainError, NotFound
from core.ids import CallId, RecordingId
from storage.access_rules import RecordingDestroyed

REGRET = timedelta(days=7)
"""So long after a person lifted a hold nothing is destroyed: whoever finds it wrong can place another one."""

_PLACE = text("""
    INSERT INTO recording_holds (id, recording_id, reason, placed_by, placed_at, until)
    SELECT :id, id, :reason, :by, :at, :until FROM recordings WHERE id = :recording AND NOT practice
""")
_VISIBLE = text("SELECT 1 FROM recordings WHERE id = :recording AND NOT practice")
_SAME = text("""
    SELECT id FROM recording_holds
     WHERE recording_id = :recording AND placed_by = :by AND reason = :reason AND lifted_at IS NULL
       AND until IS NOT DISTINCT FROM CAST(:until AS timestamptz)
""")
_LIFT = text("""
    UPDATE recording_holds SET lifted_at = :at, lifted_by = :by, lifted_reason = :reason
     WHERE id = :hold AND recording_id = :recording AND lifted_at IS NULL
""")
_LIFTED = text("SELECT lifted_at FROM recording_holds WHERE id = :hold AND recording_id = :recording")
_END = text("UPDATE recording_holds SET lifted_at = until WHERE lifted_at IS NULL AND until <= :now")
_KEPT_BACK = text("""
    SELECT EXISTS (SELECT 1 FROM recording_holds WHERE recording_id = :recording
                      AND (lifted_at IS NULL OR lifted_by IS NOT NULL AND lifted_at > :regret))
""")
_STANDING = text("""
    SELECT h.reason, h.placed_at, h.until, p.display_name AS owner, r.subject, r.started_at
      FROM recording_holds h JOIN recordings r ON r.id = h.recording_id JOIN accounts p ON p.id = h.placed_by
     WHERE h.lifted_at IS NULL ORDER BY h.placed_at DESC LIMIT :limit
""")
_OF = text("""
    SELECT h.id, h.reason, h.placed_at, h.until, h.lifted_at, h.lifted_reason,
           h.request_id IS NOT NULL AS of_request,
           p.display_name AS owner, l.display_name AS lifter
      FROM recording_holds h JOIN accounts p ON p.id = h.placed_by LEFT JOIN accounts l ON l.id = h.lifted_by
     WHERE h.recording_id = :recording ORDER BY h.placed_at DESC
""")


class RecordingOnHold(DomainError):
    """The recording is held (廃棄停止), so it cannot be destroyed."""

    code = "recording-on-hold"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold as people see it. ``lifted_by`` is None beside ``lifted_at`` when its own end had come."""

    id: UUID
    reason: str
    owner: str
    placed_at: datetime
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_reason: str | None
    of_request: bool
    """It follows from a request (開示請求など), and ends with it: nobody lifts it by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingHold:
    """A hold that stands, with the call that it is about."""

    call: CallId
    started_at: datetime
    reason: str
    owner: str
    placed_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """What a supervisor wants held, and why. Without ``until`` it lasts until somebody lifts it."""

    recording: RecordingId
    reason: str
    until: datetime | None = None


def place_hold(connection: Connection, actor: Actor, new: NewHold, at: datetime) -> UUID:
    """Hold a recording from now on. The same person with the same words once more is the same hold.

    Args:
        connection: under the rights of whoever places it
        actor: becomes its owner
        new: what is held, and why
        at: now

    Raises:
        AccessDenied: there is no such recording of theirs, or it is a practice call's
        RecordingDestroyed: too late
    """
    if connection.execute(_VISIBLE, {"recording": new.recording}).one_or_none() is None:
        raise AccessDenied
    hold = uuid4()
    row = {
        "id": hold, "recording": new.recording, "reason": new.reason,
        "by": actor.account, "at": at, "until": new.until,
    }  # fmt: skip
    if (same := connection.execute(_SAME, row).scalars().first()) is not None:
        return UUID(str(same))
    if connection.execute(_PLACE, row).rowcount == 0:
        raise RecordingDestroyed
    return hold


def lift_hold(  # noqa: PLR0913, PLR0917  which hold of which recording, who lifts it, why and when
    connection: Connection, actor: Actor, recording: RecordingId, hold: UUID, reason: str, at: datetime
) -> None:
    """Lift a hold, with a reason. The recording stays for ``REGRET`` all the same. Lifted twice is lifted.

    Args:
        connection: under the rights of whoever lifts it
        actor: a supervisor of the recording's department
        recording: what is held
        hold: which
        reason: why it need not be held any longer
        at: now

    Raises:
        NotFound: there is no such hold of that recording, or they do not see it
        AccessDenied: they see it, and it is not theirs to lift
    """
    wanted = {"hold": hold, "recording": recording}
    if connection.execute(_LIFT, wanted | {"by": actor.account, "reason": reason, "at": at}).rowcount:
        return
    seen = connection.execute(_LIFTED, wanted).one_or_none()
    if seen is None:
        raise NotFound
    if seen.lifted_at is None:
        raise AccessDenied


def end_holds(connection: Connection, now: datetime) -> int:
    """Lift what has come to the end it was placed with; returns how many."""
    return connection.execute(_END, {"now": now}).rowcount


def refuse_what_is_held(connection: Connection, recording: RecordingId, now: datetime) -> None:
    """Let nothing pass that would destroy a recording which is held.

    Raises:
        RecordingOnHold: it is held, or a person lifted its hold less than ``REGRET`` ago
    """
    asked = {"recording": recording, "regret": now - REGRET}
    if connection.execute(_KEPT_BACK, asked).scalar_one():
        raise RecordingOnHold


def holds_of(connection: Connection, recording: RecordingId) -> list[Hold]:
    """Return the holds of a recording, newest first, as far as the connection's rights go."""
    return [
        Hold(
            id=row.id, reason=row.reason, owner=row.owner, placed_at=row.placed_at, until=row.until,
            lifted_at=row.lifted_at, lifted_by=row.lifter, lifted_reason=row.lifted_reason,
            of_request=row.of_request,
        )
        for row in connection.execute(_OF, {"recording": recording})
    ]  # fmt: skip


def standing_holds(connection: Connection, limit: int = 200) -> list[StandingHold]:
    """Return what is held now, newest first, as far as the connection's rights go."""
    return [
        StandingHold(
            call=CallId(row.subject), started_at=row.started_at, reason=row.reason, owner=row.owner,
            placed_at=row.placed_at, until=row.until,
        )
        for row in connection.execute(_STANDING, {"limit": limit})
    ]  # fmt: skip
