"""An exported quote of made-up sound, put together by hand as the city's processes do."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from incidents.quotes.clip import flac_of
from incidents.quotes.file import QuoteFile
from incidents.quotes.log_path import without_key
from incidents.quotes.statement import (
    Speaker,
    SpeakerKind,
    StatedCall,
    StatedClip,
    StatedHearing,
    StatedRecording,
    Statement,
    hash_of,
    written,
)
from storage.access_heads import Head, signed

CITY = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
"""The invented city's key: of an example, and of nobody."""
OTHERS = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
AT = datetime(2026, 11, 22, 5, 4, 3, 20_000, UTC)
PREVIOUS = hashlib.sha256(b"the row before").digest()
SOUND = (3000 * np.sin(np.arange(0, 8000) / 5)).astype(np.int16)


def stated(**facts: object) -> Statement:
    """State a quote of one second; ``facts`` stand in the place of the usual ones."""
    clip = StatedClip(
        sample_rate=8000, samples=len(SOUND), samples_sha256=hashlib.sha256(SOUND.tobytes()).hexdigest(),
        flac_sha256=hashlib.sha256(flac_of(SOUND)).hexdigest(),
    )  # fmt: skip
    usual: dict[str, Any] = {
        "city": "さくら市", "quote": UUID(int=1), "text": "責任者", "track": "caller", "start_ms": 32_400,
        "end_ms": 33_400, "speaker": Speaker(kind=SpeakerKind.CALLER), "revision": 1, "practice": False,
        "call": StatedCall(id="city-1790000000.1", arrived_at=AT),
        "recording": StatedRecording(id=UUID(int=2), started_at=AT, samples_sha256="ab" * 32),
        "clip": clip, "heard": StatedHearing(account=UUID(int=3), name="さくら 市子", at=AT),
    }  # fmt: skip
    return Statement(**(usual | facts))


def row_of(statement: bytes, **facts: object) -> bytes:
    """Write the export's row of the access log as ``access_log.canonical`` does."""
    usual = {
        "id": str(UUID(int=4)), "at": "2026-11-22T06:00:00.000000+00:00", "actor": str(UUID(int=3)),
        "actor_kind": "person", "act": "quote", "recording": str(UUID(int=2)), "purpose": "fact-check",
        "granted": True, "reason": "own-department", "until": None,
        "detail": {"statement": hash_of(statement)}, "departments": ["hoken-nenkin"], "session": None,
    }  # fmt: skip
    return json.dumps(usual | facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def quote_file(
    statement: Statement | None = None, key: Ed25519PrivateKey = CITY, row: bytes | None = None
) -> QuoteFile:
    """Put an exported quote together."""
    line = written(statement or stated())
    knock = row or row_of(line)
    reached = hashlib.sha256(PREVIOUS + knock).digest()
    note = signed(Head(instance="city", seq=41, hash=reached, at=AT + timedelta(hours=1)), key)
    head, signature, fingerprint = without_key(note)
    return QuoteFile(
        statement=line, previous=PREVIOUS, knock=knock, head=head, signature=signature,
        fingerprint=fingerprint, clip=flac_of(SOUND),
    )  # fmt: skip
