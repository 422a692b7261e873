"""Quotes that leave the hall: asked for with a purpose, waited for until signed, saved as a file."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import Office, OwnForm, Parts, Show, office
from api.parts import ConsoleParts
from api.purposes import PurposeFault, read_purpose
from api.reading.quote_exports import export_seen
from api.routes.quotes import Asked, call_is_practice, quote_sheet, quotes_at
from incidents.quotes.exports import QuoteExports
from storage.grants import Grants

router = APIRouter(include_in_schema=False)
MEDIA_TYPE = "application/vnd.tsuwaroku.quote"


@router.post("/quotes/{quote}/exports")
def export_quote(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    quote: UUID,
    session: OwnForm,
    parts: Parts,
    show: Show,
    export: Annotated[UUID, Form()],
    purpose: Annotated[str, Form()] = "",
    case: Annotated[str, Form()] = "",
) -> Response:
    """State a quote for a purpose; the access log holds its hash before there is anything to save."""
    office(session)
    known = quotes_at(parts).quote(session.actor, quote)
    try:
        practice = call_is_practice(parts, session, known.recording)
        chosen = read_purpose(parts.profile, purpose, case, practice=practice)
    except PurposeFault as fault:
        asked = Asked(fault=fault, purpose=purpose, case=case)
        return quote_sheet(request, session, parts, show, known, asked)
    made = export_door(parts).ask(session.actor, export, quote, chosen)
    return RedirectResponse(f"/quote-exports/{made.id}", status_code=303)


@router.get("/quote-exports/{export}")
def export_page(request: Request, export: UUID, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show where an export stands."""
    one = export_seen(export_door(parts).export(session.actor, export), parts.clock.now())
    return show.show(request, session, "quote_export.html", one=one)


@router.get("/quote-exports/{export}/state")
def export_state(export: UUID, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Return the part that says so, which the page fetches until the file is there."""
    one = export_seen(export_door(parts).export(session.actor, export), parts.clock.now())
    return show.bare("part_quote_export.html", one=one, csrf=session.csrf)


@router.post("/quote-exports/{export}/file")
def export_file(export: UUID, session: OwnForm, parts: Parts) -> Response:
    """Give the file: cut anew from the master, under a knock of its own."""
    office(session)
    door = export_door(parts)
    one = export_seen(door.export(session.actor, export), parts.clock.now())
    return Response(
        door.file(session.actor, export),
        media_type=MEDIA_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{one.file_name}"',
            "Cache-Control": "no-store",
        },
    )


def export_door(parts: ConsoleParts) -> QuoteExports:
    """Return the door to quotes that leave the hall."""
    return QuoteExports(
        database=parts.database,
        vault=parts.vault,
        quotes=quotes_at(parts),
        grants=Grants(parts.database, parts.clock, parts.profile.access_terms),
        clock=parts.clock,
        city=parts.profile.name,
    )
