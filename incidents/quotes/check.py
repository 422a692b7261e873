"""Whether an exported quote is what the city wrote down: each thing that is looked at, and what was found.

Pure, but for the decoder that is asked last. Nothing here knows a database, a setting or a network: the file
and the city's public key, obtained elsewhere, are all there is. The clip is decoded only after the signature
was found to reach it, so that nobody else's bytes reach the decoder.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from incidents.quotes.clip import samples_of
from incidents.quotes.file import NotAQuoteFile, QuoteFile, unpacked
from incidents.quotes.log_path import (
    ChainedHead,
    ChainedKnock,
    NotALogPath,
    fingerprint_of,
    is_signed,
    leads_to,
    read_head,
    read_knock,
)
from incidents.quotes.statement import NotAStatement, Statement, hash_of, read_statement
from telephony.sound.audio_files import SAMPLE_RATE
from transcription.clip_sound import sha256_of

_PER_MS = SAMPLE_RATE // 1000


class Look(StrEnum):
    """What is looked at, in this order."""

    KEY = "key"  # the file names the key that was given
    SIGNATURE = "signature"  # that key signed the head
    ROW = "row"  # the head stands at the export's row
    STATEMENT = "statement"  # the row holds the hash of the statement, and was granted
    AGREEMENT = "agreement"  # row and statement speak of the same recording, practice or not
    CLIP_FILE = "clip-file"  # the FLAC is the one the statement names
    CLIP_SOUND = "clip-sound"  # its samples are those that were heard, as many as the seconds say


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look found; None: it was not looked at, because what it rests on has failed."""

    look: Look
    fits: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What all looks found. ``statement`` is what the file says, to be believed only if ``genuine``."""

    findings: tuple[Finding, ...]
    statement: Statement
    head: ChainedHead
    knock: ChainedKnock
    clip: bytes

    @property
    def genuine(self) -> bool:
        """Every look fits, and none was left out."""
        return all(finding.fits for finding in self.findings)


def check_quote(data: bytes, key: Ed25519PublicKey) -> Verdict:
    """Check an exported quote.

    Args:
        data: the file
        key: the city's public key, from elsewhere

    Raises:
        NotAQuoteFile: torn, too long, or of another form; nothing can be said of it
    """
    file = unpacked(data)
    try:
        statement, head, knock = read_statement(file.statement), read_head(file.head), read_knock(file.knock)
    except (NotAStatement, NotALogPath):
        raise NotAQuoteFile from None
    looks: dict[Look, bool | None] = {
        Look.KEY: file.fingerprint == fingerprint_of(key),
        Look.SIGNATURE: is_signed(head, file.signature, key),
        Look.ROW: leads_to(file.previous, file.knock, head),
        Look.STATEMENT: _is_stated(file, knock),
        Look.AGREEMENT: _agree(statement, knock),
        Look.CLIP_FILE: hashlib.sha256(file.clip).hexdigest() == statement.clip.flac_sha256,
    }
    looks[Look.CLIP_SOUND] = _is_heard(file.clip, statement) if all(looks.values()) else None
    return Verdict(
        findings=tuple(Finding(look=look, fits=fits) for look, fits in looks.items()),
        statement=statement, head=head, knock=knock, clip=file.clip,
    )  # fmt: skip


def _is_stated(file: QuoteFile, knock: ChainedKnock) -> bool:
    said = knock.detail.get("statement")
    return knock.act == "quote" and knock.granted and said == hash_of(file.statement)


def _agree(statement: Statement, knock: ChainedKnock) -> bool:
    practised = "practice" in knock.detail
    return statement.recording.id == knock.recording and statement.practice == practised


def _is_heard(flac: bytes, statement: Statement) -> bool:
    clip = statement.clip
    samples = samples_of(flac, clip.samples)
    if samples is None or clip.sample_rate != SAMPLE_RATE:
        return False
    length = (statement.end_ms - statement.start_ms) * _PER_MS
    # A recording may end within the last millisecond.
    whole = len(samples) == clip.samples and length - _PER_MS < clip.samples <= length
    return whole and sha256_of(samples).hex() == clip.samples_sha256
