"""判断ボード: one press makes a call a case and calls its judges, in the middle of the call or afterwards.

The call goes on as it is. Nothing here ends, delays or refuses it, and no warning waits for a view.
"""

from __future__ import annotations

from typing import Annotated
from uuid import uuid5

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from api.call_form import OnCall
from api.errors import WrongInput
from api.routes.keys import read_press
from core.ids import IncidentId
from incidents.case_events import Source, Way
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
    seen, now = on.seen(), on.now()
    actor, profile = on.session.actor, on.parts.profile
    if seen.department not in actor.departments:
        raise WrongInput
    pressed = read_press(press)
    calling = uuid5(pressed, "judges")
    with UnitOfWork(on.parts.database, on.parts.announcer, actor) as work:
        hold_boards_of(work.connection, on.call)
        there = [one for one in incidents_of_call(work.connection, on.call) if one.ending is None]
        incident = there[0].id if there else IncidentId(pressed)
        if not there:
            wanted = OpeningOf(
                id=incident, department=seen.department, way=Way.PHONE,
                source=Source.FLAG if seen.marks else Source.HAND, since=seen.arrived_at,
                summary="電話での事案", call=on.call,
            )  # fmt: skip
            open_case(work, profile, actor, wanted, now)
        register = Register(work.connection, profile, actor)
        case, _ = register.read(incident)
        waits = case.board.called_at is not None or case.finding is not None
        if not waits or number_of_press(work.connection, incident, calling) is not None:
            take_step(
                work, register, incident, case.number,
                lambda at, rank: register.calls_judges(at, rank, now, head_absent=bool(absent)),
                press=calling,
            )  # fmt: skip
    return RedirectResponse(f"/incidents/{incident}#board", status_code=303)
