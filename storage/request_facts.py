"""Facts of calls as they are told under a request: no number, no word; for a knock in the log alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from core.ids import AccountId, CallId, DepartmentId, LineId, RecordingId, RequestId

AT_MOST = 200
"""So many calls are shown of one look. Whoever finds more narrows the days."""

_ACCEPTED = text("SELECT * FROM accepted_facts(:request)")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFacts:
    """What is looked for: calls that came in from a moment until another, of a line, of a caller."""

    after: datetime
    before: datetime
    line: LineId | None = None
    caller: bytes | None = None
    """Keyed hash of the number."""
    operator: AccountId | None = None
    """Who took part in it, for the hall."""
    words: tuple[str, ...] = ()
    """In the normal form; each stands somewhere in the transcript."""


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


def accepted_of(connection: Connection, request: RequestId) -> list[FactsOfCall]:
    """Return the facts of what was accepted for an open request, newest first."""
    return [facts_of_row(row) for row in connection.execute(_ACCEPTED, {"request": request})]


def facts_of_row(row: Row[Any]) -> FactsOfCall:
    """Return the facts that a row of one of the fact functions tells."""
    return FactsOfCall(
        call=CallId(row.call_id), line=LineId(row.line), department=DepartmentId(row.department),
        arrived_at=row.arrived_at, connected_at=row.connected_at, ended_at=row.ended_at,
        direction=row.direction, caller_class=row.caller_class, outcome=row.outcome, no_sound=row.no_sound,
        recording=None if row.recording_id is None else RecordingId(row.recording_id),
        usable=bool(row.usable), destroyed=row.destroyed_at is not None,
    )  # fmt: skip
