"""保全 for a request: what it may concern is held in one step, and stays until nothing can be contested.

A wish names days, a line, a number. It holds what is there, and until its request is closed also what comes
later: a call that goes on, a recording that is still being sealed. Nobody lifts such a hold by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from core.actors import Actor
from core.ids import LineId, RequestId
from storage.request_facts import WantedFacts

_WISH = text("""
    INSERT INTO record_wishes (id, request_id, after, before, line, caller_hash, placed_by, placed_at)
    VALUES (:id, :request, :after, :before, :line, :caller, :by, :at)
""")
_HOLD_MINE = text("SELECT rights.hold_my_wish(:id)")
_HOLD_ALL = text("SELECT rights.hold_wished()")
_WISHES = text("""
    SELECT w.after, w.before, w.line, w.by_number, w.placed_at, a.display_name
      FROM record_wishes w JOIN accounts a ON a.id = w.placed_by
     WHERE w.request_id = :request ORDER BY w.placed_at
""")
_END = text("SELECT rights.end_request_holds(:request, :over)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What must not vanish for a request; the number itself is told by nobody."""

    after: datetime
    before: datetime
    line: LineId | None
    by_number: bool
    placed_at: datetime
    placed_by: str

    @property
    def last(self) -> datetime:
        """A moment of the last day that it reaches."""
        return self.before - timedelta(seconds=1)


def wish(  # noqa: PLR0913, PLR0917  who wishes what to be held for which request, and when
    connection: Connection, actor: Actor, request: RequestId, knock: UUID, wanted: WantedFacts, at: datetime
) -> int:
    """Hold everything that was wished for; returns how many recordings are held by it now.

    Args:
        connection: under the rights of whoever asks
        actor: who
        request: for which it is held
        knock: the look under the request that stands in the access log already
        wanted: days, line, number
        at: now
    """
    row = {
        "id": knock, "request": request, "after": wanted.after, "before": wanted.before,
        "line": wanted.line, "caller": wanted.caller, "by": actor.account, "at": at,
    }  # fmt: skip
    connection.execute(_WISH, row)
    return int(connection.execute(_HOLD_MINE, {"id": knock}).scalar_one())


def hold_what_is_wished(connection: Connection) -> int:
    """Hold what open wishes reach, in the worker; returns how many recordings they reach."""
    return int(connection.execute(_HOLD_ALL).scalar_one())


def wishes_of(connection: Connection, request: RequestId) -> list[Wish]:
    """Return the wishes of a request, the first first."""
    return [
        Wish(
            after=row.after, before=row.before, line=None if row.line is None else LineId(row.line),
            by_number=row.by_number, placed_at=row.placed_at, placed_by=row.display_name,
        )
        for row in connection.execute(_WISHES, {"request": request})
    ]  # fmt: skip


def end_request_holds(connection: Connection, request: RequestId, over: datetime) -> None:
    """Let a request's holds end at a moment, in the transaction of whoever closes the request."""
    connection.execute(_END, {"request": request, "over": over})
