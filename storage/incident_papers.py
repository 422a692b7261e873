"""Papers of decided cases as rows: printed once with their SHA-256; the database keeps them so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from core.errors import DomainError, NotFound
from core.ids import AccountId, IncidentId

_ADD = text("""
    INSERT INTO incident_papers (incident_id, number, sha256, pdf, made_at, made_by)
    VALUES (:incident, :number, :sha256, :pdf, :at, :by)
""")
_OF = text("""
    SELECT p.number, p.sha256, length(p.pdf) AS size, p.made_at, a.display_name
      FROM incident_papers p JOIN accounts a ON a.id = p.made_by
     WHERE p.incident_id = :incident ORDER BY p.number
""")
_ONE = text("SELECT sha256, pdf FROM incident_papers WHERE incident_id = :incident AND number = :number")


class PaperChanged(DomainError):
    """この文書は、作られたときのものと違っています。システム管理の担当に知らせてください。"""

    code = "paper-changed"
    http_status = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPaper:
    """The paper of a decision. ``number``: of the event that decided."""

    incident: IncidentId
    number: int
    pdf: bytes
    at: datetime
    by: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPaper:
    """What is known of a paper without its bytes. ``size`` in bytes, ``sha256`` in lower-case hex."""

    number: int
    sha256: str
    size: int
    made_at: datetime
    made_by: str


def keep_paper(connection: Connection, paper: NewPaper) -> None:
    """Keep what was printed of a decision, under the rights of whoever decided."""
    row = {
        "incident": paper.incident, "number": paper.number, "sha256": hashlib.sha256(paper.pdf).digest(),
        "pdf": paper.pdf, "at": paper.at, "by": paper.by,
    }  # fmt: skip
    connection.execute(_ADD, row)


def papers_of(connection: Connection, incident: IncidentId) -> list[KeptPaper]:
    """Return the papers of a case, the first decision first."""
    return [
        KeptPaper(
            number=row.number, sha256=bytes(row.sha256).hex(), size=row.size, made_at=row.made_at,
            made_by=row.display_name,
        )
        for row in connection.execute(_OF, {"incident": incident})
    ]  # fmt: skip


def paper_bytes(connection: Connection, incident: IncidentId, number: int) -> bytes:
    """Return the very bytes that were printed.

    Raises:
        NotFound: there is none, or none that may be seen
        PaperChanged: they are not what was printed
    """
    row = connection.execute(_ONE, {"incident": incident, "number": number}).one_or_none()
    if row is None:
        raise NotFound
    pdf = bytes(row.pdf)
    if hashlib.sha256(pdf).digest() != bytes(row.sha256):
        raise PaperChanged
    return pdf
