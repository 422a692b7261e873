"""Quotes: words of a transcript taken out to stand for themselves, with their sound. Nobody types them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from sqlalchemy import text

from api.deps import CallInPath, Office, OwnForm, Parts, Show, office
from api.opened import OpenedCall, opened_call
from api.parts import ConsoleParts
from api.purposes import purposes_for
from api.reading.quotes import quote_seen
from api.routes.clips import AnUtterance, clips_of, told
from api.sessions import Session
from core.errors import DomainError, NotFound
from core.ids import CallId, GrantId, RecordingId, UtteranceId
from storage.grants import GrantOver
from transcription.quotes import NewQuote, NothingQuoted, Quote, Quotes

router = APIRouter(include_in_schema=False)
Letter = Annotated[int, Form(ge=0, le=10_000)]
_PRACTICE = text("SELECT practice FROM recordings WHERE id = :recording")
_CALL = text("SELECT subject FROM recordings WHERE id = :recording")


def quotes_at(parts: ConsoleParts) -> Quotes:
    """Return the door to quotes."""
    return Quotes(database=parts.database, clips=clips_of(parts), clock=parts.clock)


@router.post("/calls/{call}/quotes")
def make_quote(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    quote: Annotated[UUID, Form()],
    utterance: AnUtterance,
    start: Letter,
    end: Letter,
) -> Response:
    """Quote letters of an utterance, and give their clip to be heard at once."""
    office(session)
    opened = opened_call(parts, session, CallId(call))
    if start >= end:
        raise NothingQuoted
    new = NewQuote(id=quote, utterance=UtteranceId(utterance), start=start, end=end)
    made, clip = quotes_at(parts).make_quote(session.actor, new, opened.purpose, within=opened.recording)
    return JSONResponse({"quote": str(made.id), "text": made.text, **told(clip)}, status_code=201)


@router.post("/quotes/{quote}/clips")
def play_quote(quote: UUID, session: OwnForm, parts: Parts) -> Response:
    """Give the clip of a quote once more: one play, one grant."""
    office(session)
    known = quotes_at(parts).quote(session.actor, quote)
    opened = _opened(parts, session, known.recording)
    return JSONResponse(
        told(quotes_at(parts).play_quote(session.actor, quote, opened.purpose)), status_code=201
    )


@router.post("/quotes/{quote}/confirm")
def confirm_quote(quote: UUID, session: OwnForm, parts: Parts, clip: Annotated[UUID, Form()]) -> Response:
    """Confirm one's own quote after hearing it."""
    office(session)
    quotes_at(parts).confirm_quote(session.actor, quote, GrantId(clip))
    return JSONResponse({"confirmed": True})


@router.get("/quotes/{quote}")
def quote_on_paper(request: Request, quote: UUID, session: Office, parts: Parts, show: Show) -> Response:
    """Show one quote for paper; whoever has the call not open says first for what."""
    known = quotes_at(parts).quote(session.actor, quote)
    try:
        return quote_sheet(request, session, parts, show, known)
    except GrantOver:
        return RedirectResponse(f"/calls/{call_of(parts, session, known.recording)}", status_code=303)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked on the sheet of a quote, and why it was not done."""

    fault: DomainError | None = None
    purpose: str = ""
    case: str = ""


_NOT_ASKED = Asked()


def quote_sheet(  # noqa: PLR0913, PLR0917  the page and the parts of the console
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Show,
    known: Quote,
    asked: Asked = _NOT_ASKED,
) -> HTMLResponse:
    """Show the sheet of a quote, with the question for what it may be written out.

    Raises:
        GrantOver: the call is not open; a purpose must be said first
    """
    opened = _opened(parts, session, known.recording)
    seen = quote_seen(
        known, account=session.actor.account, purpose=parts.profile.purpose_name(known.purpose.id),
        call=opened.subject, arrived_at=opened.arrived_at, practice=opened.practice,
        connected_after=opened.connected_after,
        there=opened.there,
    )  # fmt: skip
    return show.show(
        request, session, "quote.html",
        status=asked.fault.http_status if asked.fault else 200, one=seen, export=uuid4(), asked=asked,
        fault=asked.fault.code if asked.fault else "",
        purposes=purposes_for(parts.profile, practice=opened.practice),
    )  # fmt: skip


def call_is_practice(parts: ConsoleParts, session: Session, recording: RecordingId) -> bool:
    """Say whether a recording is of a practice call.

    Raises:
        NotFound: no such recording, or not to be seen
    """
    with parts.database.begin(session.actor) as connection:
        practice = connection.execute(_PRACTICE, {"recording": recording}).scalar_one_or_none()
    if practice is None:
        raise NotFound
    return practice


def _opened(parts: ConsoleParts, session: Session, recording: RecordingId) -> OpenedCall:
    return opened_call(parts, session, call_of(parts, session, recording))


def call_of(parts: ConsoleParts, session: Session, recording: RecordingId) -> CallId:
    """Return what a recording is of.

    Raises:
        NotFound: no such recording, or not to be seen
    """
    with parts.database.begin(session.actor) as connection:
        call = connection.execute(_CALL, {"recording": recording}).scalar_one_or_none()
    if call is None:
        raise NotFound
    return CallId(call)
