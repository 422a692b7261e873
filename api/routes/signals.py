"""兆候: where rules found something to look at. It interrupts nobody and decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.errors import WrongInput
from api.reading.signals import list_signals, signal_shown
from api.routes.keys import read_press
from core.actors import Actor
from core.errors import NotFound, WrittenMeanwhile
from core.ids import IncidentId
from core.profile.model import CityProfile
from incidents.cases.events import KeptSignal, Source, Way
from incidents.register import OpeningOf, open_case
from incidents.signals.signal import Kind
from storage.signals import LONGEST_REASON, find_signal, handle_signal
from storage.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
USUAL_REASONS = ("問題のない言葉だった", "正当な申出だった", "市の側に誤りがあった")
"""What mostly comes of looking: one click each."""
_CITY_TIME = ZoneInfo("Asia/Tokyo")


@router.get("/signals")
def signals(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show what waits for somebody to look: danger and life first, then the oldest."""
    midnight = parts.clock.now().astimezone(_CITY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    told = parts.profile.signals
    with parts.database.begin(session.actor) as connection:
        found = list_signals(connection, told.daily, midnight)
    return show.show(request, session, "signals.html", found=found, usual=USUAL_REASONS, new_press=uuid4)


@router.post("/signals/{signal}/handled")
def handled(
    signal: UUID,
    session: OwnForm,
    parts: Parts,
    how: Annotated[Literal["seen", "look-into"], Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Write down that somebody looked: with a reason where nothing comes of it, or to look into it."""
    said = " ".join(reason.split())
    if len(said) > LONGEST_REASON or not said.isprintable() or (how == "seen" and not said):
        raise WrongInput
    with parts.database.begin(session.actor) as connection:
        now = parts.clock.now()
        if not handle_signal(connection, signal, how, said or None, session.actor.account, now):
            raise NotFound
    return RedirectResponse("/signals", status_code=303)


@router.post("/signals/{signal}/incident")
def open_of_signal(
    signal: UUID, session: OwnForm, parts: Parts, press: Annotated[str, Form()] = ""
) -> Response:
    """Open a case from a signal: of its call, with rule, version, figures and time kept beside it.

    Opened twice, by whomever, it is one case.
    """
    actor, now = session.actor, parts.clock.now()
    with UnitOfWork(parts.database, parts.announcer, actor) as work:
        incident = case_of_signal(work, parts.profile, actor, signal, partial(read_press, press), now)
    return RedirectResponse(f"/incidents/{incident}", status_code=303)


def case_of_signal(  # noqa: PLR0913, PLR0917  who opens what, under which id, when
    work: UnitOfWork,
    profile: CityProfile,
    actor: Actor,
    signal: UUID,
    new_id: Callable[[], UUID],
    now: datetime,
) -> IncidentId:
    """Open a case from a signal, for pages and programs alike; return the one there is or has become.

    Raises:
        NotFound: no such signal, or none that is theirs
        WrongInput: it speaks of dying
        WrittenMeanwhile: somebody looked at this very moment
    """
    row = find_signal(work.connection, signal)
    if row.incident is not None:
        return row.incident
    if row.kind == Kind.LIFE:
        raise WrongInput  # whoever speaks of dying is helped; that is never a case of harassment
    shown = signal_shown(row)
    summary = "　".join(filter(None, ("電話での事案　兆候：" + shown.name, shown.found)))
    wanted = OpeningOf(
        id=IncidentId(new_id()), department=row.department, way=Way.PHONE, source=Source.SIGNAL,
        since=row.arrived_at, summary=summary, call=row.call,
        signal=KeptSignal(
            kind=row.kind, rule=row.rule, version=row.version, value=row.value, limit=row.limit,
            found_at=row.found_at, seconds=row.seconds,
        ),
    )  # fmt: skip
    open_case(work, profile, actor, wanted, now)
    if not handle_signal(work.connection, signal, "case", None, actor.account, now, incident=wanted.id):
        raise WrittenMeanwhile  # the page shows where it went
    return wanted.id
