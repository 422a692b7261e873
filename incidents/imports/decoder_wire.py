"""How a file's reader and its parent talk: it asks for ranges of the file, and tells sound and claims.

The reader knows no path, no key and no call. Whatever a crafted file makes of it, it can only say these four
things, and each is looked at here as bytes from outside.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from core.errors import DomainError
from telephony.sound.audio_files import SAMPLE, Samples

WANTS, SOUND, CLAIMS, REFUSES, DONE = b"R", b"S", b"M", b"E", b"."
LONGEST_RANGE = 1 << 20
LONGEST_SOUND = 1 << 20
LONGEST_TEXT = 16 * 1024
_HEAD = struct.Struct("<cQI")
HEAD_BYTES = _HEAD.size
_CLAIMS_AT_MOST = 40
_CLAIM_LETTERS = 200
FAULTS = frozenset({"unreadable", "no-sound"})


class NotOfADecoder(DomainError):
    """音声ファイルを読むプロセスから、読めない答えが返りました。"""

    code = "not-of-a-decoder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A range of the file."""

    start: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no sound: a code of ``FAULTS``."""

    code: str


Claims = dict[str, str]
Told = Wanted | Samples | Claims | Refusal | None
"""None: that was all."""


def frame(kind: bytes, body: bytes = b"", start: int = 0, length: int | None = None) -> bytes:
    """Write what the reader says. ``length`` is that of the body, or of the range that is asked for."""
    return _HEAD.pack(kind, start, len(body) if length is None else length) + body


def read_told(read: Callable[[int], bytes]) -> Told:
    """Read the next thing that the reader says.

    Args:
        read: gives that very number of bytes, fewer only at the end

    Raises:
        NotOfADecoder: it is something else
        whatever ``read`` raises
    """
    head = read(HEAD_BYTES)
    if len(head) != HEAD_BYTES:
        raise NotOfADecoder
    kind, start, length = _HEAD.unpack(head)
    if kind == WANTS and length <= LONGEST_RANGE:
        return Wanted(start=start, length=length)
    if kind == DONE and not length:
        return None
    longest = LONGEST_SOUND if kind == SOUND else LONGEST_TEXT
    if kind not in {SOUND, CLAIMS, REFUSES} or length > longest:
        raise NotOfADecoder
    body = read(length)
    if len(body) != length:
        raise NotOfADecoder
    if kind == SOUND:
        return _sound(body)
    return _claims(body) if kind == CLAIMS else _refusal(body)


def plain_claims(written: Mapping[str, object]) -> Claims:
    """Cut what a file says of itself to what a page and a database can hold."""
    plain: Claims = {}
    for name, value in list(written.items())[:_CLAIMS_AT_MOST]:
        words = "".join(letter for letter in str(value)[:_CLAIM_LETTERS] if letter.isprintable())
        key = "".join(letter for letter in str(name)[:_CLAIM_LETTERS] if letter.isprintable())
        # Half of a surrogate pair is no letter to a database.
        plain[key.encode("utf-8", "ignore").decode()] = words.encode("utf-8", "ignore").decode()
    return plain


def _sound(body: bytes) -> Samples:
    if len(body) % 2:
        raise NotOfADecoder
    return np.frombuffer(body, dtype=SAMPLE)


def _claims(body: bytes) -> Claims:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise NotOfADecoder from None
    if not isinstance(told, dict):
        raise NotOfADecoder
    return plain_claims(cast("dict[str, object]", told))


def _refusal(body: bytes) -> Refusal:
    code = body.decode("ascii", "replace")
    if code not in FAULTS:
        raise NotOfADecoder
    return Refusal(code=code)
