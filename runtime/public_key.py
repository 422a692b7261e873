"""The city's public key as whoever checks a quote or a bundle received it: a file, PEM or hex."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

_LONGEST = 8192


def read_public_key(file: Path) -> Ed25519PublicKey | None:
    """Read a key; None: there is none in the file, or none of this kind."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_LONGEST + 1).strip()
        if data.startswith(b"-----"):
            key = load_pem_public_key(data)
            return key if isinstance(key, Ed25519PublicKey) else None
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(data.decode("ascii")))
    except (OSError, ValueError, UnsupportedAlgorithm):
        return None
