"""Says of which calls no sound is kept, and why; the row and the notice stay.

Nobody talked: a caller who waits and goes has said nothing to the hall, so what they said to themselves is
none of its business. Not asked for: a line that is recorded on request. Refused: the profile discards what
was recorded before the recording stopped. A flagged call is never among them, nor one of which nobody knows
how it went.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection, text

from core.ids import CallId
from telephony.call.call import Outcome

_WRITE = text("UPDATE calls SET no_sound = :reason WHERE id = :call")
_NOT_NEEDED = text("UPDATE calls SET notice = 'not-needed' WHERE id = :call AND notice = 'pending'")
_UNANSWERED = frozenset({Outcome.ABANDONED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.NOBODY_THERE})


class NoSound(StrEnum):
    """Why nothing is kept; the names stand in ``calls.no_sound``."""

    NOBODY_ANSWERED = "nobody-answered"
    NOT_ASKED_FOR = "not-asked-for"
    REFUSED = "refused"


def nobody_talked(outcome: str | None, *, connected: bool, interrupted: bool) -> bool:
    """Say whether it is known that nobody talked."""
    return not connected and not interrupted and outcome in {one.value for one in _UNANSWERED}


def write_no_sound(connection: Connection, call: CallId, reason: NoSound, *, recorded: bool) -> None:
    """Write down why nothing is kept of a call. Where nothing was recorded, no notice was needed."""
    connection.execute(_WRITE, {"call": call, "reason": reason.value})
    if not recorded:
        connection.execute(_NOT_NEEDED, {"call": call})
