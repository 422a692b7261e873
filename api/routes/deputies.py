"""代理: naming who stands in for the supervisors of a department, and ending it before its day."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import RedirectResponse

from api.deps import OwnForm, Parts
from api.errors import NotYourRole
from api.routes.engagements import end_of_day
from core.actors import Role
from core.ids import DepartmentId
from storage.deputies import NewDeputy, UnsuitableDeputy, end_deputy, name_deputy

router = APIRouter(include_in_schema=False)


@router.post("/rights/deputies")
def name(  # noqa: PLR0913, PLR0917  the form
    session: OwnForm,
    parts: Parts,
    press: Annotated[UUID, Form()],
    department: Annotated[str, Form(max_length=100)] = "",
    login: Annotated[str, Form(max_length=64)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Have somebody stand in until the end of a day."""
    if not session.actor.has(Role.SUPERVISOR):
        raise NotYourRole
    end = end_of_day(until)
    if end is None:
        raise UnsuitableDeputy
    new = NewDeputy(
        id=press, department=DepartmentId(department), login=login.strip(), by=session.actor.account,
        at=parts.clock.now(), until=end,
    )  # fmt: skip
    with parts.database.begin(session.actor) as connection:
        name_deputy(connection, new)
    return RedirectResponse("/rights#deputies", status_code=303)


@router.post("/rights/deputies/{deputy}/end")
def end(deputy: Annotated[UUID, Path()], session: OwnForm, parts: Parts) -> Response:
    """End it now."""
    with parts.database.begin(session.actor) as connection:
        end_deputy(connection, deputy, session.actor.account, parts.clock.now())
    return RedirectResponse("/rights#deputies", status_code=303)
