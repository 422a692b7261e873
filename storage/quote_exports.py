"""Exported quotes as rows: what was stated, and once the access log holds it, the row and head that prove it.

Functions take a connection under the rights of whoever asks. The worker signs (`quote_heads`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.actors import Purpose
from core.ids import AccountId, RecordingId
from storage.presses import write_once

_ADD = text("""
    INSERT INTO quote_exports (id, quote_id, recording_id, account_id, knock_id, purpose, case_number,
                               statement, at)
    VALUES (:id, :quote, :recording, :account, :knock, :purpose, :case, :statement, :at)
    ON CONFLICT DO NOTHING
""")
_SAME = text("SELECT 1 FROM quote_exports WHERE id = :id AND quote_id = :quote AND account_id = :account")
_ONE = text("""
    SELECT id, quote_id, recording_id, account_id, purpose, case_number, statement, at, previous, knock, head
      FROM quote_exports WHERE id = :id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExport:
    """What is stated, and the knock that holds its hash."""

    id: UUID
    quote: UUID
    recording: RecordingId
    account: AccountId
    knock: UUID
    purpose: Purpose
    statement: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRow:
    """The export's row in the access log, and the head at it. ``head`` as `access_heads.signed` writes it."""

    previous: bytes
    knock: bytes
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export as its own person sees it; ``signed`` None: the worker has not come to it yet."""

    id: UUID
    quote: UUID
    recording: RecordingId
    account: AccountId
    purpose: Purpose
    statement: bytes
    at: datetime
    signed: SignedRow | None


def add_export(connection: Connection, new: NewExport) -> None:
    """Write an export down. Sent twice, it is one.

    Raises:
        PressUsed: another quote, or somebody else, stands under this id
    """
    values = {
        "id": new.id, "quote": new.quote, "recording": new.recording, "account": new.account,
        "knock": new.knock, "purpose": new.purpose.id, "case": new.purpose.case, "statement": new.statement,
        "at": new.at,
    }  # fmt: skip
    write_once(connection, _ADD, _SAME, values)


def export_of(connection: Connection, export: UUID) -> Export | None:
    """Return an export of one's own; None where there is none, or none to be seen."""
    row = connection.execute(_ONE, {"id": export}).one_or_none()
    if row is None:
        return None
    return Export(
        id=row.id, quote=row.quote_id, recording=RecordingId(row.recording_id),
        account=AccountId(row.account_id), purpose=Purpose(row.purpose, row.case_number),
        statement=bytes(row.statement), at=row.at,
        signed=None if row.head is None else SignedRow(
            previous=bytes(row.previous), knock=bytes(row.knock), head=bytes(row.head)
        ),
    )  # fmt: skip
