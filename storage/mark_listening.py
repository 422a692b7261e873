"""印の前後: until a call's record is filed, its operator hears and reads the moments around the own marks.

Whoever was shouted at has to write down what was said. They hear and read that much and no more of the call,
and a supervisor may have a colleague do it in their place. The database shows the recording on the strength
of a mark only to a transaction that asked for it by name, and to that one nothing else, and no word that was
said further away (migrations 0032 and 0037); what is cut out of the sound is said in
``transcription/around_marks.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from core.errors import DomainError
from core.ids import AccountId, CallId, RecordingId

_ASK = text("SELECT set_config('tsuwaroku.around_marks', 'on', true)")
_MAY_HEAR = text("""
    SELECT EXISTS (SELECT 1 FROM recordings WHERE subject = :call AND usable AND destroyed_at IS NULL)
""")
_HEARS = text("SELECT subject = ANY (rights.heard_around_marks()) FROM recordings WHERE id = :recording")
_MARKED = text("""
    SELECT m.at FROM call_marks m JOIN calls c ON c.id = m.call_id
     WHERE m.call_id = :call AND (m.by = c.operator_id OR m.by IS NULL) ORDER BY m.at LIMIT 500
""")
_NAME = text("""
    INSERT INTO mark_listeners (call_id, account_id, named_by, named_at) VALUES (:call, :account, :by, :at)
    ON CONFLICT DO NOTHING
""")
_LISTENERS = text("""
    SELECT l.account_id, a.display_name FROM mark_listeners l JOIN accounts a ON a.id = l.account_id
     WHERE l.call_id = :call ORDER BY l.named_at
""")
_MAY_LISTEN = text("""
    SELECT a.id AS account_id, a.display_name FROM accounts a
     WHERE rights.may_listen_instead(a.id, :call)
       AND NOT EXISTS (SELECT 1 FROM mark_listeners l WHERE l.call_id = :call AND l.account_id = a.id)
     ORDER BY a.display_name, a.login LIMIT 500
""")


class UnsuitableListener(DomainError):
    """Only an operator of the call's department can listen in its operator's place."""

    code = "unsuitable-listener"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A colleague, who listens in the operator's place or might."""

    account: AccountId
    name: str


def ask_by_marks(connection: Connection) -> None:
    """Have this transaction see recordings on the strength of their marks; it ends with the transaction."""
    connection.execute(_ASK)


def may_hear_around_marks(connection: Connection, call: CallId) -> bool:
    """Say whether there is something they may: own call or named, marked, ended, its record not yet filed."""
    ask_by_marks(connection)
    found: bool = connection.execute(_MAY_HEAR, {"call": call}).scalar_one()
    return found


def hears_recording(connection: Connection, recording: RecordingId) -> bool:
    """Say the same of a recording, in a transaction that asked by marks."""
    return bool(connection.execute(_HEARS, {"recording": recording}).scalar_one_or_none())


def marked_moments(connection: Connection, call: CallId) -> list[datetime]:
    """Return when the operator of a call marked it, at the console or at the telephone, oldest first."""
    return list(connection.execute(_MARKED, {"call": call}).scalars())


def name_listener(
    connection: Connection, call: CallId, colleague: AccountId, by: AccountId, at: datetime
) -> None:
    """Have a colleague listen in the operator's place. Twice is once.

    Raises:
        UnsuitableListener: no operator of that department, or who names is no supervisor of it; the
            transaction is of no more use
    """
    try:
        connection.execute(_NAME, {"call": call, "account": colleague, "by": by, "at": at})
    except ProgrammingError:  # the row rights say no
        raise UnsuitableListener from None


def listeners_of(connection: Connection, call: CallId) -> list[Listener]:
    """Return who listens in the operator's place, as far as the asker may know."""
    return [
        Listener(account=AccountId(row.account_id), name=row.display_name)
        for row in connection.execute(_LISTENERS, {"call": call})
    ]


def who_may_listen(connection: Connection, call: CallId) -> list[Listener]:
    """Return whom a supervisor may name and has not named yet."""
    return [
        Listener(account=AccountId(row.account_id), name=row.display_name)
        for row in connection.execute(_MAY_LISTEN, {"call": call})
    ]
