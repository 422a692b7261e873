"""事案: one register of what happened at the telephone, at the counter and outside; people alone open it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api import import_texts, incident_texts
from api.call_form import OnCall, cut
from api.deps import Office, OwnForm, Parts, Show
from api.doors import opens
from api.errors import WrongInput
from api.reading.boards import beside_board
from api.reading.case_content import case_content, quotes_to_add
from api.reading.incidents import incident_seen
from api.reading.live_need import CLOCK_NAMES
from api.reading.policies import near_in_words
from api.routes.ending import STEP_NAMES
from api.routes.keys import read_press
from api.wording import HERE
from core.ids import DepartmentId, IncidentId
from incidents.cases.case import Stage
from incidents.cases.endings import Ending
from incidents.cases.events import Source, Way
from incidents.cases.rule import kinds_of
from incidents.papers.case_paper import TRACKS
from incidents.register import OpeningOf, open_case
from storage.case_trail import CaseTrail
from storage.imports import imports_of_incident
from storage.incidents import list_incidents
from storage.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
LONGEST = 2000
"""Characters of what somebody writes at once."""
WORDS: dict[str, Any] = {
    "stages": incident_texts.STAGES,
    "ways": incident_texts.WAYS,
    "endings": incident_texts.ENDINGS,
    "ranks": incident_texts.RANKS,
    "questions": incident_texts.QUESTIONS,
    "answers": incident_texts.ANSWERS,
    "axes": incident_texts.AXES,
    "weights": incident_texts.WEIGHTS,
    "happened": incident_texts.HAPPENED,
    "agreements": incident_texts.AGREEMENTS,
    "fault_weights": incident_texts.FAULT_WEIGHTS,
    "clock_names": CLOCK_NAMES,
    "step_names": STEP_NAMES,
}


@router.get("/incidents")
def register(request: Request, session: Office, parts: Parts, show: Show, stage: str = "") -> HTMLResponse:
    """Show the cases that the person may see, the latest first."""
    chosen = stage if stage in set(Stage) else None
    with parts.database.begin(session.actor) as connection:
        found = list_incidents(connection, chosen)
    departments = [one for one in parts.profile.departments if one.id in session.actor.departments]
    latest = parts.clock.now().astimezone(HERE)
    return show.show(
        request, session, "incidents.html", **WORDS, incidents=found, chosen=chosen or "",
        departments=departments, press=uuid4(), latest=f"{latest:%Y-%m-%dT%H:%M}",
    )  # fmt: skip


@router.post("/incidents")
def open_by_hand(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    session: OwnForm,
    parts: Parts,
    department: Annotated[str, Form()] = "",
    way: Annotated[str, Form()] = "",
    since: Annotated[str, Form()] = "",
    summary: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
) -> Response:
    """Open a case that no call of ours tells: at the counter, at a visit, or by a telephone elsewhere."""
    if way not in set(Way) or department not in session.actor.departments:
        raise WrongInput
    now = parts.clock.now()
    wanted = OpeningOf(
        id=IncidentId(read_press(press)), department=DepartmentId(department), way=Way(way),
        source=Source.HAND, since=_moment(since, now), summary=cut(summary, LONGEST),
    )  # fmt: skip
    with UnitOfWork(parts.database, parts.announcer, session.actor) as work:
        open_case(work, parts.profile, session.actor, wanted, now)
    return RedirectResponse(f"/incidents/{wanted.id}", status_code=303)


@router.post("/calls/{call}/incident")  # noqa: FAST003  the form reads it
def open_of_call(
    on: OnCall, summary: Annotated[str, Form()] = "", press: Annotated[str, Form()] = ""
) -> Response:
    """Open a case of a call; its recording is kept for the period of cases from now on."""
    seen, now = on.seen(), on.now()
    if seen.department not in on.session.actor.departments:
        raise WrongInput
    wanted = OpeningOf(
        id=IncidentId(read_press(press)), department=seen.department, way=Way.PHONE,
        source=Source.FLAG if seen.marks else Source.HAND, since=seen.arrived_at,
        summary=cut(summary, LONGEST) or "電話での事案", call=on.call,
    )  # fmt: skip
    with UnitOfWork(on.parts.database, on.parts.announcer, on.session.actor) as work:
        open_case(work, on.parts.profile, on.session.actor, wanted, now)
    return RedirectResponse(f"/incidents/{wanted.id}", status_code=303)


@router.get("/incidents/{incident}")
def one(request: Request, incident: UUID, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show a case: what happened, the board, where it stands, what comes next."""
    CaseTrail(parts.database, parts.clock).opened(session.actor, IncidentId(incident), session.created_at)
    with parts.database.begin(session.actor) as connection:
        seen = incident_seen(connection, parts.profile, session.actor, IncidentId(incident))
        now = parts.clock.now()
        beside = beside_board(connection, session.actor, (IncidentId(incident), seen.case), parts, now)
        files = imports_of_incident(connection, IncidentId(incident))
        content = case_content(connection, IncidentId(incident), seen.case, seen.events, parts)
    to_add = quotes_to_add(parts, session, seen.case, files)
    # As they were called on the day the case began, whatever the policy calls them since.
    called = {one.code: one.name for one in seen.case.rule.kinds_or(kinds_of(parts.profile))}
    return show.show(
        request, session, "incident.html", **WORDS, seen=seen, case=seen.case, beside=beside,
        content=content, to_add=to_add, tracks=TRACKS,
        live_text=beside.along, new_id=uuid4, files=files, import_states=import_texts.STATES,
        may_import=opens("GET", "/imports", session.actor.roles) and not seen.row.practice
        and seen.row.department in session.actor.departments,
        next_step=incident_texts.next_step(seen.case), offered=list(Ending),
        types=called, acts=called, near=near_in_words(parts.profile, called),
        today=f"{now.astimezone(HERE):%Y-%m-%d}",
    )  # fmt: skip


def _moment(words: str, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(words).replace(tzinfo=HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongInput from None
    if found > now + timedelta(minutes=5) or found.year < now.year - 10:
        raise WrongInput
    return found
