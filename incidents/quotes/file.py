"""The exported quote as one file (``.tsuquote``): eight lines of text, each the very bytes that are proven.

Pure. Lines and not one JSON document, so that nobody has to write anything anew to check a hash or a
signature: the SHA-256 of the second line is the statement's. The same quote gives the same file. Nothing in
it is packed beyond the clip's own FLAC, and nothing may follow it. Byte by byte: docs/quote-file.md.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from core.errors import DomainError

FIRST_LINE = b"tsuwaroku quote 1"
LONGEST = 16 * 1024 * 1024
"""Bytes of such a file. A clip of a minute has less than one mebibyte."""

_LINES = 8
_HASH = re.compile(rb"[0-9a-f]{64}")
_SIGNATURE = re.compile(rb"[0-9a-f]{128}")


class NotAQuoteFile(DomainError):
    """引用ファイルではないか、途中で切れているか、形が変えられています。受け取り直してください。"""

    code = "not-a-quote-file"


class QuoteFileTooLong(NotAQuoteFile):
    """引用ファイルとしては大きすぎます。通話録が書き出したものではありません。"""

    code = "quote-file-too-long"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFile:
    """The parts of an exported quote, as bytes that nobody has looked into yet. No key is among them."""

    statement: bytes
    """What is stated (`quote_statement`)."""
    previous: bytes
    """32 bytes: the hash of the access log's row before the export's."""
    knock: bytes
    """The export's row as it was chained."""
    head: bytes
    """The signed head without its key (`quote_log_path`)."""
    signature: bytes
    """64 bytes."""
    fingerprint: bytes
    """32 bytes: SHA-256 of the public key that fits. It says which key to ask for, and proves nothing."""
    clip: bytes
    """FLAC."""


def packed(file: QuoteFile) -> bytes:
    """Write the file. The same parts always give the same bytes."""
    lines = (
        FIRST_LINE, file.statement, file.previous.hex().encode(), file.knock, file.head,
        file.signature.hex().encode(), file.fingerprint.hex().encode(), base64.b64encode(file.clip),
    )  # fmt: skip
    return b"".join(line + b"\n" for line in lines)


def unpacked(data: bytes) -> QuoteFile:
    """Take the file apart. Whatever ``packed`` would write otherwise is refused.

    Raises:
        QuoteFileTooLong: before anything of it is looked at
        NotAQuoteFile
    """
    if len(data) > LONGEST:
        raise QuoteFileTooLong
    lines = data.split(b"\n", _LINES)
    if len(lines) != _LINES + 1 or lines[0] != FIRST_LINE or lines[_LINES]:
        raise NotAQuoteFile
    _first, statement, previous, knock, head, signature, fingerprint, clip, _end = lines
    if not (_HASH.fullmatch(previous) and _SIGNATURE.fullmatch(signature) and _HASH.fullmatch(fingerprint)):
        raise NotAQuoteFile
    try:
        sound = base64.b64decode(clip, validate=True)
    except binascii.Error:
        raise NotAQuoteFile from None
    file = QuoteFile(
        statement=statement, previous=bytes.fromhex(previous.decode()), knock=knock, head=head,
        signature=bytes.fromhex(signature.decode()), fingerprint=bytes.fromhex(fingerprint.decode()),
        clip=sound,
    )  # fmt: skip
    # Base64 has unused bits at its end: a bit turned there would be no other sound, but another file.
    if packed(file) != data:
        raise NotAQuoteFile
    return file
