"""Keys that open everything else. Without them nothing starts; losing them loses every recording for good.

Three keys of 256 bits: ``vault`` wraps the data key of each recording, ``numbers`` encrypts caller numbers,
``number-hash`` is the key of the hash beside them. The vault sees only ``wrap`` and ``unwrap``, so the key
that wraps may lie in files (key_files.py), in the environment, or in a device that never gives it out
(key_hardware.py); tests/contract/test_key_providers.py holds all of them to the same promises.

A key that wraps may be followed by a newer one: ``wrap`` takes the newest, ``unwrap`` every one that is known
(key_rotation.py rewraps what the older ones hold). The keys of numbers are not followed by others: a hash is
found again only under the same key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from core.errors import DomainError

KeyName = Literal["vault", "numbers", "number-hash"]
KEY_NAMES: tuple[KeyName, ...] = ("vault", "numbers", "number-hash")
SecretName = Literal["numbers", "number-hash"]

KEY_BYTES = 32
NONCE_BYTES = 12
KEK_ID_OF = b"tsuwaroku kek id"
"""What is hashed with a key, or encrypted by it, to name it. One block of AES."""


class KeysMissing(DomainError):
    """The keys of the vault are not there. Nothing starts without them; put the kept copy back."""

    code = "keys-missing"
    http_status = 503


class KeysUnusable(DomainError):
    """A key is not 32 bytes in base64, or its file can be read by others than its owner."""

    code = "keys-unusable"
    http_status = 503


class WrongKey(DomainError):
    """The key is not the one this was sealed under, or the sealed bytes were changed."""

    code = "wrong-key"
    http_status = 500


class KeysAway(DomainError):
    """The device or service that holds the keys does not answer. Nothing was lost; it is asked again."""

    code = "keys-away"
    http_status = 503


class KeysGivenElsewhere(DomainError):
    """鍵は環境変数で与えられています。docs/operations.md の「鍵を入れ替える」のとおりに替えてください。"""

    code = "keys-given-elsewhere"


class Wrapped(NamedTuple):
    """A data key as it lies in the database, and the context that it opens in."""

    kek_id: str
    wrapped: bytes
    context: bytes


class KeyProvider(Protocol):
    """Keeps the keys that wrap and lends the keys that caller numbers need. Any number of threads may ask."""

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Encrypt a data key under the newest key so that it opens only in the same context.

        Returns:
            id of the key-encryption key, wrapped data key

        Raises:
            KeysAway, KeysMissing, KeysUnusable
        """
        ...

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key.

        Raises:
            WrongKey: another key, another context, or changed bytes
            KeysAway, KeysMissing, KeysUnusable
        """
        ...

    def rewrap(self, keys: Sequence[Wrapped]) -> tuple[str, list[bytes]]:
        """Wrap data keys anew under the newest key, many at once; they leave this call wrapped only.

        Returns:
            id of the newest key, the wrapped data keys in their order

        Raises:
            WrongKey: one of them does not open; none is rewrapped
            KeysAway, KeysMissing, KeysUnusable
        """
        ...

    def secret(self, name: SecretName) -> bytes:
        """Return a key itself: 32 bytes.

        Raises:
            KeysAway, KeysMissing, KeysUnusable
        """
        ...

    def known(self) -> Sequence[str]:
        """Return the ids of the keys that unwrap, the oldest first; the last one wraps.

        Raises:
            KeysAway, KeysMissing, KeysUnusable
        """
        ...

    def renew(self) -> str:
        """Make a newer key, which wraps from now on wherever this provider is asked.

        Returns:
            its id

        Raises:
            KeysGivenElsewhere: keys of this kind are made by people
            KeysAway, KeysMissing, KeysUnusable
        """
        ...

    def retire(self, kek_id: str) -> str:
        """Know an older key no more, and say where people find it: old backups still need it.

        Raises:
            WrongKey: there is no such key, or it is the one that wraps
            KeysGivenElsewhere, KeysAway, KeysMissing, KeysUnusable
        """
        ...


class FixedKeys:
    """Keys held in memory.

    Args:
        keys: one of each name
        former: keys that wrapped before, the oldest first
    """

    def __init__(self, keys: Mapping[KeyName, bytes], former: Sequence[bytes] = ()) -> None:
        if any(len(key) != KEY_BYTES for key in (*(keys[name] for name in KEY_NAMES), *former)):
            raise KeysUnusable
        self._keys = dict(keys)
        self._ring = {kek_id_of(key): key for key in (*former, keys["vault"])}

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Encrypt a data key: nonce, then AES-256-GCM with the context as associated data."""
        nonce = os.urandom(NONCE_BYTES)
        newest = self.known()[-1]
        return newest, nonce + AESGCM(self._ring[newest]).encrypt(nonce, key, context)

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key, or raise WrongKey."""
        kek = self._ring.get(kek_id)
        if kek is None:
            raise WrongKey
        try:
            nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
            return AESGCM(kek).decrypt(nonce, sealed, context)
        except (InvalidTag, ValueError):
            raise WrongKey from None

    def rewrap(self, keys: Sequence[Wrapped]) -> tuple[str, list[bytes]]:
        """Wrap data keys anew under the newest key."""
        return self.known()[-1], [self.wrap(self.unwrap(*one), one.context)[1] for one in keys]

    def secret(self, name: KeyName) -> bytes:
        """Return a key itself."""
        return self._keys[name]

    def known(self) -> Sequence[str]:
        """Return the ids of the keys that unwrap; the last one wraps."""
        return tuple(self._ring)

    def renew(self) -> str:
        """Refuse: whoever gave these keys gives the next one."""
        raise KeysGivenElsewhere

    def retire(self, kek_id: str) -> str:  # noqa: ARG002  as the protocol has it
        """Refuse: whoever gave these keys takes them away."""
        raise KeysGivenElsewhere


def kek_id_of(key: bytes) -> str:
    """Name a key that wraps: the name says which key was used and tells nothing of it."""
    return "kek-" + hashlib.sha256(KEK_ID_OF + key).hexdigest()[:16]


def keys_from_environment(
    key_encryption_key: str | None, former: str | None = None, numbers: str | None = None
) -> FixedKeys:
    """Make the keys from secrets given in the environment; those of caller numbers are derived.

    Args:
        key_encryption_key: 32 bytes in base64
        former: the value before, while something is still wrapped under it
        numbers: the value that the keys of numbers are derived from: the first that was ever given.
            Without it, ``key_encryption_key`` itself

    Raises:
        KeysMissing
        KeysUnusable: no key, or a former one without saying which one the numbers are under: they would be
            read under the new one and not be found again
    """
    if not key_encryption_key:
        raise KeysMissing
    if former and not numbers:
        raise KeysUnusable(
            "鍵を入れ替えるときは、TSUWAROKU_VAULT__NUMBERS_KEY に、はじめに使った鍵の値も書いてください。"
        )
    root = key_of(key_encryption_key)
    of_numbers = key_of(numbers) if numbers else root
    return FixedKeys(
        {name: _derived(root if name == "vault" else of_numbers, name) for name in KEY_NAMES},
        former=[_derived(key_of(former), "vault")] if former else [],
    )


def key_of(text: str) -> bytes:
    """Read a key from base64.

    Raises:
        KeysUnusable
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise KeysUnusable from None
    if len(key) != KEY_BYTES:
        raise KeysUnusable
    return key


def _derived(root: bytes, name: KeyName) -> bytes:
    return HKDFExpand(SHA256(), KEY_BYTES, f"tsuwaroku {name}".encode()).derive(root)
