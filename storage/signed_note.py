"""A note that leaves this machine says what it is, and bears the city's signature (Ed25519).

JSON, keys sorted, no spaces, UTF-8; ``what`` names the kind, ``key`` is the public half, ``signature`` is
over everything else. It is the form that heads of the access log have, under a key of its own for each kind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from core.errors import DomainError
from storage.keys import KeyProvider


class NoteNotOurs(DomainError):
    """写しに付いた署名が、この市の鍵のものではありません。鍵の写しが違うか、写しが変えられています。"""

    code = "note-not-ours"


def note_key(keys: KeyProvider) -> Ed25519PrivateKey:
    """Derive the key that signs notes, so that it needs no file of its own and cannot be lost alone.

    Raises:
        KeysAway, KeysMissing, KeysUnusable
    """
    seed = HKDFExpand(SHA256(), 32, b"tsuwaroku signed notes").derive(keys.secret("number-hash"))
    return Ed25519PrivateKey.from_private_bytes(seed)


def signed(what: str, body: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """Write a note and its signature as bytes."""
    whole = {**body, "what": what, "key": key.public_key().public_bytes_raw().hex()}
    return _canonical({**whole, "signature": key.sign(_canonical(whole)).hex()}) + b"\n"


def opened(what: str, data: bytes, key: Ed25519PublicKey) -> dict[str, Any]:
    """Read a note of that kind that this key signed.

    Raises:
        NoteNotOurs
    """
    try:
        body: dict[str, Any] = json.loads(data)
        key.verify(bytes.fromhex(body.pop("signature")), _canonical(body))
        if body["what"] != what:
            raise NoteNotOurs
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoteNotOurs from None
    return body


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
