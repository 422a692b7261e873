"""What people bring into a case: heard quotes, measures with day and number; and the case on paper."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response

from api.deps import Office, Parts
from api.measure_form import MeasureForm, measure_taken
from api.opened import opened_call
from api.parts import ConsoleParts
from api.routes.incident_steps import OnCase
from api.routes.quotes import call_of, quotes_at
from core.actors import Actor
from core.errors import NotFound
from core.ids import IncidentId, subject_of_import
from incidents.cases.events import QuoteLinked
from incidents.cases.heard_quotes import NotHeardByYou, heard_among, kept_quote
from incidents.papers.printing import draft_of
from incidents.quotes.speaker import in_words, who_spoke
from incidents.register import Register
from storage.case_trail import CaseTrail
from storage.imports import imports_of_incident
from storage.incident_papers import paper_bytes
from storage.incidents import incident_row

router = APIRouter(include_in_schema=False)


@router.post("/incidents/{incident}/quotes")  # noqa: FAST003  the form reads it
def add_quote(form: OnCase, quote: Annotated[UUID, Form()]) -> Response:
    """Bring a quote of one of the case's calls into it; only who has heard that very stretch may."""
    parts, actor = form.parts, form.session.actor
    known = quotes_at(parts).quote(actor, quote)
    subject = call_of(parts, form.session, known.recording)
    with parts.database.begin(actor) as connection:
        case, _ = Register(connection, parts.profile, actor).read(form.incident)
        files = imports_of_incident(connection, form.incident)
        if subject not in {*case.calls, *(subject_of_import(one.id) for one in files)}:
            raise NotFound
        if quote not in heard_among(connection, [quote]):
            raise NotHeardByYou
    opened = opened_call(parts, form.session, subject)
    spoke = who_spoke(
        known.track, known.start_ms / 1000, known.end_ms / 1000, opened.there, opened.connected_after
    )
    words = kept_quote(known, subject, in_words(spoke, known.track))
    return form.write(
        lambda _case, rank, _: QuoteLinked(at=form.now, by=form.by, rank=rank, quote=quote, words=words)
    )


@router.post("/incidents/{incident}/measures")  # noqa: FAST003  the form reads it
def take_measure(  # noqa: PLR0913, PLR0917  the form's fields
    form: OnCase,
    kind: Annotated[str, Form()] = "",
    on: Annotated[str, Form()] = "",
    reference: Annotated[str, Form()] = "",
    basis: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Write down what the city did: its day, its number and its ground. What lasts needs a finding."""
    sent = MeasureForm(kind=kind, on=on, reference=reference, basis=basis, note=note)
    taken = measure_taken(sent, form.press, form.now)
    return form.write(lambda case, rank, _: taken(case, {"at": form.now, "by": form.by, "rank": rank}))


@router.get("/incidents/{incident}/paper")
def draft(incident: UUID, session: Office, parts: Parts) -> Response:
    """Print the case as it stands now, as a draft. It is not kept."""
    wanted = IncidentId(incident)
    CaseTrail(parts.database, parts.clock).taken_out(session.actor, wanted, draft=True)
    with parts.database.begin(session.actor) as connection:
        _, events = Register(connection, parts.profile, session.actor).read(wanted)
        running = incident_row(connection, wanted).running
        pdf = draft_of(connection, parts.profile, session.actor, wanted, events)
    return _file(pdf, f"jian-{running}-hikae.pdf")


@router.get("/incidents/{incident}/papers/{number}")
def paper(
    incident: UUID, number: Annotated[int, Path(ge=1, le=999_999)], session: Office, parts: Parts
) -> Response:
    """Give the paper of a decision: the very bytes that were printed when it was decided."""
    return paper_file(parts, session.actor, IncidentId(incident), number)


def paper_file(parts: ConsoleParts, actor: Actor, incident: IncidentId, number: int) -> Response:
    """Return the paper of a decision as a file, for pages and programs alike.

    Raises:
        NotFound: there is none, or none that this person may see
        PaperChanged: it is not what was printed
    """
    CaseTrail(parts.database, parts.clock).taken_out(actor, incident, draft=False)
    with parts.database.begin(actor) as connection:
        running = incident_row(connection, incident).running
        pdf = paper_bytes(connection, incident, number)
    return _file(pdf, f"jian-{running}-{number}.pdf")


def _file(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)
