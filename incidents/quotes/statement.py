"""What an exported quote states: the words, whose they were, when they were said, and who heard them.

Pure. A statement is one line of JSON, written in one way only: keys sorted, no spaces, UTF-8, moments in UTC
ending in Z. Its SHA-256 stands in the access log, so a byte that differs is another statement. Its form is
documented for whoever checks it without this program (docs/quote-file.md).
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from core.errors import DomainError

WHAT = "tsuwaroku quote v1"
LONGEST = 64 * 1024
"""Bytes of a statement; an utterance is far shorter."""

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Milliseconds = Annotated[int, Field(ge=0, lt=2**40)]


class NotAStatement(DomainError):
    """これは、通話録の引用の記載ではありません。"""

    code = "not-a-statement"


class SpeakerKind(StrEnum):
    """Who spoke, as far as the tracks and the seats tell."""

    CALLER = "caller"  # 相手
    ANNOUNCEMENT = "announcement"  # 案内
    HALL = "hall"  # 職員: the one who was on the hall's track
    UNKNOWN = "unknown"  # 不明


class _Stated(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Speaker(_Stated):
    """Who spoke. ``name`` is of a person of the hall alone: whoever called is never named."""

    kind: SpeakerKind
    name: str | None = None


class StatedCall(_Stated):
    """The call, by its id and the moment it came."""

    id: str
    arrived_at: AwareDatetime


class StatedRecording(_Stated):
    """The recording. ``samples_sha256`` is of both tracks' 16-bit samples, caller and hall in turns."""

    id: UUID
    started_at: AwareDatetime
    samples_sha256: Hash


class StatedClip(_Stated):
    """The clip: its 16-bit little-endian samples, mono, and the very FLAC file that holds them."""

    sample_rate: Annotated[int, Field(ge=8000, le=48000)]
    samples: Annotated[int, Field(ge=1, le=2**28)]
    samples_sha256: Hash
    flac_sha256: Hash


class StatedHearing(_Stated):
    """Who listened to that very stretch, and when they stood for the words."""

    account: UUID
    name: str
    at: AwareDatetime


class Statement(_Stated):
    """One quote. Milliseconds count from the recording's first sample."""

    what: Literal["tsuwaroku quote v1"] = WHAT
    city: str
    quote: UUID
    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    track: Literal["caller", "hall", "room"]
    start_ms: Milliseconds
    end_ms: Milliseconds
    speaker: Speaker
    revision: Annotated[int, Field(ge=1)]
    """Of the transcript, from which the words were taken."""
    practice: bool
    """練習: a made-up call, which is nobody's."""
    call: StatedCall
    recording: StatedRecording
    clip: StatedClip
    heard: StatedHearing


def written(statement: Statement) -> bytes:
    """Write a statement in the one way there is."""
    body = statement.model_dump(mode="json")
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_statement(line: bytes) -> Statement:
    """Read a statement; only what ``written`` would write the same is one.

    Raises:
        NotAStatement
    """
    if len(line) > LONGEST:
        raise NotAStatement
    try:
        statement = Statement.model_validate_json(line)
        same = written(statement) == line
    except (ValidationError, ValueError):
        raise NotAStatement from None
    if not same:
        raise NotAStatement
    return statement


def hash_of(line: bytes) -> str:
    """Return the SHA-256 of a statement as it stands in the access log: 64 hex digits."""
    return hashlib.sha256(line).hexdigest()
