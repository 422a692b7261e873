"""The two keys on a screen: 記録・フラグ and 応援. Plain forms: they work while no WebSocket does.

The page makes each press's id, so a press that is sent twice because the line was bad counts once. Both are
free to everybody who may see the call: a colleague at the next desk may press them too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from api.deps import CallInPath, Office, OwnForm, Parts
from api.errors import WrongInput
from api.parts import ConsoleParts
from api.reading.calls import CallsSeen
from api.sessions import Session
from api.wording import clock_time
from core.errors import DomainError
from core.ids import CallId, LineId
from core.profile.model import CityProfile
from core.profile.recording import RecordingMode
from storage.key_presses import KeyPress, Secured, Source, ask_for_help, press_flag
from storage.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
LATEST_MS = 600_000
"""So long a page goes on sending a press; the mark stands at the moment of the press."""


class CallOver(DomainError):
    """The call has ended; there is nobody to be helped any more."""

    code = "call-over"
    http_status = 409


def read_press(words: str) -> UUID:
    """Read the id that a page or a program gave to its press; without one it gets a new one.

    Raises:
        WrongInput: it is not a UUID.
    """
    try:
        return UUID(words) if words else uuid4()
    except ValueError:
        raise WrongInput from None


def recorded_on_request(profile: CityProfile) -> Callable[[LineId], bool]:
    """Return what says of a line whether nothing of it is recorded before somebody asks for it."""

    def asked(line: LineId) -> bool:
        known = profile.line(line)
        return known is not None and known.recording is RecordingMode.ON_DEMAND

    return asked


def secured_in_words(secured: Secured) -> str:
    """Say what a press of the flag key secured."""
    at = clock_time(secured.at)
    if secured.on_request:
        return f"{at} 時刻の印を付けました（{secured.presses}回目）。この窓口は、頼んだときだけ録音します。"
    if secured.presses <= 1:
        return f"{at} 記録・フラグを付けました。この通話の録音を、はじめから長く保存します。"
    return f"{at} 時刻の印を付けました（{secured.presses}回目）。録音は、はじめから長く保存します。"


@router.post("/calls/{call}/flag")
def flag(  # noqa: PLR0913, PLR0917  the form's fields
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()] = "",
    ago: Annotated[int, Form()] = 0,
    back: Annotated[str, Form()] = "",
) -> Response:
    """Press 記録・フラグ. Never stops anything; pressed again, it marks a time.

    ``ago`` is how many milliseconds ago the key was pressed, when the line was bad meanwhile.
    """
    with _seen_by(parts, session, CallId(call)) as work:
        earlier = timedelta(milliseconds=min(max(0, ago), LATEST_MS))
        pressed = _press(parts, session, CallId(call), press, earlier)
        secured = press_flag(work, pressed, recorded_on_request(parts.profile))
    told: dict[str, object] = {"said": secured_in_words(secured), "presses": secured.presses}
    return _answer(request, call, told, back)


@router.post("/calls/{call}/help")
def help_(  # noqa: PLR0913, PLR0917  the form's fields
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """Press 応援: supervisors' screens hear of it at once."""
    with _seen_by(parts, session, CallId(call)) as work:
        asked = ask_for_help(work, _press(parts, session, CallId(call), press))
    if asked is None:
        raise CallOver
    return _answer(
        request,
        call,
        {"said": f"{clock_time(parts.clock.now())} 応援を呼びました。", "request": str(asked)},
        back,
    )


def _seen_by(parts: ConsoleParts, session: Office, call: CallId) -> UnitOfWork:
    with parts.database.begin(session.actor) as connection:
        CallsSeen(connection, session.actor, parts.numbers).one(call)
    return UnitOfWork(parts.database, parts.announcer, session.actor)


def _press(
    parts: ConsoleParts, session: Session, call: CallId, press: str, ago: timedelta = timedelta()
) -> KeyPress:
    at = parts.clock.now() - ago
    return KeyPress(id=read_press(press), call=call, at=at, source=Source.CONSOLE, by=session.actor.account)


def _answer(request: Request, call: str, told: dict[str, object], back: str) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        # Pressed before the page's script was there: the keys stay where they were.
        here = back in {"/console", "/console/mini", f"/console/calls/{call}"}
        return RedirectResponse(back if here else f"/calls/{call}", status_code=303)
    return JSONResponse(told)
