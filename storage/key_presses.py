"""The two keys of a call, pressed on a screen or by a program: 記録・フラグ and 応援.

A press is true when its row is committed, whether or not a telephony process lives, and is told from its
repetition by the id that whoever pressed gave it. Nothing here ends, stops or holds back anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from sqlalchemy import text

from core.facts import CallFlagged
from core.ids import AccountId, CallId, LineId
from storage.presses import PressUsed
from storage.unit_of_work import UnitOfWork

# A page may say that it was pressed a while ago; before the call came in nobody pressed anything in it.
_FLAG = text("""
    INSERT INTO call_marks (id, call_id, at, source, by, token_id)
    SELECT :id, id, greatest(:at, arrived_at), :source, :by, :token FROM calls WHERE id = :call
    ON CONFLICT (id) DO NOTHING
""")
_FLAGGED = text("""
    SELECT (SELECT flagged_at FROM calls WHERE id = :call),
           (SELECT count(*) FROM call_marks WHERE call_id = :call),
           (SELECT at FROM call_marks WHERE id = :id AND call_id = :call)
""")
_LINE = text("SELECT line FROM calls WHERE id = :call")
_RECORD = text("""
    INSERT INTO call_orders (id, call_id, kind, at, by, token_id)
    SELECT :order, id, 'start-recording', :at, :by, :token FROM calls
     WHERE id = :call AND ended_at IS NULL ON CONFLICT (id) DO NOTHING
""")
_RECORDING = UUID("4c1f6a0b-2f5d-5b6e-9b35-7d3a9be0c5a1")
_HELP = text("""
    INSERT INTO help_requests (id, call_id, source, phone, asked_at, asked_by, token_id)
    SELECT :id, id, :source, operator_phone, :at, :by, :token FROM calls
     WHERE id = :call AND ended_at IS NULL ON CONFLICT (id) DO NOTHING
""")
_GOES_ON = text("SELECT 1 FROM calls WHERE id = :call AND ended_at IS NULL")
_OPEN_HELP = text("""
    SELECT id FROM help_requests WHERE call_id = :call AND closed_at IS NULL AND cancelled_at IS NULL
     ORDER BY asked_at LIMIT 1
""")


class Source(StrEnum):
    """Where a key was pressed."""

    CONSOLE = "console"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPress:
    """One press. ``by`` is a person, or ``token`` a program; ``id`` is made by whoever presses."""

    id: UUID
    call: CallId
    at: datetime
    source: Source
    by: AccountId | None = None
    token: UUID | None = None

    @property
    def row(self) -> dict[str, object]:
        """The press as columns."""
        return {
            "id": self.id,
            "call": self.call,
            "at": self.at,
            "source": self.source.value,
            "by": self.by,
            "token": self.token,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """What a press of the flag key secured: the whole call since ``flagged_at``, and a mark at ``at``."""

    flagged_at: datetime
    at: datetime
    presses: int
    on_request: bool
    """The line is recorded on request only: nothing before the press was recorded."""


def press_flag(work: UnitOfWork, press: KeyPress, on_request: Callable[[LineId], bool]) -> Secured:
    """Flag a call; pressed again, mark a time. The same press twice is one press.

    Args:
        work: the transaction, under the rights of whoever presses
        press: the press
        on_request: says of a line whether it is recorded on request; the press then starts it

    The caller must see the call under the actor's own rights before.

    Raises:
        PressUsed: a press of that id was another call's
    """
    line = work.connection.execute(_LINE, press.row).scalar()
    begins = line is not None and on_request(LineId(line))
    written = work.connection.execute(_FLAG, press.row)
    if written.rowcount:
        work.announce(CallFlagged(call=press.call))
        if begins:
            work.connection.execute(_RECORD, {**press.row, "order": uuid5(_RECORDING, str(press.id))})
    flagged_at, presses, at = work.connection.execute(_FLAGGED, press.row).one()
    if at is None:
        raise PressUsed
    return Secured(flagged_at=flagged_at, at=at, presses=presses, on_request=begins)


def ask_for_help(work: UnitOfWork, press: KeyPress) -> UUID | None:
    """Ask for help in a call that goes on.

    Returns:
        the request that is open now: pressed again while somebody is being looked for, it is the same one;
        None when the call is over

    Raises:
        PressUsed: the press's id is that of a request that is over, or another call's
    """
    open_one = work.connection.execute(_OPEN_HELP, press.row).scalar()
    if open_one is not None:
        return UUID(str(open_one))
    work.connection.execute(_HELP, press.row)
    found = work.connection.execute(_OPEN_HELP, press.row).scalar()
    if found is None and work.connection.execute(_GOES_ON, press.row).first() is not None:
        raise PressUsed
    return None if found is None else UUID(str(found))
