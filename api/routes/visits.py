"""The page of visits outside the hall (訪問): who is where, and when they were heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import Office, OwnForm, Parts, Show
from api.parts import ConsoleParts
from api.routes.keys import read_press
from api.sessions import Session
from core.errors import AccessDenied, NotFound
from core.ids import DepartmentId
from core.profile.model import CityProfile
from incidents.home_visit import Due, VisitState, due
from incidents.readable import is_readable
from incidents.visit_watch import times_of
from storage.home_visits import (
    LONGEST_PLACE,
    LONGEST_REACH,
    LONGEST_VISITORS,
    HomeVisit,
    NewVisit,
    begin_visit,
    end_visit,
    hear_of_visit,
    open_visits,
)

router = APIRouter(include_in_schema=False)
LONGEST_LIMIT = 480
"""Minutes: beyond a working day it is no visit."""
FALLBACK_LIMIT = 60
"""Minutes offered where the city's thresholds name none."""
_URGENT_FIRST = (VisitState.SILENT, VisitState.OVER_LIMIT, VisitState.WORD_DUE, VisitState.QUIET)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSeen:
    """A visit with how it stands."""

    visit: HomeVisit
    stands: Due
    word_due_at: datetime
    over_at: datetime


@router.get("/visits")
def visits(request: Request, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show the visits of the person's departments, the most urgent first, and the form for a new one."""
    return show.show(request, session, "visits.html", **_all(session, parts))


@router.post("/visits")
def begin(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    department: Annotated[str, Form()] = "",
    place: Annotated[str, Form()] = "",
    visitors: Annotated[str, Form()] = "",
    reach: Annotated[str, Form()] = "",
    limit: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
) -> Response:
    """Write down that somebody sets out."""
    if department not in session.actor.departments:
        raise AccessDenied
    words = {"place": place.strip(), "visitors": visitors.strip(), "reach": reach.strip()}
    longest = {"place": LONGEST_PLACE, "visitors": LONGEST_VISITORS, "reach": LONGEST_REACH}
    faults = {
        name: f"1〜{longest[name]}文字で書いてください。"
        for name, value in words.items()
        if not value or len(value) > longest[name] or not is_readable(value)
    }
    minutes = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < len("10000") else 0
    if not 1 <= minutes <= LONGEST_LIMIT:
        faults["limit"] = f"1〜{LONGEST_LIMIT}分で書いてください。"
    if faults:
        written = words | {"limit": limit, "department": department}
        return show.show(
            request, session, "visits.html", status=422,
            **(_all(session, parts) | {"faults": faults, "written": written}),
        )  # fmt: skip
    rules = parts.profile.casework.visits
    visit = NewVisit(
        id=read_press(press), department=DepartmentId(department), place=words["place"],
        visitors=words["visitors"], reach=words["reach"], limit_minutes=minutes,
        word_minutes=rules.word_minutes, grace_minutes=rules.grace_minutes, at=parts.clock.now(),
        by=session.actor.account,
    )  # fmt: skip
    with parts.database.begin(session.actor) as connection:
        begin_visit(connection, visit)
    return RedirectResponse("/visits", status_code=303)


@router.post("/visits/{visit}/word")
def word(visit: Annotated[UUID, Path()], session: OwnForm, parts: Parts) -> Response:
    """Write down that the visitors were heard of."""
    with parts.database.begin(session.actor) as connection:
        if not hear_of_visit(connection, visit, parts.clock.now(), session.actor.account):
            raise NotFound
    return RedirectResponse("/visits", status_code=303)


@router.post("/visits/{visit}/end")
def end(visit: Annotated[UUID, Path()], session: OwnForm, parts: Parts) -> Response:
    """Write down that the visitors are back."""
    with parts.database.begin(session.actor) as connection:
        if not end_visit(connection, visit, parts.clock.now(), session.actor.account):
            raise NotFound
    return RedirectResponse("/visits", status_code=303)


def _limit_of(profile: CityProfile) -> int:
    wanted = profile.casework.visits.limit
    minutes = next((one.minutes for one in profile.thresholds if one.id == wanted), None)
    return minutes or FALLBACK_LIMIT


def _all(session: Session, parts: ConsoleParts) -> dict[str, Any]:
    now = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        found = open_visits(connection)
    seen = [_seen(one, now) for one in found]
    seen.sort(key=lambda one: (_URGENT_FIRST.index(one.stands.state), one.visit.begun_at))
    return {
        "visits": seen,
        "rules": parts.profile.casework.visits,
        "own_departments": [one for one in parts.profile.departments if one.id in session.actor.departments],
        "press": uuid4(),
        "faults": {},
        "written": {
            "place": "", "visitors": "", "reach": "", "department": "",
            "limit": str(_limit_of(parts.profile)),
        },
        "longest_limit": LONGEST_LIMIT,
    }  # fmt: skip


def _seen(visit: HomeVisit, now: datetime) -> VisitSeen:
    times = times_of(visit)
    return VisitSeen(
        visit=visit, stands=due(times, now), word_due_at=times.word_due_at, over_at=times.over_at
    )
