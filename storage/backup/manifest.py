"""The manifest of a backup: what belongs to it, signed. It is written last; a set without one is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.signed_note import NoteNotOurs, opened, signed

WHAT = "tsuwaroku backup v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPart:
    """One sealed file of a set. ``size`` and ``sha256`` are of the sealed bytes."""

    size: int
    sha256: bytes
    plain_sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one backup is: of when, of which schema, how far the access log was chained."""

    at: datetime
    instance: str
    schema: str
    recipient: bytes
    chained: int
    head: bytes
    objects: int
    bytes: int
    lacking: int
    """Objects that the vault itself no longer had, or had otherwise than they were sealed."""
    parts: Mapping[str, SealedPart]


def write_manifest(manifest: Manifest, key: Ed25519PrivateKey) -> bytes:
    """Write a manifest and its signature as bytes."""
    parts = {
        name: [part.size, part.sha256.hex(), part.plain_sha256.hex()] for name, part in manifest.parts.items()
    }
    body = {
        "at": manifest.at.astimezone(UTC).isoformat(), "instance": manifest.instance,
        "schema": manifest.schema, "recipient": manifest.recipient.hex(), "chained": manifest.chained,
        "head": manifest.head.hex(), "objects": manifest.objects, "bytes": manifest.bytes,
        "lacking": manifest.lacking, "parts": parts,
    }  # fmt: skip
    return signed(WHAT, body, key)


def read_manifest(data: bytes, key: Ed25519PublicKey) -> Manifest:
    """Read a manifest that this key signed.

    Raises:
        NoteNotOurs
    """
    body = opened(WHAT, data, key)
    try:
        return Manifest(
            at=datetime.fromisoformat(body["at"]), instance=str(body["instance"]), schema=str(body["schema"]),
            recipient=bytes.fromhex(body["recipient"]), chained=int(body["chained"]),
            head=bytes.fromhex(body["head"]), objects=int(body["objects"]), bytes=int(body["bytes"]),
            lacking=int(body["lacking"]),
            parts={
                str(name): SealedPart(
                    size=int(size), sha256=bytes.fromhex(sealed), plain_sha256=bytes.fromhex(plain)
                )
                for name, (size, sealed, plain) in body["parts"].items()
            },
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise NoteNotOurs from None
