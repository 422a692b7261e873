"""Files of a backup open with a key that is not on this machine: sealed to a public key, X25519.

Who breaks into the machine that makes backups, or steals the disk they lie on, reads none of them. The secret
half is shown to people once and kept on paper. Whether a backup is the city's, its signed manifest says;
anybody could seal something to a public key.

    header   8 bytes "TSWBKUP1" | 32 bytes ephemeral public key
    key      HKDF-SHA256(X25519(ephemeral, recipient), salt = both public keys, info "tsuwaroku backup v1")
    body     the stream of storage/sealing.py under that key, bound to the file's name
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import DomainError
from storage.sealing import KEY_BYTES, SealBroken, SealedReader, hashes_of, seal_stream

_MAGIC = b"TSWBKUP1"
_POINT = 32  # bytes
_HEADER = len(_MAGIC) + _POINT
_CHECK = 3  # bytes: a letter that was copied wrongly from paper is found at once
_GROUP = 4

ReadRange = Callable[[int, int], bytes]


class BackupKeyUnusable(DomainError):
    """写しの鍵が違います。backup-key が示した文字（14 組）をそのまま入れてください。"""

    code = "backup-key-unusable"


def new_secret() -> bytes:
    """Make the secret half of a backup key: 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(secret: bytes) -> bytes:
    """Return the public half: 32 bytes."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def number_of(public: bytes) -> str:
    """Name a public half by a short number that people compare: who puts another half in its place shows."""
    return hashlib.sha256(b"tsuwaroku backup key" + public).digest()[:8].hex(" ", 2)


def on_paper(secret: bytes) -> str:
    """Write a secret for people: letters and digits that are not mistaken, in groups, with a check."""
    text = base64.b32encode(secret + _check(secret)).decode()
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def from_paper(text: str) -> bytes:
    """Read a secret that people typed.

    Raises:
        BackupKeyUnusable
    """
    try:
        raw = base64.b32decode("".join(text.split()).replace("-", "").upper())
    except ValueError:
        raise BackupKeyUnusable from None
    secret = raw[:KEY_BYTES]
    if len(raw) != KEY_BYTES + _CHECK or raw[KEY_BYTES:] != _check(secret):
        raise BackupKeyUnusable
    return secret


class SealedFile:
    """One file on its way into a backup. It can be read back here until this object is gone."""

    def __init__(self, recipient: bytes, name: str) -> None:
        ephemeral = X25519PrivateKey.generate()
        point = ephemeral.public_key().public_bytes_raw()
        self._header = _MAGIC + point
        self._key = _derived(
            ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient)), point, recipient
        )
        self._words = _words(name)

    def blocks(self, plain: Iterable[bytes]) -> Iterator[bytes]:
        """Seal blocks of any size as they come."""
        yield self._header
        yield from seal_stream(self._key, self._words, plain)

    def plain_sha256(self, read_range: ReadRange, size: int) -> bytes:
        """Read the file back from where it was put, to its end, and say what is in it.

        Raises:
            SealBroken
        """
        if read_range(0, _HEADER) != self._header:
            raise SealBroken
        return hashes_of(self._key, self._words, _behind_header(read_range), size - _HEADER)[1]


def opened(secret: bytes, name: str, read_range: ReadRange, size: int) -> Iterator[bytes]:
    """Yield what a file of a backup holds, in blocks.

    Raises:
        BackupKeyUnusable: it was sealed to another key
        SealBroken: it is not what was sealed
    """
    header = read_range(0, _HEADER)
    if len(header) != _HEADER or not header.startswith(_MAGIC) or size <= _HEADER:
        raise SealBroken
    point, own = header[len(_MAGIC) :], X25519PrivateKey.from_private_bytes(secret)
    shared = own.exchange(X25519PublicKey.from_public_bytes(point))
    key = _derived(shared, point, own.public_key().public_bytes_raw())
    return SealedReader(key, _words(name), _behind_header(read_range), size - _HEADER).stream()


def _behind_header(read_range: ReadRange) -> ReadRange:
    return lambda start, length: read_range(start + _HEADER, length)


def _derived(shared: bytes, point: bytes, recipient: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, point + recipient, b"tsuwaroku backup v1").derive(shared)


def _words(name: str) -> bytes:
    return b"tsuwaroku backup " + name.encode()


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(b"tsuwaroku backup secret" + secret).digest()[:_CHECK]
