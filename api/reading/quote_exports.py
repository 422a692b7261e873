"""An exported quote as its page shows it: whether the file can be had yet, and which key fits it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from incidents.quotes.log_path import without_key
from incidents.quotes.statement import read_statement
from storage.quote_exports import Export

_SLOW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSeen:
    """One export, ready to be shown."""

    id: UUID
    quote: UUID
    practice: bool
    fingerprint: str
    """Of the key that fits, in hex; empty until it was signed."""
    slow: bool

    @property
    def ready(self) -> bool:
        """The file can be had."""
        return bool(self.fingerprint)

    @property
    def file_name(self) -> str:
        """What the file is called: of a practice call it says so, of any call it names nobody."""
        return f"{'renshu-' if self.practice else ''}inyo-{self.quote}.tsuquote"


def export_seen(export: Export, now: datetime) -> ExportSeen:
    """Prepare an export for the eyes of whoever asked for it."""
    return ExportSeen(
        id=export.id, quote=export.quote, practice=read_statement(export.statement).practice,
        fingerprint="" if export.signed is None else without_key(export.signed.head)[2].hex(),
        slow=now - export.at > _SLOW,
    )  # fmt: skip
