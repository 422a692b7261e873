"""What was found under a request: each recording belongs to it, or is left out with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, text

from core.actors import Actor
from core.ids import RecordingId, RequestId
from storage.presses import write_once
from storage.request_facts import FactsOfCall, facts_of_row

_NOTE = text("""
    INSERT INTO record_found (request_id, recording_id, found_at)
    SELECT :request, one, :at FROM unnest(CAST(:recordings AS uuid[])) one
     WHERE rights.may_be_accepted(one) ON CONFLICT DO NOTHING
""")
_FOUND = text("SELECT * FROM found_facts(:request)")
_LEAVE_OUT = text("""
    INSERT INTO record_left_out (id, request_id, recording_id, reason, by, at)
    VALUES (:id, :request, :recording, :reason, :by, :at) ON CONFLICT DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM record_left_out
     WHERE request_id = :request AND recording_id = :recording AND (id = :id OR taken_back_at IS NULL)
""")
_TAKE_BACK = text("""
    UPDATE record_left_out SET taken_back_at = :at, taken_back_by = :by
     WHERE request_id = :request AND recording_id = :recording AND taken_back_at IS NULL
""")


class Said(StrEnum):
    """What was said of a recording that was found."""

    OPEN = "open"
    BELONGS = "belongs"
    LEFT_OUT = "left-out"
    GONE = "gone"  # destroyed before anybody said anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A recording that was found, and what was said of it."""

    facts: FactsOfCall
    said: Said
    reason: str = ""


def note_found(
    connection: Connection, request: RequestId, recordings: Iterable[RecordingId], at: datetime
) -> None:
    """Write down what was found, in the rights of whoever looked; twice is once."""
    connection.execute(_NOTE, {"request": request, "recordings": list(recordings), "at": at})


def found_of(connection: Connection, request: RequestId) -> list[Found]:
    """Return everything that was found under an open request, the latest call first."""
    return [
        Found(
            facts=(facts := facts_of_row(row)),
            said=Said.LEFT_OUT if row.left_out is not None
            else Said.BELONGS if row.accepted
            else Said.GONE if facts.destroyed
            else Said.OPEN,
            reason=row.left_out or "",
        )
        for row in connection.execute(_FOUND, {"request": request})
    ]  # fmt: skip


def leave_out(  # noqa: PLR0913, PLR0917  who leaves what of which request out, why and when
    connection: Connection,
    actor: Actor,
    request: RequestId,
    recording: RecordingId,
    press: UUID,
    reason: str,
    at: datetime,
) -> None:
    """Say that a recording does not belong to a request, and why. It opens no more under it.

    Raises:
        PressUsed: something else was pressed under this id
    """
    row = {
        "id": press, "request": request, "recording": recording, "reason": reason, "by": actor.account,
        "at": at,
    }  # fmt: skip
    write_once(connection, _LEAVE_OUT, _SAME, row)


def take_back(
    connection: Connection, actor: Actor, request: RequestId, recording: RecordingId, at: datetime
) -> None:
    """Say that a recording belongs to a request after all; not left out is not an error."""
    row = {"request": request, "recording": recording, "by": actor.account, "at": at}
    connection.execute(_TAKE_BACK, row)
