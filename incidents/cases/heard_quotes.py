"""Quotes on their way into a case: nobody brings in words without having heard that very stretch.

Whoever made the quote has confirmed it after hearing it; whoever brings it into a case has heard it too, with
own ears. The database asks the same of every row (migration 0047).
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, text

from core.errors import DomainError
from core.ids import CallId
from incidents.cases.events import KeptQuote
from transcription.quotes import Quote

_HEARD = text("""
    SELECT q.id FROM quotes q
     WHERE q.id = ANY (:quotes) AND q.confirmed_at IS NOT NULL AND EXISTS
           (SELECT 1 FROM clips c WHERE c.account_id = rights.account() AND c.heard_at IS NOT NULL
               AND (c.recording_id, c.track, c.start_ms, c.end_ms, c.samples_sha256)
                   = (q.recording_id, q.track, q.start_ms, q.end_ms, q.samples_sha256))
""")


class NotHeardByYou(DomainError):
    """Whoever brings a quote into a case has not heard its stretch to the end."""

    code = "not-heard-by-you"
    http_status = 409


def heard_among(connection: Connection, quotes: Collection[UUID]) -> frozenset[UUID]:
    """Return which of these confirmed quotes the person of the connection has heard to the end."""
    return frozenset(connection.execute(_HEARD, {"quotes": list(quotes)}).scalars())


def kept_quote(quote: Quote, subject: CallId, speaker: str) -> KeptQuote:
    """Return a quote as a case keeps it.

    Args:
        quote: confirmed by whoever made it
        subject: the call, or what a recorder's file is of
        speaker: who spoke, in words; 不明 where nobody can tell

    Raises:
        NotHeardByYou: whoever made it has not heard it yet
    """
    if quote.confirmed_at is None:
        raise NotHeardByYou
    return KeptQuote(
        id=quote.id, call=subject, text=quote.text, track=quote.track.value, speaker=speaker,
        start_ms=quote.start_ms, end_ms=quote.end_ms, samples_sha256=quote.samples_sha256.hex(),
        heard_by=quote.name or "", heard_at=quote.confirmed_at,
    )  # fmt: skip
