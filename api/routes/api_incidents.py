"""事案 for programs: the register, one case as its person may see it, and opening one. docs/http-api.md."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from api.call_form import cut
from api.deps import CallInPath, Parts
from api.errors import WrongInput
from api.keyed import Held, OnPress, trail_of
from api.reading.calls import CallsSeen
from api.reading.incidents import IncidentSeen, incident_seen
from api.routes.api_signals import Done, moment_told
from api.routes.incidents import LONGEST
from core.ids import CallId, DepartmentId, IncidentId
from incidents.cases.case import Stage
from incidents.cases.endings import Ending
from incidents.cases.events import Source, Way
from incidents.cases.judgement import Answer, Weight
from incidents.cases.rule import Rank
from incidents.register import OpeningOf, open_case
from storage.incidents import IncidentRow, list_incidents
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["incidents"])
Summary = Annotated[str, Form(max_length=LONGEST)]


class Incident(BaseModel):
    """A case as the register shows it."""

    id: UUID
    running: int
    department: str
    way: Way
    stage: Stage
    found: bool
    ending: Ending | None
    since: datetime
    opened_at: datetime
    practice: bool


class IncidentList(BaseModel):
    """The latest first, 300 at most."""

    incidents: list[Incident]


class ViewRead(BaseModel):
    """A view that the person may read: others' after the own, as on the board."""

    by: str
    rank: Rank
    at: datetime
    own_fault: Answer
    staff_conduct: Answer
    withdrawn: Answer
    continued: Answer
    demand: Weight
    manner: Weight
    duration: Weight
    found: bool
    reason: str
    counted: bool


class CalledJudge(BaseModel):
    """Who was called, as what, and whether they have spoken."""

    name: str
    rank: Rank
    spoken: bool


class CaseEventRead(BaseModel):
    """A line of the history."""

    kind: str
    at: datetime
    by: str
    rank: Rank
    words: str


class IncidentRead(Incident):
    """A case as its person may see it. ``number``: of the last event, which each step sends back."""

    number: int
    summary: str
    calls: list[str]
    views: list[ViewRead]
    hidden_views: int
    judges: list[CalledJudge]
    next_steps: list[str]
    history: list[CaseEventRead]


@router.get("/incidents")
def register(held: Held, parts: Parts, stage: Stage | None = None) -> IncidentList:
    """List the cases that the person may see."""
    with parts.database.begin(held.actor) as connection:
        found = list_incidents(connection, stage)
    return IncidentList(incidents=[Incident(**_row(one)) for one in found])


@router.get("/incidents/{incident}")
def one(incident: UUID, held: Held, parts: Parts) -> IncidentRead:
    """Read a case: what happened, the board, where it stands, what may come next."""
    trail_of(parts, held, IncidentId(incident))
    with parts.database.begin(held.actor) as connection:
        seen = incident_seen(connection, parts.profile, held.actor, IncidentId(incident))
    return _read(seen)


@router.post("/incidents", status_code=201, response_model=Done)
def open_by_hand(  # noqa: PLR0913, PLR0917  the form
    press: OnPress,
    parts: Parts,
    department: Annotated[str, Form(max_length=100)],
    way: Annotated[Way, Form()],
    since: Annotated[datetime, Form()],
    summary: Summary,
) -> Response:
    """Open a case that no call of ours tells. Its id is the press."""
    if department not in press.holder.actor.departments:
        raise WrongInput
    wanted = OpeningOf(
        id=IncidentId(press.id), department=DepartmentId(department), way=way, source=Source.HAND,
        since=_since(since, press.now), summary=cut(summary, LONGEST),
    )  # fmt: skip

    def act(work: UnitOfWork) -> dict[str, Any]:
        open_case(work, parts.profile, press.holder.actor, wanted, press.now)
        return {"id": str(wanted.id)}

    return press.do(act, 201)


@router.post("/calls/{call}/incident", status_code=201, response_model=Done)
def open_of_call(call: CallInPath, press: OnPress, parts: Parts, summary: Summary = "") -> Response:
    """Open a case of a call; its recording is kept for the period of cases from now on."""
    actor, words = press.holder.actor, cut(summary, LONGEST) or "電話での事案"

    def act(work: UnitOfWork) -> dict[str, Any]:
        seen = CallsSeen(work.connection, actor, parts.numbers).one(CallId(call))
        if seen.department not in actor.departments:
            raise WrongInput
        wanted = OpeningOf(
            id=IncidentId(press.id), department=seen.department, way=Way.PHONE,
            source=Source.FLAG if seen.marks else Source.HAND, since=seen.arrived_at, summary=words,
            call=CallId(call),
        )  # fmt: skip
        open_case(work, parts.profile, actor, wanted, press.now)
        return {"id": str(wanted.id)}

    return press.do(act, 201)


def _since(told: datetime, now: datetime) -> datetime:
    found = moment_told(told)
    if found > now + timedelta(minutes=5) or found.year < now.year - 10:
        raise WrongInput
    return found


def _row(row: IncidentRow) -> dict[str, Any]:
    return {
        "id": row.id, "running": row.running, "department": row.department, "way": row.way,
        "stage": row.stage, "found": row.found, "ending": row.ending, "since": row.since,
        "opened_at": row.opened_at, "practice": row.practice,
    }  # fmt: skip


def _read(seen: IncidentSeen) -> IncidentRead:
    return IncidentRead(
        **_row(seen.row),
        number=seen.case.number,
        summary=seen.case.summary,
        calls=[str(call) for call in seen.case.calls],
        views=[
            ViewRead(
                by=one.name, rank=one.given.rank, at=one.given.at, own_fault=one.given.view.own_fault,
                staff_conduct=one.given.view.staff_conduct, withdrawn=one.given.view.withdrawn,
                continued=one.given.view.continued, demand=one.given.view.demand,
                manner=one.given.view.manner, duration=one.given.view.duration, found=one.given.view.found,
                reason=one.given.view.reason, counted=one.counted,
            )
            for one in seen.views
        ],
        hidden_views=seen.hidden,
        judges=[CalledJudge(name=name, rank=rank, spoken=spoken) for name, rank, spoken in seen.judges],
        next_steps=list(seen.steps),
        history=[
            CaseEventRead(kind=one.kind, at=one.at, by=one.name, rank=one.rank, words=one.words)
            for one in seen.history
        ],
    )  # fmt: skip
