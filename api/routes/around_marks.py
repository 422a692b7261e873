"""記録作成のために聞く・読む: two minutes around the marks of a call, until its record is filed."""
# ruff: noqa: FAST003  the call in the address is read by CallForm

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.call_form import OnCall
from api.deps import CallInPath, Office, Parts, Show
from api.errors import NotYourRole
from api.open_plays import PlayedSound
from api.parts import ConsoleParts
from api.reading.around_marks import moments_seen
from api.reading.calls import CallsSeen
from api.routes.recordings import is_range, wanted_range
from core.actors import Role
from core.errors import AccessDenied, NotFound
from core.ids import AccountId, CallId, GrantId, recording_id_of
from storage.mark_listening import name_listener
from transcription.around_marks import AroundMarks
from transcription.clip_sound import WAV_MEDIA_TYPE

router = APIRouter(include_in_schema=False)
_PIECE = 64 * 1024


@router.post("/calls/{call}/around-marks")
def open_moments(form: OnCall) -> Response:
    """Open them; the knock is written down first, granted or not."""
    form.seen()
    if not form.parts.profile.rights.around_marks:
        raise AccessDenied
    grant = _door(form.parts).open(form.session.actor, recording_id_of(form.call))
    return RedirectResponse(f"/calls/{form.call}/around-marks/{grant.id}", status_code=303)


@router.get("/calls/{call}/around-marks/{grant}")
def moments(  # noqa: PLR0913, PLR0917  the page and the parts of the console
    request: Request,
    call: CallInPath,
    grant: Annotated[UUID, Path()],
    session: Office,
    parts: Parts,
    show: Show,
) -> HTMLResponse:
    """Show them, each with its player and what was said there."""
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(CallId(call))
    recording = _door(parts).check(session.actor, GrantId(grant))
    if recording != recording_id_of(seen.id):
        raise NotFound
    with _door(parts).reading(session.actor, recording) as (connection, found):
        shown = moments_seen(connection, seen, recording, found)
    return show.show(request, session, "around_marks.html", call=seen, grant=grant, seen=shown)


@router.api_route("/around-marks/{grant}/{number}/sound", methods=["GET", "HEAD"])
def sound(
    request: Request,
    grant: Annotated[UUID, Path()],
    number: Annotated[int, Path(ge=0, le=500)],
    session: Office,
    parts: Parts,
) -> Response:
    """Play one of them, or a range of it; judged anew at every read."""
    if not parts.profile.rights.around_marks:
        raise AccessDenied
    wav = _door(parts).sound(session.actor, GrantId(grant), number)
    asked = request.headers.get("range")
    start, end = wanted_range(asked, len(wav))
    headers = {"accept-ranges": "bytes", "content-length": str(end - start)}
    if is_range(asked):
        headers["content-range"] = f"bytes {start}-{end - 1}/{len(wav)}"
    return PlayedSound(
        plays=request.app.state.plays,
        session=session.id_hash,
        pieces=iter(()) if request.method == "HEAD" else _pieces(wav, start, end),
        status_code=206 if is_range(asked) else 200,
        headers=headers,
        media_type=WAV_MEDIA_TYPE,
    )


@router.post("/calls/{call}/around-marks/listeners")
def name(form: OnCall, colleague: Annotated[UUID, Form()]) -> Response:
    """Have a colleague listen in the operator's place."""
    if not form.session.actor.has(Role.SUPERVISOR):
        raise NotYourRole
    form.seen()
    with form.writing() as connection:
        name_listener(connection, form.call, AccountId(colleague), form.by, form.now())
    return RedirectResponse(f"/calls/{form.call}", status_code=303)


def _door(parts: ConsoleParts) -> AroundMarks:
    return AroundMarks(database=parts.database, vault=parts.vault)


def _pieces(wav: bytes, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _PIECE):
        yield wav[at : min(end, at + _PIECE)]
