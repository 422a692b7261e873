"""The page of the switch for disasters: what it does, who had it on and why, and switching it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.errors import NotYourRole, tell_refusal
from api.parts import ConsoleParts
from api.sessions import Session
from api.wording import HERE
from core.actors import Actor, Role
from core.errors import NotFound
from core.profile.judging import DisasterSwitch as SwitchRule
from core.profile.model import CityProfile
from storage.disaster_switch import (
    LONGEST,
    LONGEST_REASON,
    Announcements,
    DisasterAlreadyOn,
    DisasterSwitch,
    list_switches,
    switch_off,
    switch_on,
)

router = APIRouter(include_in_schema=False)


def may_switch(actor: Actor, rule: SwitchRule) -> bool:
    """Say whether the profile puts the switch into this person's hands."""
    return any(role.value == wanted.value for role in actor.roles for wanted in rule.by)


def announcements_of(profile: CityProfile) -> Mapping[Announcements, str]:
    """Return the choices and their words; the short announcement only where the profile has one."""
    choices = {Announcements.FULL: "ふだんどおりに流す"}
    if profile.in_disaster is not None:
        choices[Announcements.SHORT] = "短いお知らせにする"
    choices[Announcements.NONE] = "流さない（その間の録音は未告知になります）"
    return choices


@router.get("/disaster")
def disaster(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show whether the switch is on, and to those who may, the switch."""
    return show.show(request, session, "disaster.html", **_all(session, parts))


@router.post("/disaster")
def on(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    reason: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
    hour: Annotated[str, Form()] = "",
    announcements: Annotated[str, Form()] = "",
    signals_off: Annotated[str, Form()] = "",
) -> Response:
    """Switch on, with reason and end."""
    if not may_switch(session.actor, parts.profile.disaster_switch):
        raise NotYourRole
    now = parts.clock.now()
    said = " ".join(reason.split())
    until = _moment(day, hour)
    faults: dict[str, str] = {}
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        faults["reason"] = "理由を、500文字までで書いてください。"
    if until is None or not now < until <= now + LONGEST:
        faults["until"] = "終わりの日と時刻を、いまから14日以内で選んでください。"
    if announcements not in set(announcements_of(parts.profile)):
        faults["announcements"] = "録音のお知らせを選んでください。"
    if not faults and until is not None:
        switch = DisasterSwitch(
            began_at=now, until=until, reason=said, announcements=Announcements(announcements),
            signals_off=signals_off == "1", by=session.actor.account,
        )  # fmt: skip
        try:
            with parts.database.begin(session.actor) as connection:
                switch_on(connection, switch)
        except DisasterAlreadyOn:
            faults["on"] = "ほかの人が先に切り替えました。いまの切り替えを終えてから、入れ直してください。"
        else:
            return RedirectResponse("/disaster", status_code=303)
    written = {"reason": reason, "day": day, "hour": hour, "announcements": announcements}
    return show.show(
        request, session, "disaster.html", status=422,
        **(_all(session, parts) | {"faults": faults, "written": written}),
    )  # fmt: skip


@router.post("/disaster/{switch}/off")
def off(request: Request, switch: Annotated[UUID, Path()], session: OwnForm, parts: Parts) -> Response:
    """Switch off before the end."""
    if not may_switch(session.actor, parts.profile.disaster_switch):
        raise NotYourRole
    with parts.database.begin(session.actor) as connection:
        ended = switch_off(connection, switch, session.actor, now=parts.clock.now())
    if not ended:
        # Over already, or never there. The page says how it stands; that somebody tried is logged.
        tell_refusal(request, NotFound.code, NotFound.http_status)
    return RedirectResponse("/disaster", status_code=303)


def _moment(day: str, hour: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=HERE)
    except ValueError:
        return None


def _all(session: Session, parts: ConsoleParts) -> dict[str, Any]:
    if not (session.actor.has(Role.SUPERVISOR) or session.actor.has(Role.ADMINISTRATOR)):
        raise NotYourRole
    now = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        found = list_switches(connection)
    later = (now + timedelta(hours=3)).astimezone(HERE)
    return {
        "current": next((one for one in found if one.on(now)), None),
        "past": [one for one in found if not one.on(now)],
        "choices": announcements_of(parts.profile),
        "may_switch": may_switch(session.actor, parts.profile.disaster_switch),
        "faults": {},
        "written": {
            "reason": "", "day": f"{later:%Y-%m-%d}", "hour": f"{later:%H}:00", "announcements": "",
        },
        "first_day": f"{now.astimezone(HERE):%Y-%m-%d}",
        "last_day": f"{(now + LONGEST).astimezone(HERE):%Y-%m-%d}",
    }  # fmt: skip
