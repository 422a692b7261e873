"""Quotes: words out of a transcript that stand for themselves later, each tied to its sound.

A quote is an utterance of a revision and a span of its characters. Its text cannot be typed: it is taken from
the utterance, and the database refuses any other (migration 0016). With it stand the seconds, the hash of
those samples of the master, and who quoted it for what. Until its maker has heard that very stretch it is
unconfirmed. It keeps its revision when another one is read, and goes with its recording only.

The door for whoever builds on quotes: ``Quotes.make_quote``, ``.confirm_quote``, ``.quotes_of``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.actors import Actor, Purpose
from core.clock import Clock
from core.errors import DomainError, NotFound
from core.ids import AccountId, GrantId, RecordingId, RevisionId, UtteranceId
from storage.database import Database
from transcription.clips import Clip, Clips, Words, clip_of
from transcription.confirmations import NewerWords, is_being_corrected
from transcription.heard import NotHeard
from transcription.letter_times import span_of
from transcription.revisions import FoundUtterance, find_utterance, read_revision
from transcription.utterance import Span, Track

_COLUMNS = (
    "q.id, q.recording_id, q.revision_id, t.revision, q.utterance_id, q.text_start, q.text_end, q.text,"
    " q.track, q.start_ms, q.end_ms, q.samples_sha256, q.purpose, q.by, a.display_name, q.made_at,"
    " q.confirmed_at"
)
_FROM = (
    "FROM quotes q JOIN transcript_revisions t ON t.id = q.revision_id LEFT JOIN accounts a ON a.id = q.by"
)
_ONE = text(f"SELECT {_COLUMNS} {_FROM} WHERE q.id = :id")
_OF = text(
    f"SELECT {_COLUMNS} {_FROM} WHERE q.recording_id = :recording ORDER BY q.start_ms, q.made_at, q.id"
)
_ADD = text("""
    INSERT INTO quotes (id, recording_id, revision_id, utterance_id, text_start, text_end, text, track,
                        start_ms, end_ms, samples_sha256, purpose, by, made_at)
    VALUES (:id, :recording, :revision, :utterance, :from, :to, :text, :track,
            :start, :end, :sha256, :purpose, :by, :at)
""")
_CONFIRM = text("""
    UPDATE quotes SET confirmed_at = :at, heard = :clip WHERE id = :id AND by = :by AND confirmed_at IS NULL
""")


class NothingQuoted(DomainError):
    """There are no such characters in this utterance, or nobody said them."""

    code = "nothing-quoted"
    http_status = 422


class QuoteUsed(DomainError):
    """This quote was made before, of other words."""

    code = "press-used"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuote:
    """What is quoted: characters ``start`` to ``end`` (excluded). ``id`` is the page's own."""

    id: UUID
    utterance: UtteranceId
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quote as it was made. Milliseconds count from the recording's first sample."""

    id: UUID
    recording: RecordingId
    revision: RevisionId
    revision_number: int
    utterance: UtteranceId
    start: int
    end: int
    text: str
    track: Track
    start_ms: int
    end_ms: int
    samples_sha256: bytes
    purpose: Purpose
    by: AccountId
    name: str | None
    made_at: datetime
    confirmed_at: datetime | None
    """When its maker had heard it; until then it is unconfirmed."""

    @property
    def words(self) -> Words:
        """What to play."""
        return Words(
            recording=self.recording,
            revision=self.revision,
            track=self.track,
            span=Span(start=self.start_ms / 1000, end=self.end_ms / 1000),
        )


class Quotes:
    """Makes, plays and confirms quotes, under the rights of whoever asks."""

    def __init__(self, *, database: Database, clips: Clips, clock: Clock) -> None:
        self._database = database
        self._clips = clips
        self._clock = clock

    def make_quote(
        self, actor: Actor, new: NewQuote, purpose: Purpose, *, within: RecordingId
    ) -> tuple[Quote, Clip]:
        """Quote words of the revision that people read, and give the clip in which they are heard.

        Made twice with the same id, it is one quote, and the clip is a new play of it.

        Args:
            actor: who quotes
            new: what
            purpose: for what
            within: the recording they have open; words of another one are not found

        Raises:
            NotFound: no such utterance, or not to be seen
            NothingQuoted, QuoteUsed
            NewerWords: people read another revision now, or a correction that is none yet
            AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed: as for opening the recording
        """
        with self._database.begin(actor) as connection:
            known = _one(connection, new.id)
            found = _readable(connection, new) if known is None else None
        if known is not None and known.recording != within:
            raise NotFound
        if known is not None:
            if (known.utterance, known.start, known.end, known.by) != (
                new.utterance, new.start, new.end, actor.account,
            ):  # fmt: skip
                raise QuoteUsed
            return known, self.play_quote(actor, known.id, purpose)
        if found is None or found.recording != within:
            raise NotFound
        words = Words(
            recording=found.recording,
            revision=found.revision,
            track=found.said.track,
            span=span_of(found.said, new.start, new.end),
        )
        clip = self._clips.give(actor, words, purpose)
        self._clips.note_quote(actor, found.recording, purpose)
        values = {
            "id": new.id, "recording": found.recording, "revision": found.revision, "utterance": found.id,
            "from": new.start, "to": new.end, "text": found.said.text[new.start : new.end],
            "track": clip.track.value, "start": clip.start_ms, "end": clip.end_ms,
            "sha256": clip.samples_sha256, "purpose": purpose.id, "by": actor.account,
            "at": self._clock.now(),
        }  # fmt: skip
        with self._database.begin(actor) as connection:
            connection.execute(_ADD, values)
            made = _one(connection, new.id)
        if made is None:
            raise NotFound
        return made, clip

    def play_quote(self, actor: Actor, quote: UUID, purpose: Purpose) -> Clip:
        """Give the clip of a quote: the very stretch, cut anew from the master.

        Raises:
            NotFound: no such quote, or not to be seen
            AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed
        """
        with self._database.begin(actor) as connection:
            known = _one(connection, quote)
        if known is None:
            raise NotFound
        return self._clips.give(actor, known.words, purpose, exactly=True)

    def confirm_quote(self, actor: Actor, quote: UUID, clip: GrantId) -> Quote:
        """Confirm one's own quote after hearing it. Confirmed twice, the first time stands.

        Raises:
            NotFound: no such quote, not one's own, or no such clip of this person
            NotHeard: the clip was not heard, or is another stretch
        """
        with self._database.begin(actor) as connection:
            known, given = _one(connection, quote), clip_of(connection, clip)
            if known is None or known.by != actor.account:
                raise NotFound
            same = (given.recording, given.track, given.start_ms, given.end_ms, given.samples_sha256) == (
                known.recording, known.track, known.start_ms, known.end_ms, known.samples_sha256,
            )  # fmt: skip
            if given.heard_at is None or not same:
                raise NotHeard
            connection.execute(
                _CONFIRM, {"id": quote, "by": actor.account, "clip": clip, "at": self._clock.now()}
            )
            confirmed = _one(connection, quote)
        if confirmed is None:
            raise NotFound
        return confirmed

    def quote(self, actor: Actor, quote: UUID) -> Quote:
        """Return one quote.

        Raises:
            NotFound: no such quote, or not to be seen
        """
        with self._database.begin(actor) as connection:
            known = _one(connection, quote)
        if known is None:
            raise NotFound
        return known

    def quotes_of(self, actor: Actor, recording: RecordingId) -> list[Quote]:
        """List the quotes of a recording in the order they were said, as far as this person may see them."""
        with self._database.begin(actor) as connection:
            return quotes_in(connection, recording)


def quotes_in(connection: Connection, recording: RecordingId) -> list[Quote]:
    """Do as ``Quotes.quotes_of``, in a transaction that knows who asks."""
    return [_quote(row) for row in connection.execute(_OF, {"recording": recording})]


def _readable(connection: Connection, new: NewQuote) -> FoundUtterance | None:
    found = find_utterance(connection, new.utterance)
    if found is None:
        return None
    # The page shows the letters of the correction; they can be quoted as soon as it is a revision.
    if is_being_corrected(connection, new.utterance):
        raise NewerWords
    if not 0 <= new.start < new.end <= len(found.said.text) or not found.said.heard:
        raise NothingQuoted
    read = read_revision(connection, found.recording)
    if read is None or read.id != found.revision:
        raise NewerWords
    return found


def _one(connection: Connection, quote: UUID) -> Quote | None:
    row = connection.execute(_ONE, {"id": quote}).one_or_none()
    return None if row is None else _quote(row)


def _quote(row: Row[Any]) -> Quote:
    return Quote(
        id=row.id,
        recording=RecordingId(row.recording_id),
        revision=RevisionId(row.revision_id),
        revision_number=row.revision,
        utterance=UtteranceId(row.utterance_id),
        start=row.text_start,
        end=row.text_end,
        text=row.text,
        track=Track(row.track),
        start_ms=row.start_ms,
        end_ms=row.end_ms,
        samples_sha256=bytes(row.samples_sha256),
        purpose=Purpose(row.purpose),
        by=AccountId(row.by),
        name=row.display_name,
        made_at=row.made_at,
        confirmed_at=row.confirmed_at,
    )
