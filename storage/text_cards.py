"""One line from a supervisor to the operator's screen (文字の連絡), and when the operator has seen it.

The rows' own rules say who may write (supervisors) and who may read (whoever sees the call).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.actors import Actor
from core.errors import AccessDenied, NotFound
from core.ids import AccountId, CallId
from storage.presses import write_once

LONGEST = 200

_SEND = text("""
    INSERT INTO text_cards (id, call_id, text, at, by) VALUES (:id, :call, :text, :at, :by)
    ON CONFLICT (id) DO NOTHING
""")
_SAME = text("SELECT 1 FROM text_cards WHERE id = :id AND call_id = :call AND text = :text AND by = :by")
_SEEN = text("""
    UPDATE text_cards SET seen_at = :at
     WHERE id = :id AND call_id = :call AND seen_at IS NULL
       AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id
                      AND (c.operator_id = :by OR c.operator_phone = CAST(:phone AS text)))
""")
_READ = text("SELECT seen_at FROM text_cards WHERE id = :id AND call_id = :call")
_OF_CALLS = text("""
    SELECT t.id, t.call_id, t.text, t.at, t.seen_at, a.display_name
      FROM text_cards t LEFT JOIN accounts a ON a.id = t.by
     WHERE t.call_id = ANY (:calls) ORDER BY t.at, t.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCard:
    """One line, who sent it, and when it was seen."""

    id: UUID
    call: CallId
    text: str
    at: datetime
    seen_at: datetime | None
    sender: str


def send_card(  # noqa: PLR0913  a card has these parts
    connection: Connection, card: UUID, *, call: CallId, words: str, by: AccountId, at: datetime
) -> None:
    """Send a line of 1 to LONGEST characters; the same card twice is one card.

    Raises:
        PressUsed: another card has this id
    """
    row = {"id": card, "call": call, "text": words, "at": at, "by": by}
    write_once(connection, _SEND, _SAME, row)


def mark_seen(connection: Connection, card: UUID, call: CallId, by: Actor, at: datetime) -> None:
    """Write down that the operator of the call has seen it. Seen twice is seen.

    Raises:
        NotFound: the call has no such card, or they do not see it
        AccessDenied: it is for somebody else to see
    """
    row = {"id": card, "call": call, "at": at, "by": by.account, "phone": by.phone}
    if connection.execute(_SEEN, row).rowcount:
        return
    sent = connection.execute(_READ, row).one_or_none()
    if sent is None:
        raise NotFound
    if sent.seen_at is None:
        raise AccessDenied


def cards_of(connection: Connection, calls: list[CallId]) -> dict[CallId, list[TextCard]]:
    """Return the cards of these calls, oldest first, by call."""
    found: dict[CallId, list[TextCard]] = {}
    for row in connection.execute(_OF_CALLS, {"calls": list(calls)}):
        card = TextCard(
            id=row.id,
            call=CallId(row.call_id),
            text=row.text,
            at=row.at,
            seen_at=row.seen_at,
            sender=row.display_name or "",
        )
        found.setdefault(card.call, []).append(card)
    return found
