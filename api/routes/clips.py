"""Clips of single words: asked for, sent, heard; and what hearing them allows: confirming and correcting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse

from api.deps import CallInPath, Office, OwnForm, Parts, office
from api.errors import WrongInput
from api.open_plays import PlayedSound
from api.opened import opened_call
from api.parts import ConsoleParts
from api.routes.recordings import is_range, wanted_range
from api.sessions import Session
from core.errors import NotFound
from core.ids import CallId, GrantId, UtteranceId
from storage.unit_of_work import UnitOfWork
from transcription.clip_sound import WAV_MEDIA_TYPE
from transcription.clips import Clip, Clips, Words
from transcription.confirmations import confirm
from transcription.corrections import NewCorrection, correct
from transcription.heard import Stretch
from transcription.revisions import find_utterance

router = APIRouter(include_in_schema=False)
_PIECE = 16 * 1024
_STRETCHES = 200
_REPORT = re.compile(r"[0-9]{1,8}-[0-9]{1,8}(,[0-9]{1,8}-[0-9]{1,8})*")
AnUtterance = Annotated[int, Form(ge=0, lt=2**63)]


def clips_of(parts: ConsoleParts) -> Clips:
    """Return the door to clips."""
    return Clips(database=parts.database, vault=parts.vault, clock=parts.clock)


def told(clip: Clip) -> dict[str, object]:
    """Return what a page needs to play a clip."""
    return {"clip": str(clip.id), "sound": f"/clips/{clip.id}/sound", "milliseconds": clip.milliseconds}


@router.post("/calls/{call}/clips")
def ask_for_clip(call: CallInPath, session: OwnForm, parts: Parts, utterance: AnUtterance) -> Response:
    """Give the clip of an utterance: one play, one grant."""
    office(session)
    opened = opened_call(parts, session, CallId(call))
    with parts.database.begin(session.actor) as connection:
        found = find_utterance(connection, UtteranceId(utterance))
    if found is None or found.recording != opened.recording:
        raise NotFound
    words = Words(
        recording=found.recording, revision=found.revision, track=found.said.track, span=found.said.span
    )
    return JSONResponse(told(clips_of(parts).give(session.actor, words, opened.purpose)), status_code=201)


@router.api_route("/clips/{clip}/sound", methods=["GET", "HEAD"])
def sound(request: Request, clip: UUID, session: Office, parts: Parts) -> Response:
    """Send a clip, or a range of it, and write down what went out."""
    clips, name = clips_of(parts), GrantId(clip)
    wav = clips.sound(session.actor, name)
    asked = request.headers.get("range")
    start, end = wanted_range(asked, len(wav))
    headers = {"accept-ranges": "bytes", "content-length": str(end - start)}
    if is_range(asked):
        headers["content-range"] = f"bytes {start}-{end - 1}/{len(wav)}"
    body: Iterator[bytes] = iter(())
    if request.method == "GET":
        clips.sending(session.actor, name)
        body = _pieces(clips, session, name, wav, (start, end))
    return PlayedSound(
        plays=request.app.state.plays,
        session=session.id_hash,
        pieces=body,
        status_code=206 if is_range(asked) else 200,
        headers=headers,
        media_type=WAV_MEDIA_TYPE,
    )


@router.post("/clips/{clip}/heard")
def heard(clip: UUID, session: OwnForm, parts: Parts, played: Annotated[str, Form()] = "") -> Response:
    """Take the player's report of what it played, and judge it."""
    office(session)
    clips_of(parts).hear(session.actor, GrantId(clip), read_report(played))
    return JSONResponse({"heard": True})


@router.post("/clips/{clip}/confirm")
def confirm_words(clip: UUID, session: OwnForm, parts: Parts, utterance: AnUtterance) -> Response:
    """Confirm the words of an utterance after hearing them."""
    office(session)
    with parts.database.begin(session.actor) as connection:
        confirm(connection, session.actor, GrantId(clip), UtteranceId(utterance), parts.clock.now())
    return JSONResponse({"confirmed": True})


@router.post("/clips/{clip}/correct")
def correct_words(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    clip: UUID,
    session: OwnForm,
    parts: Parts,
    utterance: AnUtterance,
    correction: Annotated[UUID, Form()],
    text: Annotated[str, Form()] = "",
) -> Response:
    """Write down what was heard instead."""
    office(session)
    new = NewCorrection(
        id=correction, clip=GrantId(clip), utterance=UtteranceId(utterance), text=text,
        by=session.actor.account, at=parts.clock.now(),
    )  # fmt: skip
    with UnitOfWork(parts.database, parts.announcer, session.actor) as work:
        correct(work, new, masks_numbers=parts.profile.spoken_numbers.masked)
    return JSONResponse({"corrected": True}, status_code=201)


def read_report(played: str) -> tuple[Stretch, ...]:
    """Read stretches of milliseconds like ``0-1500,1480-6000``.

    Raises:
        WrongInput: it is no such report
    """
    if not _REPORT.fullmatch(played) or played.count(",") >= _STRETCHES:
        raise WrongInput
    pairs = (one.split("-") for one in played.split(","))
    return tuple((int(start), int(end)) for start, end in pairs)


def _pieces(
    clips: Clips, session: Session, clip: GrantId, wav: bytes, wanted: tuple[int, int]
) -> Iterator[bytes]:
    start, end = wanted
    for at in range(start, end, _PIECE):
        following = min(end, at + _PIECE)
        yield wav[at:following]
        # Only here: what nobody took is not asked for any further.
        clips.sent(session.actor, clip, at, following, len(wav))
