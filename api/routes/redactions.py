"""The editor of left-out passages: what a request does not disclose of a recording, seen and heard."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.errors import WrongInput
from api.open_plays import PlayedSound
from api.reading.redactions import hearing_told, lines_of, offers_told, work_told
from api.reading.third_persons import third_person_names
from api.redaction_opened import (
    REDACTION,
    Milliseconds,
    RecordingInPath,
    RequestInPath,
    grounds_for,
    must_be_open,
    opened_for_redaction,
    sounding_of,
    stretches,
)
from api.redaction_words import words_of
from api.routes.keys import read_press
from api.routes.recordings import is_range, wanted_range
from core.errors import NotFound
from disclosure.redaction.editing import hear, left_to_hear, read_work
from disclosure.redaction.offer import echo_offers, standing
from disclosure.redaction.released_sound import ReleasedSound
from disclosure.redaction.work import work_of
from storage.disclosures import is_led
from storage.record_requests import request_of
from storage.redactions import HearingRow
from telephony.sound.audio_files import SAMPLE_RATE
from transcription.clip_sound import WAV_MEDIA_TYPE

router = APIRouter(include_in_schema=False)


@router.get(REDACTION)
def editor(  # noqa: PLR0913, PLR0917  the page and the parts of the console
    request: Request,
    request_id: RequestInPath,
    recording: RecordingInPath,
    session: SignedIn,
    parts: Parts,
    show: Show,
    view: str = "",
) -> Response:
    """Show the editor: see-through for whoever works, or as it would be released."""
    opened = opened_for_redaction(parts, session, request_id, recording)
    if opened is None:
        return RedirectResponse(f"/records/{request_id}/{recording}", status_code=303)
    with parts.database.begin(session.actor) as connection:
        asked = request_of(connection, opened.place.request)
        work, _ = read_work(connection, opened.place)
        lines = lines_of(
            connection, opened.kept.id, opened.kept.seconds_to(opened.facts.connected_at), work
        )  # fmt: skip
        grounds = grounds_for(connection, parts, asked.id)
        led = is_led(connection, asked.id)
        others = third_person_names(connection, parts, asked.id)
    page: HTMLResponse = show.show(
        request, session, "redaction.html", asked=asked, facts=opened.facts, recording=opened.kept,
        grant=opened.grant, work=work, lines=lines, image=view == "image",
        grounds=grounds, led=led, others=others,
    )  # fmt: skip
    return page


@router.get(REDACTION + "/state")
def state(
    request: Request, request_id: RequestInPath, recording: RecordingInPath, session: SignedIn, parts: Parts
) -> Response:
    """Tell the passages as they stand, what is offered, and what is left to hear."""
    opened = must_be_open(parts, session, request_id, recording)
    master = parts.vault.continue_play(session.actor, opened.grant.id, "master")
    heard = sounding_of(request, opened, master)
    with parts.database.begin(session.actor) as connection:
        work, _ = read_work(connection, opened.place)
        unheard, names = left_to_hear(connection, opened.place, opened.tracks, heard)
        words = words_of(request, connection, opened.kept.id)
    offered = [] if words is None else [*words.offers(work)]
    offers = standing([*offered, *echo_offers(work, opened.tracks, partial(stretches, master))], work)
    return JSONResponse({
        **work_told(work), "offers": offers_told(offers),
        "hearing": hearing_told(unheard, names, heard, session.actor.account),
    })  # fmt: skip


@router.api_route(REDACTION + "/{version}/sound", methods=["GET", "HEAD"])
def released(  # noqa: PLR0913, PLR0917  which version of which recording, and who asks
    request: Request,
    request_id: RequestInPath,
    recording: RecordingInPath,
    version: Annotated[int, Path(ge=0, lt=2**31)],
    session: SignedIn,
    parts: Parts,
) -> Response:
    """Play a version as it would be released: passages are replaced on the way, nothing of it is kept."""
    opened = must_be_open(parts, session, request_id, recording)
    with parts.database.begin(session.actor) as connection:
        _, events = read_work(connection, opened.place)
    if version > len(events):
        raise NotFound
    work = work_of(events[:version])
    master = parts.vault.continue_play(session.actor, opened.grant.id, "master")
    sound = ReleasedSound(
        read=master.read, master_size=master.size, samples=round(opened.kept.seconds * SAMPLE_RATE),
        silent={track: work.silent(track) for track in opened.tracks}, columns=opened.tracks,
    )  # fmt: skip
    asked = request.headers.get("range")
    start, end = wanted_range(asked, sound.size)
    headers = {"accept-ranges": "bytes", "content-length": str(end - start)}
    if is_range(asked):
        headers["content-range"] = f"bytes {start}-{end - 1}/{sound.size}"
    return PlayedSound(
        plays=request.app.state.plays, session=session.id_hash,
        pieces=iter(()) if request.method == "HEAD" else sound.pieces(start, end),
        status_code=206 if is_range(asked) else 200, headers=headers, media_type=WAV_MEDIA_TYPE,
    )  # fmt: skip


@router.post(REDACTION + "/heard")
def heard(  # noqa: PLR0913, PLR0917  what was played of which version
    request_id: RequestInPath,
    recording: RecordingInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()],
    version: Milliseconds,
    start: Milliseconds,
    end: Milliseconds,
) -> Response:
    """Take the player's report that a stretch of a version was played, as it would be released."""
    opened = must_be_open(parts, session, request_id, recording)
    if end <= start:
        raise WrongInput
    now = parts.clock.now()
    row = HearingRow(
        version=version, start_ms=start, end_ms=min(end, round(opened.kept.seconds * 1000)),
        by=session.actor.account, at=now,
    )  # fmt: skip
    if row.end_ms <= row.start_ms:
        raise WrongInput
    with parts.database.begin(session.actor) as connection:
        _, events = read_work(connection, opened.place)
        if version > len(events):
            raise WrongInput
        since = (now - opened.grant.given_at).total_seconds()
        hear(connection, opened.place, read_press(press), row, since)
    return JSONResponse({"heard": True})
