"""Sealed bytes: Google Tink's AES-GCM-HKDF streaming format, so that a city can open them without us.

AES256_GCM_HKDF with SHA-256 and 64 KiB ciphertext segments. Tink's own Python streams cannot seek, so the
format is written and range-read here with ``cryptography``; a test compares both ways with ``tink``.

    header    1 byte length (40) | 32 bytes salt | 7 bytes nonce prefix
    key       HKDF-SHA256(key, salt, info = associated data)
    segment i AES-GCM, nonce = prefix | i (4 bytes, big-endian) | 1 if it is the last, else 0; tag 16 bytes

Format: https://developers.google.com/tink/streaming-aead/aes_gcm_hkdf_streaming
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import DomainError
from storage.passing import Passing

KEY_BYTES = 32
SEGMENT_BYTES = 64 * 1024  # of ciphertext, tag included; the first one also holds the header

_SALT_BYTES = 32
_PREFIX_BYTES = 7
_HEADER_BYTES = 1 + _SALT_BYTES + _PREFIX_BYTES
_TAG_BYTES = 16
_FIRST_PLAIN = SEGMENT_BYTES - _HEADER_BYTES - _TAG_BYTES
_PLAIN = SEGMENT_BYTES - _TAG_BYTES
_SEGMENTS_AT_ONCE = 16  # 1 MiB


class SealBroken(DomainError):
    """The sealed bytes were changed, cut short, or belong to another key. Nothing of them is given out."""

    code = "seal-broken"
    http_status = 500


def seal_stream(key: bytes, aad: bytes, plain: Iterable[bytes]) -> Iterator[bytes]:
    """Seal bytes under a data key as they come; no more than one segment is held.

    Args:
        key: 32 random bytes, used for one recording only
        aad: what the bytes are; they open only under the same words
        plain: the bytes, in blocks of any size

    Yields:
        the header, then one sealed segment after the other
    """
    salt, prefix = os.urandom(_SALT_BYTES), os.urandom(_PREFIX_BYTES)
    cipher = _cipher(key, salt, aad)
    yield bytes([_HEADER_BYTES]) + salt + prefix
    held, segment, size = bytearray(), 0, _FIRST_PLAIN
    for block in plain:
        held += block
        # A full segment is held until more comes: only the last one is sealed as the last.
        begin = 0
        while len(held) - begin > size:
            yield cipher.encrypt(_nonce(prefix, segment, last=False), bytes(held[begin : begin + size]), None)
            begin, segment, size = begin + size, segment + 1, _PLAIN
        del held[:begin]
    yield cipher.encrypt(_nonce(prefix, segment, last=True), bytes(held), None)


def plain_size(sealed_size: int) -> int:
    """Return how many plain bytes lie in that many sealed bytes.

    Raises:
        SealBroken: no sealed stream has that size
    """
    segments = -(-sealed_size // SEGMENT_BYTES)
    size = sealed_size - _HEADER_BYTES - segments * _TAG_BYTES
    last = sealed_size - (segments - 1) * SEGMENT_BYTES
    if size < 0 or (segments > 1 and last <= _TAG_BYTES):
        raise SealBroken
    return size


class SealedReader:
    """Reads any range of a sealed stream, opening only the segments it touches.

    Args:
        key: the data key
        aad: as given to ``seal_stream``
        read_range: gives ``length`` sealed bytes from ``start``
        size: of the whole sealed stream, in bytes
    """

    def __init__(self, key: bytes, aad: bytes, read_range: Callable[[int, int], bytes], size: int) -> None:
        self.size = plain_size(size)
        self._sealed_size = size
        self._read_range = read_range
        header = read_range(0, _HEADER_BYTES)
        if len(header) != _HEADER_BYTES or header[0] != _HEADER_BYTES:
            raise SealBroken
        self._prefix = header[1 + _SALT_BYTES :]
        self._cipher = _cipher(key, header[1 : 1 + _SALT_BYTES], aad)
        self._last = -(-size // SEGMENT_BYTES) - 1

    def read(self, start: int, length: int) -> bytes:
        """Return plain bytes ``start`` to ``start + length``, fewer at the end, none beyond it.

        Raises:
            SealBroken: they are not what was sealed
        """
        end = min(start + length, self.size)
        if start < 0 or start >= end:
            return b""
        first, last = _segment_of(start), _segment_of(end - 1)
        plain = b"".join(self._open(first, last))
        skipped = 0 if first == 0 else _FIRST_PLAIN + (first - 1) * _PLAIN
        return plain[start - skipped : end - skipped]

    def stream(self) -> Iterator[bytes]:
        """Yield everything in order, the end's mark checked even if there is nothing before it.

        Raises:
            SealBroken: it is not what was sealed
        """
        for first in range(0, self._last + 1, _SEGMENTS_AT_ONCE):
            yield b"".join(self._open(first, min(first + _SEGMENTS_AT_ONCE - 1, self._last)))

    def _open(self, first: int, last: int) -> list[bytes]:
        begin = _HEADER_BYTES if first == 0 else first * SEGMENT_BYTES
        end = min((last + 1) * SEGMENT_BYTES, self._sealed_size)
        sealed = memoryview(self._read_range(begin, end - begin))
        if len(sealed) != end - begin:
            raise SealBroken
        opened: list[bytes] = []
        at = begin
        try:
            for i in range(first, last + 1):
                stop = min((i + 1) * SEGMENT_BYTES, end)
                nonce = _nonce(self._prefix, i, last=i == self._last)
                opened.append(self._cipher.decrypt(nonce, sealed[at - begin : stop - begin], None))
                at = stop
        except InvalidTag:
            raise SealBroken from None
        return opened


def hashes_of(
    key: bytes, aad: bytes, read_range: Callable[[int, int], bytes], size: int
) -> tuple[bytes, bytes]:
    """Open a sealed stream from end to end, a piece at a time; takes what ``SealedReader`` takes.

    Returns:
        SHA-256 of the sealed bytes and of the plain ones

    Raises:
        SealBroken: it is not what was sealed
    """
    sealed, plain = Passing(), Passing()
    for block in SealedReader(key, aad, sealed.ranges(read_range), size).stream():
        plain.note(block)
    return sealed.sha256, plain.sha256


def _segment_of(plain_offset: int) -> int:
    return 0 if plain_offset < _FIRST_PLAIN else 1 + (plain_offset - _FIRST_PLAIN) // _PLAIN


def _nonce(prefix: bytes, segment: int, *, last: bool) -> bytes:
    return prefix + segment.to_bytes(4, "big") + bytes([last])


def _cipher(key: bytes, salt: bytes, aad: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a data key has {KEY_BYTES} bytes")
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, aad).derive(key))
