"""The manifest of a bundle: which files belong to it, by hash, signed by the city.

A signed note (storage/signed_note.py) under the key that also signs exported quotes: whoever knows the city's
published key can check both. The key that stands in it proves nothing. Byte by byte: docs/bundle-file.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from disclosure.bundle.release import Release
from storage.signed_note import NoteNotOurs, opened, signed

NAME = "manifest.json"
WHAT = "tsuwaroku bundle v1"
LONGEST = 1024 * 1024
"""Bytes of a manifest; one of a hundred calls has less than a tenth of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """A file of the bundle."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a manifest says, once its signature is known to be the city's."""

    city: str
    receipt: str
    made_at: str
    files: tuple[ListedFile, ...]


def manifest_of(release: Release, files: Iterable[Path], made_at: datetime, key: Ed25519PrivateKey) -> bytes:
    """Write and sign the manifest of files that lie there."""
    return signed(WHAT, {**body_of(release, files), "made_at": made_at.isoformat()}, key)


def body_of(release: Release, files: Iterable[Path]) -> Mapping[str, Any]:
    """Return what a manifest of this release and these files says, but for who signed it when."""
    listed = [
        {"name": one.name, "bytes": one.stat().st_size, "sha256": sha256_of(one)} for one in sorted(files)
    ]
    calls = [
        {"label": one.label, "began": one.began.isoformat(), "seconds": round(one.seconds)}
        for one in release.calls
    ]
    return {
        "what": WHAT, "city": release.city, "agency": release.agency, "receipt": release.receipt,
        "decided": release.decided.isoformat(), "filed": release.filed, "calls": calls, "files": listed,
    }  # fmt: skip


def read_manifest(data: bytes, key: Ed25519PublicKey) -> Manifest:
    """Read a manifest that the city signed.

    Raises:
        NoteNotOurs: somebody else did, or it was changed
    """
    if len(data) > LONGEST:
        raise NoteNotOurs
    body = opened(WHAT, data, key)
    try:
        files = tuple(
            ListedFile(name=str(one["name"]), size=int(one["bytes"]), sha256=str(one["sha256"]))
            for one in body["files"]
        )
        return Manifest(
            city=str(body["city"]), receipt=str(body["receipt"]), made_at=str(body["made_at"]), files=files
        )
    except (KeyError, TypeError, ValueError):
        raise NoteNotOurs from None


def sha256_of(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
