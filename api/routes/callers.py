"""番号と名乗り: figures of a number beside its call, marks of shared numbers, names that callers gave."""
# ruff: noqa: FAST003  the call in the address is read by CallForm

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.call_form import CallForm, OnCall, cut
from api.deps import CallInPath, Office, Parts, Show
from api.errors import WrongInput
from api.reading.callers import figures_beside
from api.reading.calls import CallsSeen
from core.ids import CallId
from storage.claimed_names import LONGEST_NAME, add_name, say_who_called
from storage.shared_numbers import LONGEST_REASON, mark_shared, revoke_shared

router = APIRouter(include_in_schema=False)


@router.get("/calls/{call}/caller")
def figures(call: CallInPath, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Return the figures of a call's number: a part that a page asks for once the call is drawn."""
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(CallId(call))
        caller = figures_beside(connection, session.actor, seen, parts.clock.now())
    return show.bare("part_caller.html", caller=caller)


@router.post("/calls/{call}/shared")
def mark(form: OnCall, press: Annotated[UUID, Form()], reason: Annotated[str, Form()] = "") -> Response:
    """Say that several people call from this number, with a reason."""
    said = said_reason(reason)
    form.seen()
    with form.writing() as connection:
        mark_shared(connection, press, form.call, said, form.now(), form.by)
    return _back(form)


@router.post("/calls/{call}/shared/{mark}/revoke")
def revoke(form: OnCall, mark: Annotated[UUID, Path()], reason: Annotated[str, Form()] = "") -> Response:
    """Take a mark back, with a reason."""
    said = said_reason(reason)
    form.seen()
    with form.writing() as connection:
        revoke_shared(connection, mark, form.call, said, form.now(), form.by)
    return _back(form)


@router.post("/calls/{call}/caller")
def who_called(
    form: OnCall,
    press: Annotated[UUID, Form()],
    person: Annotated[str, Form(max_length=36)] = "",
    name: Annotated[str, Form()] = "",
    back_call: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Write down as whom somebody called (a new name, one of before, or none), and 折り返し."""
    new = " ".join(cut(name, LONGEST_NAME).split())
    if not new.isprintable():
        raise WrongInput
    form.seen()
    with form.writing() as connection:
        chosen = press if new else _known(person)
        if new:
            add_name(connection, press, form.call, form.parts.numbers.seal_name(new), form.now(), form.by)
        say_who_called(
            connection, form.call, chosen, called_back=back_call == "yes", at=form.now(), by=form.by
        )
    return _back(form)


def _known(person: str) -> UUID | None:
    if not person:
        return None
    try:
        return UUID(person)
    except ValueError:
        raise WrongInput from None


def said_reason(reason: str) -> str:
    """Read why somebody says that a number is shared, or that it is not.

    Raises:
        WrongInput: there is none, or it is too long
    """
    said = " ".join(cut(reason, LONGEST_REASON).split())
    if not said or not said.isprintable():
        raise WrongInput
    return said


def _back(form: CallForm) -> Response:
    return RedirectResponse(f"/calls/{form.call}#number", status_code=303)
