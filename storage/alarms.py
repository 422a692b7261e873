"""An alarm is a row until a person acknowledges it; the same trouble raises it once, not once per try."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from core.ids import CallId, RecordingId

_RAISE = text(
    """
    INSERT INTO alarms (at, code, call_id, recording_id, visit_id, practice, detail)
    SELECT now(), :code, :call, :recording, :visit,
           :practice OR EXISTS (SELECT 1 FROM calls WHERE id = :call AND practice)
                     OR EXISTS (SELECT 1 FROM recordings WHERE id = :recording AND practice),
           :detail
    ON CONFLICT DO NOTHING
    """
).bindparams(bindparam("detail", type_=JSONB))


def raise_alarm(  # noqa: PLR0913  the columns of one row, all but two optional
    connection: Connection,
    code: str,
    *,
    call: CallId | None = None,
    recording: RecordingId | None = None,
    visit: UUID | None = None,
    practice: bool = False,
    detail: Mapping[str, int | float | str] | None = None,
) -> bool:
    """Raise an alarm in the given transaction, unless the same one waits unacknowledged already.

    Args:
        connection: open transaction; the alarm is there when it commits
        code: stable code of the trouble, such as ``announcement-not-played``
        call: the call it is about
        recording: the recording it is about
        visit: the visit outside the hall it is about
        practice: of a practice call; found out from the call or recording too, where their row is known
        detail: counts, durations, codes; nothing personal

    Returns:
        whether a new alarm was raised
    """
    values = {"code": code, "call": call, "recording": recording, "visit": visit, "practice": practice}
    return connection.execute(_RAISE, {**values, "detail": dict(detail or {})}).rowcount == 1
