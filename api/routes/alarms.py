"""Alarms: what went wrong, in words, and who took notice."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.errors import NotYourRole
from api.reading.alarms import acknowledge_alarm, list_alarms
from api.sessions import Session
from core.actors import Role
from core.rights import Matter, allows

router = APIRouter(include_in_schema=False)


@router.get("/alarms")
def alarms(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show the alarms of the departments; to an administrator all, to an auditor notices alone."""
    _may_see_alarms(session)
    with parts.database.begin(session.actor) as connection:
        found = list_alarms(connection)
    waiting = [one for one in found if one.acknowledged_at is None]
    noticed = [one for one in found if one.acknowledged_at is not None]
    return show.show(
        request, session, "alarms.html",
        waiting=waiting, noticed=noticed, links=session.actor.has(Role.SUPERVISOR),
    )  # fmt: skip


@router.post("/alarms/{alarm}/acknowledge")
def acknowledge(alarm: Annotated[int, Path(ge=1, le=2**62)], session: OwnForm, parts: Parts) -> Response:
    """Write down that somebody took notice of an alarm."""
    _may_see_alarms(session)
    with parts.database.begin(session.actor) as connection:
        acknowledge_alarm(connection, alarm, session.actor.account, parts.clock.now())
    return RedirectResponse("/alarms", status_code=303)


@router.get("/alarms/count")
def count(session: SignedIn, show: Show) -> HTMLResponse:
    """Return the count for the top of a page."""
    return show.bare("part_alarm_count.html", alarm_count=show.alarm_count(session))


def _may_see_alarms(session: Session) -> None:
    if not allows(session.actor.roles, Matter.ALARMS):
        raise NotYourRole
