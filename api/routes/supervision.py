"""A supervisor stands by an operator: onto the call, or with one line on the operator's screen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from api.deps import CallInPath, OwnForm, Parts, Show
from api.errors import NotYourRole, WrongInput
from api.order_texts import ASK_OVER, order_name, result_text
from api.parts import ConsoleParts
from api.reading.calls import CallsSeen
from api.reading.taking_over import who_could_take_over
from api.routes.keys import CallOver, read_press
from api.routes.live import told
from api.sessions import Session
from core.actors import Role
from core.errors import DomainError, NotFound
from core.ids import CallId
from storage.call_orders import PlacedOrder
from storage.supervision import ACTS, ASKED, LEAVE, TAKE_OVER, SupervisionDoor
from storage.text_cards import LONGEST, send_card

router = APIRouter(include_in_schema=False)


class NoPhone(DomainError):
    """Listening needs a desk phone, and this person has not said at which one they sit."""

    code = "no-phone"
    http_status = 409


class ColleagueNotFree(DomainError):
    """The colleague who was asked to take the call over talks by now, or has left the desk."""

    code = "colleague-not-free"
    http_status = 409


class CardMissing(WrongInput):
    """A line for the operator's screen has 1 to 200 characters."""

    code = "card-missing"
    http_status = 422


@router.post("/calls/{call}/supervise")
def supervise(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    show: Show,
    kind: Annotated[str, Form()] = "",
    reminded: Annotated[str, Form()] = "",
    colleague: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
) -> Response:
    """Order a phone onto a call, or off it: one's own, or a free colleague's to take the call over.

    The door writes the knock before it orders.
    """
    if (kind not in ACTS and kind != LEAVE) or (colleague and kind != TAKE_OVER):
        raise WrongInput
    phone = colleague or session.actor.phone
    body = {"phone": str(phone or ""), "account": str(session.actor.account)}
    if colleague:
        _must_be_free(parts, session, CallId(call), colleague)
        body[ASKED] = "1"
    if reminded == "1":
        body["reminded"] = "1"
    order = PlacedOrder(
        id=read_press(press),
        call=CallId(call),
        kind=kind,
        at=parts.clock.now(),
        by=session.actor.account,
        body=body,
    )
    if phone is None and session.actor.has(Role.SUPERVISOR):
        raise NoPhone
    SupervisionDoor(parts.database).order(session.actor, order)
    name = ASK_OVER if colleague else kind
    said = f"{order_name(name)}：{result_text(name, None)}"
    return told(request, session, parts, show, said)


def _must_be_free(parts: ConsoleParts, session: Session, call: CallId, colleague: str) -> None:
    """See that a colleague could take the call over now. Who may not order it is refused by the door.

    Raises:
        ColleagueNotFree: the colleague talks, has left, or was never one whom this call could go to
    """
    if not session.actor.has(Role.SUPERVISOR):
        return
    with parts.database.begin(session.actor) as connection:
        try:
            seen = CallsSeen(connection, session.actor, parts.numbers).one(call)
        except NotFound:
            return
        offered = who_could_take_over(
            connection, seen, parts.profile, viewer=session.actor.account, now=parts.clock.now()
        )
    if colleague not in {one.phone for one in offered}:
        raise ColleagueNotFree


@router.post("/calls/{call}/cards")
def send(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    words: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
) -> Response:
    """Put one line on the operator's screen."""
    if not session.actor.has(Role.SUPERVISOR):
        raise NotYourRole
    line = " ".join(words.split())
    if not line or len(line) > LONGEST or not line.isprintable():
        raise CardMissing
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(CallId(call))
        if seen.ended_at is not None:
            raise CallOver
        send_card(
            connection,
            read_press(press),
            call=seen.id,
            words=line,
            by=session.actor.account,
            at=parts.clock.now(),
        )
    return _answer(request, f"/live/{call}", "担当者の画面に出しました。")


def _answer(request: Request, page: str, said: str) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(page, status_code=303)
    return JSONResponse({"said": said})
