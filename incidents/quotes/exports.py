"""The door of quotes that leave the hall: stated, knocked for, signed at their row, and handed out as a file.

Nothing leaves unheard, and nothing leaves unwritten: the knock (act ``quote``) holds the SHA-256 of what is
stated before there is anything to have, and the file can be made only after the access log was chained over
it and a head was signed there. No sound is kept for it: each file is cut anew from the master, under a knock
of its own, and is the very same file.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import Connection, text

from core.actors import Actor, Purpose
from core.clock import Clock
from core.errors import DomainError, NotFound
from core.ids import CallId
from incidents.quotes.clip import flac_of
from incidents.quotes.file import QuoteFile, packed
from incidents.quotes.hall_parties import on_hall
from incidents.quotes.log_path import without_key
from incidents.quotes.speaker import who_spoke
from incidents.quotes.statement import (
    StatedCall,
    StatedClip,
    StatedHearing,
    StatedRecording,
    Statement,
    hash_of,
    read_statement,
    written,
)
from storage.database import Database
from storage.grants import Grants
from storage.presses import PressUsed
from storage.quote_exports import Export, NewExport, add_export, export_of
from storage.vault import Vault
from telephony.sound.audio_files import SAMPLE_RATE, RecordingChanged
from transcription.clip_sound import cut, sha256_of
from transcription.engine import Samples
from transcription.quotes import Quote, Quotes

_FACTS = text("""
    SELECT r.samples_sha256, r.started_at, r.practice, r.subject AS id, c.connected_at,
           coalesce(c.arrived_at, r.started_at) AS arrived_at
      FROM recordings r LEFT JOIN calls c ON c.id = r.subject
     WHERE r.id = :recording AND (c.id IS NOT NULL OR r.tracks = 'room')
""")


class QuoteNotHeard(DomainError):
    """Whoever made this quote has not heard it yet, so it does not leave the hall."""

    code = "quote-not-heard"
    http_status = 409


class ExportNotSigned(DomainError):
    """The access log has not been chained and signed over this export yet."""

    code = "export-not-signed"
    http_status = 409


class QuoteExports:
    """States quotes and hands them out, under the rights of whoever asks.

    Args:
        database: of the console's role
        vault: where the sound is
        quotes: the door to quotes
        grants: judges the knock
        clock: says when
        city: what the city is called
    """

    def __init__(  # noqa: PLR0913  the collaborators of one door
        self, *, database: Database, vault: Vault, quotes: Quotes, grants: Grants, clock: Clock, city: str
    ) -> None:
        self._database = database
        self._vault = vault
        self._quotes = quotes
        self._grants = grants
        self._clock = clock
        self._city = city

    def ask(self, actor: Actor, export: UUID, quote: UUID, purpose: Purpose) -> Export:
        """State a quote and have the access log hold it. Sent twice, it is one.

        Args:
            actor: who asks
            export: the page's own id
            quote: which
            purpose: for what it leaves the hall

        Raises:
            NotFound: no such quote, or not to be seen
            QuoteNotHeard: nobody stands for it yet
            PressUsed: another quote stands under this id
            AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed, DatabaseAway
            RecordingChanged: these are not the samples that were heard
        """
        known = self._quotes.quote(actor, quote)
        if known.confirmed_at is None:
            raise QuoteNotHeard
        before = self._find(actor, export)
        if before is not None:
            if before.quote != quote:
                raise PressUsed
            return before
        samples = self._sound(actor, known, purpose)
        with self._database.begin(actor) as connection:
            line = written(_stated(connection, known, samples, self._city))
        knock = self._grants.note(actor, known.recording, purpose, "quote", {"statement": hash_of(line)})
        new = NewExport(
            id=export, quote=quote, recording=known.recording, account=actor.account, knock=knock,
            purpose=purpose, statement=line, at=self._clock.now(),
        )  # fmt: skip
        with self._database.begin(actor) as connection:
            add_export(connection, new)
        return self.export(actor, export)

    def export(self, actor: Actor, export: UUID) -> Export:
        """Return an export of one's own.

        Raises:
            NotFound: no such export, another person's, or of a recording not to be heard any more
        """
        found = self._find(actor, export)
        if found is None:
            raise NotFound
        return found

    def file(self, actor: Actor, export: UUID) -> bytes:
        """Make the file of an export. Each one is knocked for; each one is the same.

        Raises:
            NotFound, ExportNotSigned
            AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed, DatabaseAway
            RecordingChanged: the sound, or how it is packed, is not what was stated; export it anew
        """
        found = self.export(actor, export)
        if found.signed is None:
            raise ExportNotSigned
        statement = read_statement(found.statement)
        clip = flac_of(self._sound(actor, self._quotes.quote(actor, found.quote), found.purpose))
        if hashlib.sha256(clip).hexdigest() != statement.clip.flac_sha256:
            raise RecordingChanged
        head, signature, fingerprint = without_key(found.signed.head)
        return packed(
            QuoteFile(
                statement=found.statement,
                previous=found.signed.previous,
                knock=found.signed.knock,
                head=head,
                signature=signature,
                fingerprint=fingerprint,
                clip=clip,
            )
        )

    def _find(self, actor: Actor, export: UUID) -> Export | None:
        with self._database.begin(actor) as connection:
            return export_of(connection, export)

    def _sound(self, actor: Actor, quote: Quote, purpose: Purpose) -> Samples:
        grant = self._vault.grant_play(actor, quote.recording, purpose, "clip")
        master = self._vault.continue_play(actor, grant.id, "master", "clip")
        samples = cut(master.read, master.size, quote.track, quote.words.span)
        if sha256_of(samples) != quote.samples_sha256:
            raise RecordingChanged
        return samples


def _stated(connection: Connection, quote: Quote, samples: Samples, city: str) -> Statement:
    facts = connection.execute(_FACTS, {"recording": quote.recording}).one_or_none()
    if facts is None or quote.confirmed_at is None:
        raise NotFound
    connected = facts.connected_at
    speaker = who_spoke(
        quote.track, quote.start_ms / 1000, quote.end_ms / 1000,
        on_hall(connection, CallId(facts.id), facts.started_at),
        None if connected is None else (connected - facts.started_at).total_seconds(),
    )  # fmt: skip
    return Statement(
        city=city, quote=quote.id, text=quote.text, track=quote.track.value,
        start_ms=quote.start_ms, end_ms=quote.end_ms, speaker=speaker, revision=quote.revision_number,
        practice=facts.practice,
        call=StatedCall(id=facts.id, arrived_at=facts.arrived_at),
        recording=StatedRecording(
            id=quote.recording, started_at=facts.started_at, samples_sha256=bytes(facts.samples_sha256).hex()
        ),
        clip=StatedClip(
            sample_rate=SAMPLE_RATE, samples=len(samples), samples_sha256=quote.samples_sha256.hex(),
            flac_sha256=hashlib.sha256(flac_of(samples)).hexdigest(),
        ),
        heard=StatedHearing(account=quote.by, name=quote.name or "", at=quote.confirmed_at),
    )  # fmt: skip
