"""Opens an unannounced call (未告知) for use: a named supervisor, a reason, one transaction.

Until then nobody hears, reads or finds it. Opening announces the recording again, so that what was held back
(the transcript) now happens.
"""

from __future__ import annotations

from sqlalchemy import text

from api.errors import NotYourRole, WrongInput
from api.parts import ConsoleParts
from core.actors import Actor, Role
from core.errors import NotFound
from core.facts import RecordingSealed
from core.ids import CallId, RecordingId
from storage.unit_of_work import UnitOfWork

SHORTEST_REASON = 5
LONGEST_REASON = 500


class ReasonMissing(WrongInput):
    """Opening an unannounced call needs a reason of 5 to 500 characters."""

    code = "reason-missing"
    http_status = 422


def open_for_use(parts: ConsoleParts, actor: Actor, call: CallId, reason: str) -> None:
    """Open a call whose notice could not be proven. Opening it twice is the same: the first reason stays.

    Raises:
        NotYourRole: only a supervisor may.
        NotFound: there is no such call, it is not theirs, or its notice is not missing.
        ReasonMissing: the reason is too short or too long.
    """
    if not actor.has(Role.SUPERVISOR):
        raise NotYourRole
    words = "".join(letter for letter in reason if letter.isprintable() or letter == "\n").strip()
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise ReasonMissing
    with UnitOfWork(parts.database, parts.announcer, actor) as work:
        connection = work.connection
        if connection.execute(_CALL, {"call": call}).one_or_none() is None:
            raise NotFound
        first = connection.execute(
            _OPEN, {"call": call, "now": parts.clock.now(), "by": actor.account, "reason": words}
        )
        if first.rowcount == 0:
            return
        for opened in connection.execute(_USABLE, {"call": call}):
            work.announce(RecordingSealed(recording=RecordingId(opened.id)))


_CALL = text("SELECT 1 FROM calls WHERE id = :call AND notice = 'missing'")
_OPEN = text("""
    UPDATE calls SET opened_for_use_at = :now, opened_for_use_by = :by, opened_for_use_reason = :reason
     WHERE id = :call AND opened_for_use_at IS NULL
""")
_USABLE = text("""
    UPDATE recordings SET usable = true
     WHERE subject = :call AND NOT usable AND destroyed_at IS NULL
    RETURNING id
""")
