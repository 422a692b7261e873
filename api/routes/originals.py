"""元のファイル: a recorder's file as it came, handed out to whoever has it open. Each is a knock.

The file is the evidence, and the sound that pages play was taken out of it. Whoever doubts what they hear
compares; whoever answers a request, or the police, needs the file itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request, Response

from api.deps import OwnForm, Parts
from api.open_plays import PlayedSound
from api.opened import opened_call
from api.parts import ConsoleParts
from api.reading.recordings import recording_seen
from api.sessions import Session
from core.actors import Purpose
from core.errors import NotFound
from core.ids import ImportId, RecordingId, RequestId
from storage.imports import import_of
from storage.record_requests import request_of
from storage.request_facts import accepted_of
from storage.vault import OpenedRecording

router = APIRouter(include_in_schema=False)
_PIECE = 256 * 1024


@router.post("/imports/{wanted}/original")
def take_out(request: Request, wanted: UUID, session: OwnForm, parts: Parts) -> Response:
    """Hand out the file of an import, for the purpose for which its recording is open.

    Raises:
        NotFound: no such import, or none that is theirs
        GrantOver: it is not open, or not any more; a purpose must be said first
    """
    with parts.database.begin(session.actor) as connection:
        subject = import_of(connection, ImportId(wanted)).subject
    opened = opened_call(parts, session, subject)
    return _handed_out(request, parts, session, opened.recording, opened.purpose)


@router.post("/records/{request_id}/original")
def take_out_for_request(
    request: Request,
    request_id: Annotated[UUID, Path()],
    session: OwnForm,
    parts: Parts,
    recording: Annotated[UUID, Form()],
) -> Response:
    """Hand out a file that was accepted for a request of disclosure, to answer that request.

    Raises:
        NotFound: no such request, it was not accepted for it, or it is a call's recording
    """
    wanted = RecordingId(recording)
    with parts.database.begin(session.actor) as connection:
        asked = request_of(connection, RequestId(request_id))
        accepted = {one.recording for one in accepted_of(connection, asked.id)}
        kept = recording_seen(connection, wanted)
    if wanted not in accepted or kept is None or not kept.room:
        raise NotFound
    return _handed_out(request, parts, session, wanted, Purpose.DISCLOSURE)


def _handed_out(
    request: Request, parts: ConsoleParts, session: Session, recording: RecordingId, purpose: Purpose
) -> Response:
    knock = parts.vault.grant_play(session.actor, recording, purpose, "take-out")
    file = parts.vault.continue_play(session.actor, knock.id, "original", "take-out")
    return PlayedSound(
        plays=request.app.state.plays,
        session=session.id_hash,
        pieces=_pieces(file),
        status_code=200,
        headers={
            "content-length": str(file.size),
            # No name of the file's own: it may name somebody, and downloads lie about.
            "content-disposition": f'attachment; filename="original-{file.recording}.bin"',
        },
        media_type="application/octet-stream",
    )


def _pieces(file: OpenedRecording) -> Iterator[bytes]:
    at = 0
    while piece := file.read(at, _PIECE):
        yield piece
        at += len(piece)
