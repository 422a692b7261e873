"""Clips: a stretch of one track, cut from the master, given to one person for one play, and heard or not.

One play is one grant: whoever plays a clip again knocks again. What went out is written down by the
millisecond as it goes; that the clip was heard is judged by ``heard.py`` and never unwritten. The database
holds the same rules (migration 0016), so that no other way of writing leads around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from core.actors import Actor, Purpose
from core.clock import Clock
from core.errors import NotFound
from core.ids import GrantId, RecordingId, RevisionId
from storage.database import Database
from storage.grants import GrantOver
from storage.vault import OpenedRecording, Vault
from telephony.sound.audio_files import SAMPLE_RATE, RecordingChanged
from transcription.clip_sound import as_wav, cut, milliseconds_of, sha256_of
from transcription.clip_span import NEAR, clip_span
from transcription.engine import Samples
from transcription.heard import Sending, Stretch, judge_hearing, played_after
from transcription.pauses import speech_edges
from transcription.utterance import Span, Track

_AROUND = 2.0 + NEAR
"""Seconds looked at on either side of words, for the pauses there."""

_STRETCH = re.compile(r"\[(\d+),(\d+)\)")
_COLUMNS = (
    "c.id, c.recording_id, c.revision_id, c.track, c.start_ms, c.end_ms, c.samples_sha256, c.until,"
    " c.sending_at, CAST(c.sent AS text) AS sent, c.played_after, c.heard_at"
)
_SECONDS = text("SELECT samples / CAST(sample_rate AS float8) FROM recordings WHERE id = :recording")
_ADD = text("""
    INSERT INTO clips (id, account_id, recording_id, revision_id, track, start_ms, end_ms, samples_sha256,
                       given_at, until)
    VALUES (:id, :account, :recording, :revision, :track, :start, :end, :sha256, :now, :until)
""")
_ONE = text(f"SELECT {_COLUMNS} FROM clips c WHERE c.id = :id")  # noqa: S608  a constant
_SENDING = text(
    "UPDATE clips SET sending_at = :now WHERE id = :id AND sending_at IS NULL AND heard_at IS NULL"
)
_SENT = text("""
    UPDATE clips
       SET sent = sent + int4multirange(int4range(:first, :last)),
           played_after = CASE WHEN sent @> int4range(:first, :last) THEN played_after
                          ELSE greatest(played_after, CAST(:played_after AS timestamptz)) END
     WHERE id = :id AND heard_at IS NULL
""")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
_HEARD_BEFORE = text("SELECT max(heard_at) FROM clips WHERE account_id = :account")
_HEARD = text("UPDATE clips SET listened_from = :since, heard_ms = :heard, heard_at = :now WHERE id = :id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that somebody wants to hear: whose, of which revision, and when they were said."""

    recording: RecordingId
    revision: RevisionId
    track: Track
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One play of one stretch, as its own person sees it. Milliseconds count from the recording's start."""

    id: GrantId
    recording: RecordingId
    revision: RevisionId
    track: Track
    start_ms: int
    end_ms: int
    samples_sha256: bytes
    until: datetime
    sending_at: datetime | None = None
    sent: tuple[Stretch, ...] = ()
    played_after: datetime | None = None
    heard_at: datetime | None = None

    @property
    def milliseconds(self) -> int:
        """How long it is."""
        return self.end_ms - self.start_ms

    @property
    def span(self) -> Span:
        """The stretch of the recording, in seconds."""
        return Span(start=self.start_ms / 1000, end=self.end_ms / 1000)


class Clips:
    """Gives clips, sends them, and judges whether they were heard, under the rights of whoever asks."""

    def __init__(self, *, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def give(self, actor: Actor, words: Words, purpose: Purpose, *, exactly: bool = False) -> Clip:
        """Knock for words, find the pauses around them and cut them out. Nothing is sent yet.

        Args:
            actor: who wants to hear
            words: what
            purpose: for what
            exactly: the span is a clip's own already, as that of a quote; else it is moved out to a pause

        Raises:
            AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed, DatabaseAway
            UnreadableRecording, SealBroken, ObjectMissing: what lies there is not what was sealed
        """
        grant = self._vault.grant_play(actor, words.recording, purpose, "clip")
        master = self._vault.continue_play(actor, grant.id, "master", "clip")
        with self._database.begin(actor) as connection:
            whole = connection.execute(_SECONDS, {"recording": words.recording}).scalar_one()
        span, samples = (
            (words.span, cut(master.read, master.size, words.track, words.span))
            if exactly
            else _snapped(master, words, whole)
        )
        clip = Clip(
            id=grant.id, recording=words.recording, revision=words.revision, track=words.track,
            start_ms=round(span.start * 1000), end_ms=round(span.end * 1000),
            samples_sha256=sha256_of(samples), until=grant.until,
        )  # fmt: skip
        values = {
            "id": clip.id, "account": actor.account, "recording": clip.recording, "revision": clip.revision,
            "track": clip.track.value, "start": clip.start_ms, "end": clip.end_ms,
            "sha256": clip.samples_sha256, "now": self._clock.now(), "until": clip.until,
        }  # fmt: skip
        with self._database.begin(actor) as connection:
            connection.execute(_ADD, values)
        return clip

    def note_quote(self, actor: Actor, recording: RecordingId, purpose: Purpose) -> None:
        """Write down that words are taken out of a transcript, before they are.

        Raises:
            AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed, DatabaseAway
        """
        self._vault.grant_play(actor, recording, purpose, "quote")

    def sound(self, actor: Actor, clip: GrantId) -> bytes:
        """Return a clip as a WAV file; judged anew at every read, as any play is.

        Raises:
            NotFound: no such clip, or another person's
            GrantOver, AccessDenied, ClosedForUse, RecordingDestroyed
            RecordingChanged: these are not the samples that were given
        """
        given = self._own(actor, clip)
        master = self._vault.continue_play(actor, clip, "master", "clip")
        samples = cut(master.read, master.size, given.track, given.span)
        if sha256_of(samples) != given.samples_sha256:
            raise RecordingChanged
        return as_wav(samples)

    def sending(self, actor: Actor, clip: GrantId) -> None:
        """Write down that a clip is about to go out; the first time counts."""
        self._write(
            actor, lambda connection: connection.execute(_SENDING, {"id": clip, "now": self._clock.now()})
        )

    def sent(self, actor: Actor, clip: GrantId, start: int, end: int, whole: int) -> None:
        """Write down that bytes ``start`` to ``end`` of a clip's file, ``whole`` bytes long, went out."""
        first, last = milliseconds_of(start, end, whole)
        if first < last:
            rest = milliseconds_of(start, whole, whole)[1] - first
            values = {
                "id": clip, "first": first, "last": last,
                "played_after": played_after(self._clock.now(), rest),
            }  # fmt: skip
            self._write(actor, lambda connection: connection.execute(_SENT, values))

    def hear(self, actor: Actor, clip: GrantId, reported: tuple[Stretch, ...]) -> Clip:
        """Judge a player's report, and write down that the clip was heard. Told twice, it is told once.

        Args:
            actor: who heard it
            clip: what
            reported: milliseconds of the clip that were played

        Raises:
            NotFound: no such clip, or another person's
            NotHeard, HeardTooFast
            GrantOver: it was given too long ago
        """
        now = self._clock.now()
        with self._database.begin(actor) as connection:
            # Two reports of one person at once must not count the same minute twice.
            connection.execute(_ONE_AT_A_TIME, {"name": f"heard by {actor.account}"})
            given = clip_of(connection, clip)
            if given.heard_at is not None:
                return given
            if now >= given.until:
                raise GrantOver
            before = connection.execute(_HEARD_BEFORE, {"account": actor.account}).scalar()
            sending = Sending(
                milliseconds=given.milliseconds,
                began_at=given.sending_at,
                sent=given.sent,
                played_after=given.played_after,
                heard_before=before,
            )
            heard = judge_hearing(sending, reported, now)
            connection.execute(
                _HEARD,
                {"id": clip, "since": heard.listened_from, "heard": heard.milliseconds, "now": now},
            )
            return clip_of(connection, clip)

    def _own(self, actor: Actor, clip: GrantId) -> Clip:
        with self._database.begin(actor) as connection:
            return clip_of(connection, clip)

    def _write(self, actor: Actor, what: Callable[[Connection], object]) -> None:
        with self._database.begin(actor) as connection:
            what(connection)


def clip_of(connection: Connection, clip: GrantId) -> Clip:
    """Return a clip of the connection's own actor.

    Raises:
        NotFound: no such clip, or another person's
    """
    row = connection.execute(_ONE, {"id": clip}).one_or_none()
    if row is None:
        raise NotFound
    return _clip(row)


def _clip(row: Row[Any]) -> Clip:
    return Clip(
        id=GrantId(row.id),
        recording=RecordingId(row.recording_id),
        revision=RevisionId(row.revision_id),
        track=Track(row.track),
        start_ms=row.start_ms,
        end_ms=row.end_ms,
        samples_sha256=bytes(row.samples_sha256),
        until=row.until,
        sending_at=row.sending_at,
        sent=tuple((int(start), int(end)) for start, end in _STRETCH.findall(row.sent)),
        played_after=row.played_after,
        heard_at=row.heard_at,
    )


def _snapped(master: OpenedRecording, words: Words, whole: float) -> tuple[Span, Samples]:
    wide = Span(start=max(0.0, words.span.start - _AROUND), end=min(whole, words.span.end + _AROUND))
    around = cut(master.read, master.size, words.track, wide)
    first = round(wide.start * SAMPLE_RATE)
    span = clip_span(words.span, speech_edges(around, first / SAMPLE_RATE), whole)
    begin, end = round(span.start * SAMPLE_RATE) - first, round(span.end * SAMPLE_RATE) - first
    return span, around[begin:end]
