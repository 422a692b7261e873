"""``tsuwaroku verify-quote``: says of a file what was looked at and what was found. Without a database.

Ends with 0 (as the city exported it), 1 (not so), 2 (nothing can be said).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer import echo

from incidents.quotes.check import Verdict, check_quote
from incidents.quotes.file import LONGEST, NotAQuoteFile, QuoteFileTooLong
from incidents.quotes.log_path import fingerprint_of
from runtime.public_key import read_public_key
from runtime.quote_words import ENGLISH, JAPANESE, QuoteWords
from runtime.terminal_words import printable

if TYPE_CHECKING:
    from core.settings import Settings

GENUINE, NOT_GENUINE, NOTHING_TO_SAY = 0, 1, 2
_JAPAN = timezone(timedelta(hours=9), "JST")


def tell_quote(file: Path, key_file: Path, *, fingerprint: str, clip: Path | None, english: bool) -> int:
    """Check a file and say what was found.

    Args:
        file: the exported quote
        key_file: the city's public key, PEM or hex
        fingerprint: of that key, as the city published it; empty: it is not compared
        clip: where the sound is written if all fits
        english: in which language

    Returns:
        0, 1 or 2, as above
    """
    words = ENGLISH if english else JAPANESE
    verdict = _verdict(file, key_file, fingerprint, words)
    if isinstance(verdict, str):
        return _nothing(verdict)
    for finding in verdict.findings:
        told = words.not_looked if finding.fits is None else _said(words, finding.fits)[finding.look]
        echo(f"{'–' if finding.fits is None else '○' if finding.fits else '×'} {told}")
    echo("")
    if not verdict.genuine:
        # What it says is not repeated: it would read like a quote all the same.
        echo(words.not_genuine)
        return NOT_GENUINE
    for line in _stated(verdict, words):
        echo(line)
    try:
        if clip is not None:
            clip.write_bytes(verdict.clip)
    except OSError:
        return _nothing(words.not_written)
    return GENUINE


def tell_quote_key(settings: Settings, out: Path | None) -> None:
    """Show the public key and its fingerprint to be published; write it as PEM where people want it."""
    from runtime.installation import Installation
    from runtime.wiring import worker_parts

    key = worker_parts(Installation(settings)).head_key.public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    echo(pem.decode(), nl=False)
    echo(f"公開鍵（16進）: {key.public_bytes_raw().hex()}")
    echo(f"指紋（SHA-256）: {fingerprint_of(key).hex()}")
    if out is not None:
        out.write_bytes(pem)
        echo(f"{out} に書き出しました。")


def _verdict(file: Path, key_file: Path, fingerprint: str, words: QuoteWords) -> Verdict | str:
    """Check the file, or say why nothing can be said of it."""
    key = read_public_key(key_file)
    if key is None:
        return words.no_key
    wanted = "".join(one for one in fingerprint.lower() if one not in ": \t")
    if wanted and wanted != fingerprint_of(key).hex():
        return words.other_fingerprint
    try:
        return check_quote(_read(file, LONGEST), key)
    except QuoteFileTooLong:
        return words.too_long
    except (NotAQuoteFile, OSError):
        return words.unreadable


def _said(words: QuoteWords, fits: bool) -> dict[str, str]:
    return {str(look): told for look, told in (words.fits if fits else words.fails).items()}


def _stated(verdict: Verdict, words: QuoteWords) -> list[str]:
    statement, speaker = verdict.statement, verdict.statement.speaker
    city, call, spoke, place, heard, exported, row = words.labels
    name = f"（{printable(speaker.name)}）" if speaker.name else ""
    start, end = _place(statement.start_ms), _place(statement.end_ms)
    return [
        *([words.practice] if statement.practice else []),
        f"「{printable(statement.text)}」",
        f"{city}: {printable(statement.city)}",
        f"{call}: {printable(statement.call.id)}（{_moment(statement.call.arrived_at)}）",
        f"{spoke}: {words.speakers[speaker.kind]}{name}",
        f"{place}: {start}〜{end}（SHA-256 {statement.clip.samples_sha256}）",
        f"{heard}: {printable(statement.heard.name)}（{_moment(statement.heard.at)}）",
        f"{exported}: {_moment(verdict.knock.at)}",
        f"{row}: {verdict.head.seq}",
        "",
        words.genuine,
        words.hear,
    ]


def _nothing(words: str) -> int:
    echo(words, err=True)
    return NOTHING_TO_SAY


def _read(file: Path, longest: int) -> bytes:
    """Read a file, and of one that is too long one byte more than may be: never all of it."""
    with file.open("rb") as opened:
        return opened.read(longest + 1)


def _place(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(_JAPAN):%Y-%m-%d %H:%M:%S} JST"
