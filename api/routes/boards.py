"""判断ボード: one press makes a call a case and calls its judges, in the middle of the call or afterwards.

The call goes on as it is. Nothing here ends, delays or refuses it, and no warning waits for a view.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from api.call_form import OnCall
from api.errors import WrongInput
from api.reading.calls import CallSeen
from api.routes.keys import read_press
from core.actors import Actor
from core.ids import IncidentId
from core.profile.model import CityProfile
from incidents.cases.events import Source, Way
from incidents.register import OpeningOf, Register, open_case
from incidents.stepping import take_step
from storage.boards import hold_boards_of
from storage.incidents import incidents_of_call, number_of_press
from storage.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)


@router.post("/calls/{call}/board")  # noqa: FAST003  the form reads it
def open_board(
    on: OnCall, absent: Annotated[str, Form()] = "", press: Annotated[str, Form()] = ""
) -> Response:
    """Call the judges of a call. Without a case it becomes one; the same press twice calls them once."""
    seen, actor = on.seen(), on.session.actor
    wanted = BoardWanted(press=read_press(press), now=on.now(), head_absent=bool(absent))
    with UnitOfWork(on.parts.database, on.parts.announcer, actor) as work:
        incident = call_board(work, on.parts.profile, actor, seen, wanted)
    return RedirectResponse(f"/incidents/{incident}#board", status_code=303)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardWanted:
    """A press that calls the judges of a call. Where the call becomes a case by it, ``press`` is its id."""

    press: UUID
    now: datetime
    head_absent: bool


def call_board(
    work: UnitOfWork, profile: CityProfile, actor: Actor, seen: CallSeen, wanted: BoardWanted
) -> IncidentId:
    """Call the judges of a call, for pages and programs alike; return the case in which they judge.

    Raises:
        WrongInput: the call is another department's
        DomainError: the rules of the case refuse it
    """
    if seen.department not in actor.departments:
        raise WrongInput
    calling = uuid5(wanted.press, "judges")
    hold_boards_of(work.connection, seen.id)
    there = [one for one in incidents_of_call(work.connection, seen.id) if one.ending is None]
    incident = there[0].id if there else IncidentId(wanted.press)
    if not there:
        opening = OpeningOf(
            id=incident, department=seen.department, way=Way.PHONE,
            source=Source.FLAG if seen.marks else Source.HAND, since=seen.arrived_at,
            summary="電話での事案", call=seen.id,
        )  # fmt: skip
        open_case(work, profile, actor, opening, wanted.now)
    register = Register(work.connection, profile, actor)
    case, _ = register.read(incident)
    waits = case.board.called_at is not None or case.finding is not None
    if not waits or number_of_press(work.connection, incident, calling) is not None:
        take_step(
            work, register, incident, case.number,
            lambda at, rank: register.calls_judges(at, rank, wanted.now, head_absent=wanted.head_absent),
            press=calling,
        )  # fmt: skip
    return incident
