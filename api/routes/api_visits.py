"""訪問 for programs: who is where, beginning one, a word of the visitors, their return. docs/http-api.md."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from api.deps import Parts
from api.errors import WrongInput
from api.keyed import Held, OnPress
from api.routes.api_signals import Done
from api.routes.visits import LONGEST_LIMIT
from core.errors import AccessDenied, NotFound
from core.ids import DepartmentId
from incidents.home_visit import VisitState, due
from incidents.readable import is_readable
from incidents.visit_watch import times_of
from storage.home_visits import (
    LONGEST_PLACE,
    LONGEST_REACH,
    LONGEST_VISITORS,
    NewVisit,
    begin_visit,
    end_visit,
    hear_of_visit,
    open_visits,
)
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["visits"])


class Visit(BaseModel):
    """A visit that goes on, and how it stands."""

    id: UUID
    department: str
    place: str
    visitors: str
    reach: str
    state: VisitState
    limit_minutes: int
    begun_at: datetime
    heard_at: datetime
    word_due_at: datetime
    over_at: datetime


class VisitList(BaseModel):
    """The oldest first, 200 at most."""

    visits: list[Visit]


@router.get("/visits")
def visits(held: Held, parts: Parts) -> VisitList:
    """List the visits of the person's departments that go on."""
    now = parts.clock.now()
    with parts.database.begin(held.actor) as connection:
        found = open_visits(connection)
    return VisitList(
        visits=[
            Visit(
                id=one.id, department=one.department, place=one.place, visitors=one.visitors,
                reach=one.reach, state=due(times_of(one), now).state, limit_minutes=one.limit_minutes,
                begun_at=one.begun_at, heard_at=one.heard_at, word_due_at=times_of(one).word_due_at,
                over_at=times_of(one).over_at,
            )
            for one in found
        ]
    )  # fmt: skip


@router.post("/visits", status_code=201, response_model=Done)
def begin(  # noqa: PLR0913, PLR0917  the form
    press: OnPress,
    parts: Parts,
    department: Annotated[str, Form(max_length=100)],
    place: Annotated[str, Form(min_length=1, max_length=LONGEST_PLACE)],
    visitors: Annotated[str, Form(min_length=1, max_length=LONGEST_VISITORS)],
    reach: Annotated[str, Form(min_length=1, max_length=LONGEST_REACH)],
    limit: Annotated[int, Form(ge=1, le=LONGEST_LIMIT)],
) -> Response:
    """Write down that somebody sets out. Its id is the press."""
    if department not in press.holder.actor.departments:
        raise AccessDenied
    words = (place.strip(), visitors.strip(), reach.strip())
    if not all(one and is_readable(one) for one in words):
        raise WrongInput
    rules = parts.profile.casework.visits
    visit = NewVisit(
        id=press.id, department=DepartmentId(department), place=words[0], visitors=words[1], reach=words[2],
        limit_minutes=limit, word_minutes=rules.word_minutes, grace_minutes=rules.grace_minutes,
        at=press.now, by=press.holder.actor.account,
    )  # fmt: skip

    def act(work: UnitOfWork) -> dict[str, Any]:
        begin_visit(work.connection, visit)
        return {"id": str(visit.id)}

    return press.do(act, 201)


@router.post("/visits/{visit}/word", response_model=Done)
def word(visit: UUID, press: OnPress) -> Response:
    """Write down that the visitors were heard of."""

    def act(work: UnitOfWork) -> dict[str, Any]:
        if not hear_of_visit(work.connection, visit, press.now, press.holder.actor.account):
            raise NotFound
        return {"id": str(visit)}

    return press.do(act)


@router.post("/visits/{visit}/end", response_model=Done)
def end(visit: UUID, press: OnPress) -> Response:
    """Write down that the visitors are back."""

    def act(work: UnitOfWork) -> dict[str, Any]:
        if not end_visit(work.connection, visit, press.now, press.holder.actor.account):
            raise NotFound
        return {"id": str(visit)}

    return press.do(act)
