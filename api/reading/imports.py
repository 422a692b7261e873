"""An import as its page shows it: what was told, and what of its content this person has open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from api.parts import ConsoleParts
from api.reading.quotes import QuoteSeen, quote_seen
from api.reading.recordings import Knock, OpenGrant, RecordingSeen, history, open_grant, recording_seen
from api.reading.transcripts import TranscriptSeen, transcript_seen
from api.sessions import Session
from core.ids import CallId, ImportId
from storage.holds import Hold, holds_of
from storage.imports import Import, import_of
from transcription.quotes import quotes_in

_WORDS = text("SELECT state, reason FROM transcription_states WHERE recording_id = :recording")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedContent:
    """What the parts of a page that shows content need of what was recorded."""

    id: CallId
    words: str
    words_reason: str
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFound:
    """A recorder's file among what a search found, where else a call stands."""

    id: CallId
    arrived_at: datetime
    place: str
    practice: bool = False
    connected_at: None = None
    room: bool = True


def import_found(connection: Connection, wanted: ImportId) -> ImportFound:
    """Return what a search shows of an import.

    Raises:
        NotFound
    """
    one = import_of(connection, wanted)
    return ImportFound(id=one.subject, arrived_at=one.recorded_at, place=one.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """Everything of the page."""

    one: Import
    content: ImportedContent
    recording: RecordingSeen | None
    grant: OpenGrant | None
    transcript: TranscriptSeen | None
    quotes: list[QuoteSeen]
    knocks: list[Knock]
    holds: list[Hold]


def import_page(parts: ConsoleParts, session: Session, wanted: ImportId, *, again: bool) -> ImportPage:
    """Read an import and what is open of it; ``again``: a purpose is asked for anew.

    Raises:
        NotFound: there is none, or this person may not see it
    """
    actor = session.actor
    with parts.database.begin(actor) as connection:
        one = import_of(connection, wanted)
        recording = recording_seen(connection, one.recording) if one.recording else None
        grant = transcript = words = None
        quotes: list[QuoteSeen] = []
        if recording is not None:
            words = connection.execute(_WORDS, {"recording": recording.id}).one_or_none()
        if recording is not None and not again:
            grant = open_grant(
                connection, actor.account, recording.id, since=session.created_at, now=parts.clock.now(),
                session=session.id_hash,
            )  # fmt: skip
        if recording is not None and grant is not None:
            transcript = transcript_seen(connection, recording.id, connected_after=None)
            quotes = [
                quote_seen(
                    found, account=actor.account, purpose=parts.profile.purpose_name(found.purpose.id),
                    call=one.subject, arrived_at=one.recorded_at, practice=False, connected_after=None,
                )
                for found in quotes_in(connection, recording.id)
            ]  # fmt: skip
        return ImportPage(
            one=one,
            content=ImportedContent(
                id=one.subject, words=words.state if words else "waiting",
                words_reason=(words.reason or "") if words else "",
            ),
            recording=recording, grant=grant, transcript=transcript, quotes=quotes,
            knocks=history(connection, recording.id) if recording else [],
            holds=list(holds_of(connection, recording.id)) if recording else [],
        )  # fmt: skip
