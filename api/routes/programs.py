"""The HTTP API for programs of the city hall: which call a phone is in, and the two keys.

``Authorization: Bearer tsuwaroku_…``; forms in, JSON out. ``press`` is a UUID of the program's own making:
sent again after a lost answer, it counts once. docs/http-api.md describes it for whoever writes the program.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header
from sqlalchemy import text

from api.deps import CallInPath, Parts
from api.errors import NoToken, NotYourRole
from api.routes.keys import CallOver, read_press, recorded_on_request, secured_in_words
from api.tokens import Program, Scope, Tokens
from core.errors import NotFound
from core.ids import CallId
from storage.key_presses import KeyPress, Source, ask_for_help, press_flag
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1")

_AT_PHONE = text("""
    SELECT id, phase, arrived_at, flagged_at FROM calls
     WHERE ended_at IS NULL AND operator_phone = :phone ORDER BY arrived_at DESC LIMIT 1
""")
_SEEN = text("SELECT 1 FROM calls WHERE id = :call")


def program(parts: Parts, authorization: Annotated[str, Header()] = "") -> Program:
    """Return the program that asks.

    Raises:
        NoToken: it shows no valid token.
    """
    scheme, _, token = authorization.partition(" ")
    found = Tokens(parts.database, parts.clock).find(token) if scheme.lower() == "bearer" and token else None
    if found is None:
        raise NoToken
    return found


Asking = Annotated[Program, Depends(program)]


def _allowed(asking: Program, scope: Scope) -> None:
    if scope not in asking.scopes:
        raise NotYourRole


def _press(parts: Parts, asking: Program, call: str, press: str) -> tuple[UnitOfWork, KeyPress]:
    with parts.database.begin(asking.actor) as connection:
        if connection.execute(_SEEN, {"call": call}).one_or_none() is None:
            raise NotFound
    pressed = KeyPress(
        id=read_press(press), call=CallId(call), at=parts.clock.now(), source=Source.API, token=asking.token
    )
    return UnitOfWork(parts.database, parts.announcer, asking.actor), pressed


@router.get("/phones/{phone}/call")
def call_at_phone(phone: str, asking: Asking, parts: Parts) -> dict[str, object]:
    """Return the call that goes on at a phone. No number, no name."""
    _allowed(asking, Scope.CALLS)
    with parts.database.begin(asking.actor) as connection:
        row = connection.execute(_AT_PHONE, {"phone": phone}).one_or_none()
    if row is None:
        raise NotFound
    return {
        "call": row.id,
        "phase": row.phase,
        "arrived_at": row.arrived_at,
        "flagged": row.flagged_at is not None,
    }


@router.post("/calls/{call}/flag")
def flag(
    call: CallInPath, asking: Asking, parts: Parts, press: Annotated[str, Form()] = ""
) -> dict[str, object]:
    """Press 記録・フラグ."""
    _allowed(asking, Scope.FLAG)
    opening, pressed = _press(parts, asking, call, press)
    with opening as work:
        secured = press_flag(work, pressed, recorded_on_request(parts.profile))
    return {
        "said": secured_in_words(secured),
        "flagged_at": secured.flagged_at,
        "marked_at": secured.at,
        "presses": secured.presses,
    }


@router.post("/calls/{call}/help")
def help_(
    call: CallInPath, asking: Asking, parts: Parts, press: Annotated[str, Form()] = ""
) -> dict[str, object]:
    """Press 応援."""
    _allowed(asking, Scope.HELP)
    opening, pressed = _press(parts, asking, call, press)
    with opening as work:
        asked = ask_for_help(work, pressed)
    if asked is None:
        raise CallOver
    return {"request": str(asked)}
