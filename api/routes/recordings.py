"""The sound and its waveform, in ranges, under one grant that the vault checks at every read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.deps import Parts, SignedIn
from api.open_plays import OpenPlays, PlayedSound
from core.errors import DomainError
from core.ids import GrantId
from storage.vault import OpenedRecording

router = APIRouter(include_in_schema=False)
_PIECE = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class NoSuchRange(DomainError):
    """The recording does not have that range."""

    code = "no-such-range"
    http_status = 416


@router.api_route("/recordings/{grant}/audio", methods=["GET", "HEAD"])
def audio(request: Request, grant: UUID, session: SignedIn, parts: Parts) -> Response:
    """Play, or go on playing, the copy for listening."""
    playable = parts.vault.continue_play(session.actor, GrantId(grant))
    whole = playable.size
    start, end = wanted_range(request.headers.get("range"), whole)
    partial = is_range(request.headers.get("range"))
    headers = {"accept-ranges": "bytes", "content-length": str(end - start)}
    if partial:
        headers["content-range"] = f"bytes {start}-{end - 1}/{whole}"
    plays: OpenPlays = request.app.state.plays
    return PlayedSound(
        plays=plays,
        session=session.id_hash,
        pieces=iter(()) if request.method == "HEAD" else _pieces(playable, start, end),
        status_code=206 if partial else 200,
        headers=headers,
        media_type=playable.media_type,
    )


@router.get("/recordings/{grant}/peaks")
def peaks(grant: UUID, session: SignedIn, parts: Parts) -> Response:
    """Return the waveform, for drawing."""
    playable = parts.vault.continue_play(session.actor, GrantId(grant), "peaks")
    return Response(playable.read(0, playable.size), media_type="application/octet-stream")


def is_range(header: str | None) -> bool:
    """Say whether a header asks for one range that we understand; any other is answered with the whole."""
    match = _RANGE.fullmatch(header.strip()) if header else None
    return match is not None and match.groups() != ("", "")


def wanted_range(header: str | None, size: int) -> tuple[int, int]:
    """Return the first byte and the one after the last; everything where no range is asked for.

    Raises:
        NoSuchRange: the range begins after the end (RFC 9110 §14.1.2).
    """
    if header is None or not is_range(header):
        return 0, size
    first, last = header.strip().removeprefix("bytes=").split("-")
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= size or end <= start:
        raise NoSuchRange
    return start, end


def _pieces(playable: OpenedRecording, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        piece = playable.read(start, min(_PIECE, end - start))
        if not piece:
            return
        start += len(piece)
        yield piece
