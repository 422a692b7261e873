"""兆候: where rules found something to look at. It interrupts nobody and decides nothing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.errors import WrongInput
from api.reading.signals import list_signals
from core.errors import NotFound
from storage.signals import LONGEST_REASON, How, handle_signal

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
    return show.show(
        request, session, "signals.html",
        found=found, usual=USUAL_REASONS, life_sheet=told.life_sheet, danger_sheet=told.danger_sheet,
    )  # fmt: skip


@router.post("/signals/{signal}/handled")
def handled(
    signal: UUID,
    session: OwnForm,
    parts: Parts,
    how: Annotated[How, Form()],
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
