"""Quotes for programs: which ones a case has, and writing one out for a purpose. docs/http-api.md.

No word of a citizen is listed. Words and sound leave by an export alone: its purpose is said, its knock
stands in the access log before there is anything to have, and each file is a knock of its own, as on pages.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlalchemy import text

from api.deps import Parts
from api.keyed import Held, OnPress
from api.purposes import read_purpose
from api.reading.quote_exports import export_seen
from api.routes.quote_exports import MEDIA_TYPE, export_door
from api.routes.quotes import call_is_practice, quotes_at
from core.ids import IncidentId
from storage.incidents import incident_row
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["quotes"])
_OF_INCIDENT = text("""
    SELECT i.quote_id, r.subject, q.confirmed_at, i.linked_at
      FROM incident_quotes i JOIN quotes q ON q.id = i.quote_id JOIN recordings r ON r.id = q.recording_id
     WHERE i.incident_id = :incident ORDER BY i.linked_at, i.quote_id
""")


class QuoteOfCase(BaseModel):
    """A quote by its id, without its words; ``heard_at`` null: its maker has not heard it yet."""

    id: UUID
    call: str
    heard_at: datetime | None
    linked_at: datetime


class QuoteList(BaseModel):
    """The quotes of a case whose recordings the person may see."""

    quotes: list[QuoteOfCase]


class ExportState(BaseModel):
    """An export; ``ready``: its file can be had. ``fingerprint`` of the key that fits, empty until then."""

    id: UUID
    quote: UUID
    ready: bool
    fingerprint: str


@router.get("/incidents/{incident}/quotes")
def quotes(incident: UUID, held: Held, parts: Parts) -> QuoteList:
    """List the quotes of a case."""
    with parts.database.begin(held.actor) as connection:
        incident_row(connection, IncidentId(incident))
        rows = connection.execute(_OF_INCIDENT, {"incident": incident}).all()
    return QuoteList(
        quotes=[
            QuoteOfCase(id=row.quote_id, call=row.subject, heard_at=row.confirmed_at, linked_at=row.linked_at)
            for row in rows
        ]
    )


@router.post("/quotes/{quote}/exports", status_code=201, response_model=ExportState)
def export_quote(
    quote: UUID,
    press: OnPress,
    parts: Parts,
    purpose: Annotated[str, Form(max_length=100)],
    case: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """State a quote for a purpose. Its id is the press; wait until it is ready."""
    actor = press.holder.actor

    def act(_work: UnitOfWork) -> dict[str, Any]:
        known = quotes_at(parts).quote(actor, quote)
        practice = call_is_practice(parts, press.holder.session, known.recording)
        chosen = read_purpose(parts.profile, purpose, case, practice=practice)
        made = export_seen(export_door(parts).ask(actor, press.id, quote, chosen), press.now)
        return {
            "id": str(made.id), "quote": str(quote), "ready": made.ready, "fingerprint": made.fingerprint
        }  # fmt: skip

    return press.do(act, 201)


@router.get("/quote-exports/{export}")
def export_state(export: UUID, held: Held, parts: Parts) -> ExportState:
    """Say where an export stands."""
    one = export_seen(export_door(parts).export(held.actor, export), parts.clock.now())
    return ExportState(id=one.id, quote=one.quote, ready=one.ready, fingerprint=one.fingerprint)


@router.post(
    "/quote-exports/{export}/file", response_class=Response, responses={200: {"content": {MEDIA_TYPE: {}}}}
)
def export_file(export: UUID, held: Held, parts: Parts, press: Annotated[UUID, Form()]) -> Response:
    """Give the file, cut anew from the master: each time it is asked for is a knock of its own."""
    del press
    door = export_door(parts)
    one = export_seen(door.export(held.actor, export), parts.clock.now())
    return Response(
        door.file(held.actor, export), media_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{one.file_name}"'},
    )  # fmt: skip
