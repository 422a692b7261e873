"""共用の番号: somebody says that several people call from a number, why, and takes it back again.

Each section marks for itself. Nothing is deleted before the last call of the number is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.errors import NotFound
from core.ids import AccountId, CallId
from storage.callers import number_is_known
from storage.presses import write_once

LONGEST_REASON = 200
"""Characters."""

_MARK = text("""
    INSERT INTO shared_numbers (id, caller_hash, agency, department, call_id, reason, marked_at, marked_by)
    SELECT :id, n.caller_hash, n.agency, n.department, CAST(:call AS text), :reason, :at, :by
      FROM rights.counted_number(:call) n
    ON CONFLICT DO NOTHING
""")
# Marked already, by whomever of the section: that is what was wanted.
_MARKED = text("""
    SELECT 1 FROM shared_numbers s JOIN rights.counted_number(:call) n
        ON n.caller_hash = s.caller_hash AND n.department = s.department
     WHERE s.id = :id OR s.revoked_at IS NULL
""")
_REVOKE = text("""
    UPDATE shared_numbers SET revoked_at = :at, revoked_by = :by, revoked_reason = :reason
     WHERE id = :id AND revoked_at IS NULL
       AND caller_hash = (SELECT n.caller_hash FROM rights.counted_number(:call) n)
""")
_OF_NUMBER = text("""
    SELECT s.id, s.reason, s.marked_at, s.marked_by, m.display_name AS marker, s.revoked_at, s.revoked_reason,
           r.display_name AS revoker
      FROM rights.counted_number(:call) n
      JOIN shared_numbers s ON s.caller_hash = n.caller_hash AND s.agency = n.agency
      JOIN accounts m ON m.id = s.marked_by LEFT JOIN accounts r ON r.id = s.revoked_by
     ORDER BY s.marked_at DESC, s.id LIMIT 20
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedMark:
    """That somebody marked a number as shared, and took it back if they did."""

    id: UUID
    reason: str
    marked_at: datetime
    marked_by: AccountId
    marker: str
    revoked_at: datetime | None
    revoked_reason: str | None
    revoker: str | None


def mark_shared(  # noqa: PLR0913, PLR0917  a row's columns
    connection: Connection, mark: UUID, call: CallId, reason: str, at: datetime, by: AccountId
) -> None:
    """Say that several people call from a call's number; said before, nothing changes.

    Raises:
        NotFound: there is no number, or none that is theirs to know
        PressUsed: another mark has this id
    """
    if not number_is_known(connection, call):
        raise NotFound
    write_once(connection, _MARK, _MARKED, {"id": mark, "call": call, "reason": reason, "at": at, "by": by})


def revoke_shared(  # noqa: PLR0913, PLR0917  a row's columns
    connection: Connection, mark: UUID, call: CallId, reason: str, at: datetime, by: AccountId
) -> None:
    """Take a mark back, from a call of the same number: its maker's, or the department's supervisors'.

    Raises:
        NotFound: there is no such mark, it is not theirs to take back, or it was taken back
    """
    row = {"id": mark, "call": call, "reason": reason, "at": at, "by": by}
    if connection.execute(_REVOKE, row).rowcount == 0:
        raise NotFound


def marks_of_number(connection: Connection, call: CallId) -> list[SharedMark]:
    """Return what the asker's departments said of a call's number, newest first."""
    return [
        SharedMark(
            id=row.id, reason=row.reason, marked_at=row.marked_at, marked_by=AccountId(row.marked_by),
            marker=row.marker, revoked_at=row.revoked_at, revoked_reason=row.revoked_reason,
            revoker=row.revoker,
        )
        for row in connection.execute(_OF_NUMBER, {"call": call})
    ]  # fmt: skip
