"""The operator's page: waiting, ringing, talking, after the call; and the small window with the two keys.

The page follows where the person sits. What rings stands above what goes on, and what goes on above what is
left to write, so that no state hides another.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from api.deps import CallInPath, Office, Parts, Show, sessions_of
from api.order_texts import order_name, result_text
from api.parts import ConsoleParts
from api.reading.alerts import agencies_of
from api.reading.calls import CallSeen, CallsSeen
from api.reading.console import Card, Desk
from api.reading.console_call import BesideCall
from api.reading.live_need import is_answered
from api.reading.outside import outside_of
from api.reading.reading_along import reading_along
from api.sessions import COOKIE, Session
from core.actors import Role
from core.ids import CallId, LineId
from core.profile.model import Threshold
from core.profile.recording import RecordingMode
from core.screen_pop import screen_address
from storage.alerts import ShownAlert, WithdrawnAlert, show_alerts, withdrawn_for
from storage.call_clocks import ClockKind, running_clocks
from storage.call_measures import measures_of
from storage.call_notes import notes_of
from storage.endings import judgement_of
from storage.promises import promised_in
from storage.wrap_ups import wrap_up_of

router = APIRouter(include_in_schema=False)

FLAG_KEY, HELP_KEY = "F4", "F2"
"""Codes of the keys (``event.code``). docs/decisions/0020 says why these two."""

CLOCK_NAMES = {
    ClockKind.DEADLOCK: "膠着",
    ClockKind.AGREED: "伝えた時間",
    ClockKind.SPECIAL: "特別扱い",
}

GUEST_MODES = {
    "listen": "が、この通話を聴いています。",
    "whisper": "が、あなたに助言しています。相手には聞こえません。",
    "barge": "が、三者で話しています。",
}


ASIDE = {
    "held": "保留中です。相手には音楽が流れています。",
    "asking": "取次の相手を呼んでいます。電話の相手には音楽が流れています。",
    "asked": "取次の相手と話しています。電話の相手には音楽が流れています。",
    "passed-on": "転送先の電話機を鳴らしています。",
    "coming-back": "転送先の人が出なかったので、元の電話機を鳴らしています。",
}


@router.get("/console")
def console(request: Request, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show the operator's page."""
    page = show.show(request, session, "console.html", **_desk(request, session, parts))
    pop = parts.profile.integrations.screen_pop
    if pop is not None and pop.by_itself:
        # Else a browser would forget the tab's name, and each call would open one more.
        page.headers["cross-origin-opener-policy"] = "same-origin-allow-popups"
    return page


@router.get("/console/desk")
def desk(request: Request, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Return what changes on the operator's page."""
    return show.bare(
        "console_desk.html", csrf=session.csrf, session=session, **_desk(request, session, parts)
    )


@router.get("/console/mini")
def mini(request: Request, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show the small window: the clock and the two keys of the call at this desk."""
    words = _desk(request, session, parts)
    return show.bare("console_mini.html", csrf=session.csrf, session=session, **words)


@router.get("/console/clock")
def clock(session: Office, parts: Parts) -> JSONResponse:
    """Say what time it is here, in milliseconds, for a page that does not trust its own clock."""
    del session
    return JSONResponse({"now": int(parts.clock.now().timestamp() * 1000)})


@router.get("/console/calls/{call}")
def live_card(request: Request, call: CallInPath, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show the live card of a colleague's call, to take the notes or press a key; or write up an own one."""
    return show.show(request, session, "console_call.html", **_one(session, parts, CallId(call)))


@router.get("/console/calls/{call}/desk")
def live_card_part(call: CallInPath, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Return what changes on a live card."""
    words = _one(session, parts, CallId(call))
    return show.bare("console_desk.html", csrf=session.csrf, session=session, **words)


def _desk(request: Request, session: Session, parts: ConsoleParts) -> dict[str, Any]:
    now = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers)
        here = Desk(connection, session.actor, parts.numbers, now)
        talking = here.talking()
        to_write = here.to_write()
        ringing = here.ringing()
        words = {
            "ringing": ringing,
            "alerts": _alerts(here, [*(one.id for one in ringing), *([talking] if talking else [])], parts),
            "withdrawn": withdrawn_for(connection),
            "talking": _talking(here, seen.one(talking), parts, now) if talking else None,
            "after": _after(here, seen.one(to_write[0]), parts) if to_write and not talking else None,
            "later": len(to_write) - (0 if talking else 1),
            "unclaimed": here.unclaimed() if session.actor.has(Role.OPERATOR) else [],
            "colleagues": here.colleagues(),
        }
    if talking:
        # Whoever talks is at work, though nothing is typed: the keys must not be signed out under them.
        sessions_of(request).find(request.cookies[COOKIE], touch=True)
    return words | _common(parts, back="/console") | {"moment": now}


def _alerts(here: Desk, calls: list[CallId], parts: ConsoleParts) -> dict[CallId, list[ShownAlert]]:
    """Return what other sections ask of the calls at this desk; that it was shown is written first."""
    agencies, now = agencies_of(parts.profile, here.actor), parts.clock.now()
    return {
        one: show_alerts(here.connection, one, here.actor.account, agencies, now)
        for one in dict.fromkeys(calls)
    }


def _one(session: Session, parts: ConsoleParts, call: CallId) -> dict[str, Any]:
    now = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(call)
        here = Desk(connection, session.actor, parts.numbers, now)
        words = {
            "ringing": list[Card](),
            "alerts": dict[CallId, list[ShownAlert]](),
            "withdrawn": list[WithdrawnAlert](),
            "talking": _talking(here, seen, parts, now) if seen.ended_at is None else None,
            "after": _after(here, seen, parts) if seen.ended_at is not None and _writes(seen) else None,
            "later": 0,
            "unclaimed": [],
            "colleagues": [],
            "seen": seen,
        }
    return words | _common(parts, back=f"/console/calls/{call}") | {"moment": now}


def _common(parts: ConsoleParts, back: str) -> dict[str, Any]:
    return {
        "back": back,
        "new_id": uuid4,
        "flag_key": FLAG_KEY,
        "help_key": HELP_KEY,
        "clock_names": CLOCK_NAMES,
        "is_answered": is_answered,
        "guest_modes": GUEST_MODES,
        "aside_words": ASIDE,
        "order_name": order_name,
        "order_result": result_text,
        "measure_names": {one.id: one.name for one in parts.profile.measures},
        "outcome_names": {one.id: one.name for one in parts.profile.outcomes},
    }


def _talking(here: Desk, seen: CallSeen, parts: ConsoleParts, now: datetime) -> dict[str, Any]:
    connection = here.connection
    beside = BesideCall(connection, here.actor)
    card = here.card(seen.id)
    return {
        "seen": seen,
        "card": card,
        "notes": notes_of(connection, seen.id),
        "clocks": running_clocks(connection, seen.id),
        "judged_at": judgement_of(connection, seen.id, parts.profile.ending).answered_at,
        "measures": measures_of(connection, seen.id),
        "help": beside.help(seen.id),
        "orders": beside.orders(seen.id),
        "text_cards": beside.text_cards(seen.id),
        "guests": beside.guests(seen.id),
        "aside": beside.aside(seen.id),
        "taking_over": beside.taking_over(seen.id),
        "length_marks": _length_marks(parts),
        "outside": outside_of(connection, [seen.id], parts.profile).get(seen.id),
        "outside_may": _outside_may(seen, parts),
        "own_system": _pop(seen, card, parts),
        "live_text": reading_along(connection, here.actor, seen.id, parts.profile, now),
    }


def _pop(seen: CallSeen, card: Card | None, parts: ConsoleParts) -> str:
    """Return the address of the city's own system for a call; empty: there is none. Practice has none."""
    pop = parts.profile.integrations.screen_pop
    if pop is None or seen.practice:
        return ""
    number = card.caller if card is not None and card.caller_class == "number" else None
    return screen_address(pop, call=seen.id, line=seen.line, department=seen.department, number=number)


def _writes(seen: CallSeen) -> bool:
    return seen.content or seen.own


def _after(here: Desk, seen: CallSeen, parts: ConsoleParts) -> dict[str, Any]:
    del parts
    card = here.card(seen.id)
    return {
        "seen": seen,
        "next_time": card is not None and card.caller_class == "number" and not card.practice,
        "elsewhere": seen.department not in here.actor.departments,
        "wrap_up": wrap_up_of(here.connection, seen.id),
        "notes": notes_of(here.connection, seen.id),
        "promises": promised_in(here.connection, seen.id),
    }


def _outside_may(seen: CallSeen, parts: ConsoleParts) -> dict[str, Any]:
    """Say whom of outside the hall this call's operator may bring in."""
    outside, line = parts.profile.outside, parts.profile.line(LineId(seen.line))
    if line is None or line.recording is RecordingMode.NEVER:
        return {"parties": [], "numbers": False}
    names = outside.reachable(line.department, practice=line.practice)
    return {
        "parties": [one for one in outside.parties if one.id in names],
        "numbers": outside.numbers_typed(line.department, practice=line.practice),
    }


def _length_marks(parts: ConsoleParts) -> list[Threshold]:
    """Return the thresholds that the clock of every call shows, the shortest first."""
    chosen = [one for one in parts.profile.thresholds if one.id in parts.profile.clocks.length_marks]
    return sorted(chosen, key=lambda one: one.minutes or 0)
