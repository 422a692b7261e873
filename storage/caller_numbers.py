"""A caller's number is stored encrypted, with a keyed hash beside it to find the same number again.

The number space is small (about 10^9), so a plain hash would be reversed in minutes; the hash key has a file
of its own, apart from the database. A call without a number (withheld, payphone) has neither: such callers
are not one person, and nothing may count them as one.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.keys import KeyProvider, WrongKey

_NONCE_BYTES = 12
_HASH_BYTES = 16
_WHAT_IT_IS = b"tsuwaroku caller number v1"
_A_NAME = b"tsuwaroku claimed name v1"


class CallerNumbers:
    """Seals caller numbers in E.164, and names that callers give, and opens them again."""

    def __init__(self, keys: KeyProvider) -> None:
        self._cipher = AESGCM(keys.secret("numbers"))
        self._hash_key = keys.secret("number-hash")

    def seal(self, e164: str) -> tuple[bytes, bytes]:
        """Encrypt a number.

        Args:
            e164: ``+81…``; hash only what was recognised as a valid number

        Returns:
            encrypted number, keyed hash (16 bytes)
        """
        return self._sealed(e164, _WHAT_IT_IS), self.hash(e164)

    def hash(self, e164: str) -> bytes:
        """Return the keyed hash of a number, to look for it: HMAC-SHA-256, 16 bytes."""
        return hmac.digest(self._hash_key, e164.encode(), hashlib.sha256)[:_HASH_BYTES]

    def open(self, sealed: bytes) -> str:
        """Return the number in E.164.

        Raises:
            WrongKey: another key, or changed bytes
        """
        return self._opened(sealed, _WHAT_IT_IS)

    def seal_name(self, name: str) -> bytes:
        """Encrypt as whom somebody called (名乗り). There is no hash of it: nobody is looked for by name."""
        return self._sealed(name, _A_NAME)

    def open_name(self, sealed: bytes) -> str:
        """Return a claimed name.

        Raises:
            WrongKey: another key, or changed bytes
        """
        return self._opened(sealed, _A_NAME)

    def _sealed(self, words: str, what_it_is: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, words.encode(), what_it_is)

    def _opened(self, sealed: bytes, what_it_is: bytes) -> str:
        try:
            plain = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], what_it_is)
        except (InvalidTag, ValueError):
            raise WrongKey from None
        return plain.decode()
