"""What pages about holds and certificates need beside the storage. Row-level security decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from core.errors import NotFound
from core.ids import CallId, RecordingId

_SUBJECT = text("SELECT subject FROM recordings WHERE id = :recording")
_NAMES = text(
    "SELECT id::text AS id, display_name FROM accounts WHERE id = ANY (CAST(CAST(:ids AS text[]) AS uuid[]))"
)


def subject_of(connection: Connection, recording: RecordingId) -> CallId:
    """Return the call of a recording.

    Raises:
        NotFound: there is none that this person may see
    """
    found = connection.execute(_SUBJECT, {"recording": recording}).scalar_one_or_none()
    if found is None:
        raise NotFound
    return CallId(found)


def names_of(connection: Connection, accounts: Sequence[str]) -> Mapping[str, str]:
    """Return the names of accounts by their ids."""
    rows = connection.execute(_NAMES, {"ids": list(accounts)})
    return {row.id: row.display_name for row in rows}
