"""庁内警報 for longer than the day: placed from a case whose finding stands, and falling with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.alert_texts import FIELDS, REFUSALS
from api.deps import Office, Parts, Show
from api.errors import WrongInput
from api.reading.alerts import facts_of_call
from api.reading.boards import calls_of_case
from api.rendering import Pages
from api.routes.alerts import agencies_told, new_alert
from api.routes.incident_steps import CaseForm, OnCase
from api.wording import HERE
from core.actors import Actor
from core.errors import NotFound
from core.ids import CallId, IncidentId
from core.profile.model import CityProfile
from incidents.alert import AlertTerms, AlertWanted, IncidentRef, StandingFinding
from incidents.alert_rule import AlertRefusal, judge_alert, refusal_of_call
from incidents.cases.case import Case
from incidents.cases.events import AlertRaised
from incidents.register import Register
from incidents.stepping import take_step
from storage.alerts import place_alert
from storage.incidents import incident_row
from storage.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
OFFERED = timedelta(days=7)
"""So long the form offers; the profile says how long it may be at most."""


@router.get("/incidents/{incident}/alert")
def ask(request: Request, incident: UUID, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show the form from which a longer alert is placed."""
    form = CaseForm(
        incident=IncidentId(incident), session=session, parts=parts, seen=0, now=parts.clock.now(),
        press=uuid4(),
    )  # fmt: skip
    return _form(request, form, show)


@router.post("/incidents/{incident}/alert")  # noqa: FAST003  the form reads it
def place(  # noqa: PLR0913, PLR0917  the form's fields
    request: Request,
    form: OnCase,
    show: Show,
    call: Annotated[str, Form()] = "",
    instruction: Annotated[list[str] | None, Form()] = None,
    who: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
    agency: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Place an alert that the finding of the case carries, until the end of a day in Japan."""
    actor, profile, now = form.session.actor, form.parts.profile, form.now
    wanted = AlertWanted(
        instructions=tuple(instruction or ()), who_to_call=who, until=end_of(day),
        agencies=frozenset(agency or ()), finding=IncidentRef(str(form.incident)),
    )  # fmt: skip
    asked = CaseAlert(
        incident=form.incident, seen=form.seen, call=CallId(call), wanted=wanted, press=form.press, now=now
    )
    with UnitOfWork(form.parts.database, form.parts.announcer, actor) as work:
        refused = raise_alert(work, profile, actor, asked)
    if refused is None:
        return RedirectResponse(f"/incidents/{form.incident}#finding", status_code=303)
    return _form(request, form, show, wanted=wanted, call=call, day=day, refused=refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAlert:
    """An alert that somebody wants a case's finding to carry. ``press`` becomes its id."""

    incident: IncidentId
    seen: int
    """The case's last event that they had seen."""
    call: CallId
    wanted: AlertWanted
    press: UUID
    now: datetime


def raise_alert(
    work: UnitOfWork, profile: CityProfile, actor: Actor, asked: CaseAlert
) -> AlertRefusal | None:
    """Place an alert that a finding carries, for pages and programs alike; return why not, if not.

    Raises:
        NotFound: no such case, or the call is none of it
        WrittenMeanwhile, DomainError: of the case's step
    """
    register = Register(work.connection, profile, actor)
    case, _ = register.read(asked.incident)
    if asked.call not in case.calls:
        raise NotFound
    facts = facts_of_call(work.connection, asked.call)
    terms = judge_alert(facts, asked.wanted, profile.alerts, now=asked.now, standing_finding=_standing(case))
    if not isinstance(terms, AlertTerms):
        return terms
    # The event first: of this and a withdrawal at the same moment one comes after the other.
    take_step(
        work, register, asked.incident, asked.seen,
        lambda _, rank: AlertRaised(at=asked.now, by=actor.account, rank=rank, alert=asked.press),
        press=asked.press,
    )  # fmt: skip
    new = new_alert(asked.press, asked.call, actor.account, terms, profile, asked.now)
    place_alert(work.connection, replace(new, finding=asked.incident))
    return None


def _standing(case: Case) -> StandingFinding:
    def stands(incident: IncidentRef) -> bool:
        del incident  # the case that was read in this transaction
        return case.finding is not None

    return stands


def end_of(day: str) -> datetime:
    """Return the midnight in Japan with which a day ends.

    Raises:
        WrongInput: it is no day
    """
    try:
        last = date.fromisoformat(day)
        return datetime(last.year, last.month, last.day, tzinfo=HERE).astimezone(UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise WrongInput from None


def _form(  # noqa: PLR0913  the page and what was written
    request: Request, form: CaseForm, show: Pages, *,
    wanted: AlertWanted | None = None, call: str = "", day: str = "", refused: AlertRefusal | None = None,
) -> HTMLResponse:  # fmt: skip
    actor, profile, today = form.session.actor, form.parts.profile, form.now.astimezone(HERE).date()
    with form.parts.database.begin(actor) as connection:
        row = incident_row(connection, form.incident)
        case, _ = Register(connection, profile, actor).read(form.incident)
        calls, agencies = [], set[str]()
        for one in calls_of_case(connection, actor, form.parts.numbers, case.calls):
            if one.call.department not in actor.departments:
                continue
            facts = facts_of_call(connection, one.call.id)
            if refusal_of_call(facts) is None:
                calls.append(one.call)
                agencies.add(facts.agency)
    longest = profile.alerts.longest_days
    words: dict[str, Any] = {
        "row": row, "case": case, "calls": calls, "call": call, "wanted": wanted, "press": uuid4(),
        "fault": REFUSALS[refused] if refused else "", "field": FIELDS.get(refused, "") if refused else "",
        "instructions": profile.alerts.instructions, "longest": longest,
        "first_day": today, "last_day": today + timedelta(days=longest - 1),
        "day": day or min(today + OFFERED, today + timedelta(days=longest - 1)),
        **agencies_told(profile, next(iter(agencies), "")),
    }  # fmt: skip
    return show.show(request, form.session, "incident_alert.html", status=422 if refused else 200, **words)
