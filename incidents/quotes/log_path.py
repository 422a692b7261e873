"""The way from a statement to a signed head of the access log: one row, and the head at that very row.

Pure. A row's hash is SHA-256(hash of the row before || the row itself), so whoever walks to a later head must
be given every row between as it is written: who opened what for which case. That concerns nobody outside. So
a head is signed at the export's own row, and the file gives that row and the hash of the one before
(docs/decisions/0053). The head is signed with the public key inside its bytes; the file leaves the key out,
and whoever checks puts in the one they were given by the city.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from core.errors import DomainError
from incidents.quotes.statement import Hash

LONGEST = 16 * 1024
"""Bytes of a row or a head."""


class NotALogPath(DomainError):
    """アクセス記録の行、または署名のある控えの形ではありません。"""

    code = "not-a-log-path"


class ChainedHead(BaseModel):
    """A head as the file holds it: what was signed, without the key."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    at: str
    hash: Hash
    instance: str
    seq: Annotated[int, Field(ge=1, lt=2**63)]
    what: Literal["tsuwaroku access log head v1"]


class ChainedKnock(BaseModel):
    """What matters of the export's row in the access log."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    act: str
    at: AwareDatetime
    detail: dict[str, int | str]
    granted: bool
    purpose: str
    recording: UUID | None


def read_head(line: bytes) -> ChainedHead:
    """Read a head; only what is written in the one way there is.

    Raises:
        NotALogPath
    """
    try:
        if len(line) > LONGEST:
            raise NotALogPath
        head = ChainedHead.model_validate_json(line)
        same = _line(head.model_dump()) == line
    except (ValidationError, ValueError):
        raise NotALogPath from None
    if not same:
        raise NotALogPath
    return head


def read_knock(line: bytes) -> ChainedKnock:
    """Read a row of the access log.

    Raises:
        NotALogPath
    """
    try:
        if len(line) > LONGEST:
            raise NotALogPath
        return ChainedKnock.model_validate_json(line)
    except (ValidationError, ValueError):
        raise NotALogPath from None


def without_key(note: bytes) -> tuple[bytes, bytes, bytes]:
    """Take a signed head of ours apart: its line for the file, the signature, and the key's fingerprint.

    The key itself stays behind.

    Args:
        note: as ``storage.access_heads.signed`` writes it
    """
    body = json.loads(note)
    signature = bytes.fromhex(body.pop("signature"))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(body.pop("key")))
    return _line(body), signature, fingerprint_of(key)


def is_signed(head: ChainedHead, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Say whether the holder of this key signed this head."""
    body = {**head.model_dump(), "key": key.public_bytes_raw().hex()}
    try:
        key.verify(signature, _line(body))
    except InvalidSignature:
        return False
    return True


def leads_to(previous: bytes, knock: bytes, head: ChainedHead) -> bool:
    """Say whether a row is the one at which the head stands."""
    return hashlib.sha256(previous + knock).hexdigest() == head.hash


def fingerprint_of(key: Ed25519PublicKey) -> bytes:
    """Return what a city publishes of its key: SHA-256 of the 32 bytes of the public key (RFC 8032)."""
    return hashlib.sha256(key.public_bytes_raw()).digest()


def _line(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
