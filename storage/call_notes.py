"""Notes taken during a call: each is a row of its own, saved while it is typed, by whoever types it.

Several people may write beside one call. The page makes a note's id, so that saving it again changes the same
note and a bad line never doubles it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.ids import AccountId, CallId

LONGEST = 4000
"""Characters of one note."""

_SAVE = text("""
    INSERT INTO call_notes (id, call_id, text, at, by) VALUES (:id, :call, :words, :at, :by)
    ON CONFLICT (id) DO UPDATE SET text = excluded.text
     WHERE call_notes.by = excluded.by AND call_notes.call_id = excluded.call_id
""")
_OF_CALL = text("""
    SELECT n.id, n.text, n.at, n.by, a.display_name FROM call_notes n JOIN accounts a ON a.id = n.by
     WHERE n.call_id = :call ORDER BY n.at, n.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody wrote beside a call."""

    id: UUID
    text: str
    at: datetime
    by: AccountId
    name: str


def save_note(  # noqa: PLR0913, PLR0917  a note's columns
    connection: Connection, note: UUID, call: CallId, words: str, at: datetime, by: AccountId
) -> bool:
    """Save a note as it stands now; ``words`` are 1 to LONGEST characters.

    Returns:
        False when a note of that id is somebody else's or another call's, and stays as it is
    """
    saved = connection.execute(_SAVE, {"id": note, "call": call, "words": words, "at": at, "by": by})
    return saved.rowcount > 0


def notes_of(connection: Connection, call: CallId) -> list[Note]:
    """Return the notes of a call, oldest first."""
    return [
        Note(id=row.id, text=row.text, at=row.at, by=AccountId(row.by), name=row.display_name)
        for row in connection.execute(_OF_CALL, {"call": call})
    ]
