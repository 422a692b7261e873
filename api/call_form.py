"""A form about one call: who sends it about which call, whether they see it, and how it is answered.

A route that takes a ``CallForm`` gets the checks with it: a session, its own form, an id that can be a call.
The call itself is looked at by ``seen``, under the rights of who sends.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy import Connection

from api.deps import CallInPath, OwnForm, Parts
from api.errors import WrongInput
from api.parts import ConsoleParts
from api.reading.calls import CallSeen, CallsSeen
from api.sessions import Session
from core.ids import AccountId, CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForm:
    """What a route needs of such a form besides its own fields."""

    request: Request
    call: CallId
    session: Session
    parts: ConsoleParts
    back: str

    @property
    def by(self) -> AccountId:
        """Who sends it."""
        return self.session.actor.account

    def now(self) -> datetime:
        """Return this moment."""
        return self.parts.clock.now()

    def seen(self) -> CallSeen:
        """Return the call as the sender may see it.

        Raises:
            NotFound: there is none, or none that they may see
        """
        with self.parts.database.begin(self.session.actor) as connection:
            return CallsSeen(connection, self.session.actor, self.parts.numbers).one(self.call)

    def writing(self) -> AbstractContextManager[Connection]:
        """Open a transaction under the rights of who sends."""
        return self.parts.database.begin(self.session.actor)

    def answer(self, said: str) -> Response:
        """Say what was done; a page goes back where it was."""
        return answer(self.request, said, self.back)


def call_form(
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    back: Annotated[str, Form()] = "/console",
) -> CallForm:
    """Return the form, once it has shown that it is this session's own."""
    return CallForm(request=request, call=CallId(call), session=session, parts=parts, back=back)


OnCall = Annotated[CallForm, Depends(call_form)]


def answer(request: Request, said: str, back: str = "/console") -> Response:
    """Answer a form: a page goes back where it was, a script reads what was done."""
    if "text/html" in request.headers.get("accept", ""):
        own = back in {"/promises", "/console"} or back.startswith("/console/calls/")
        return RedirectResponse(back if own and back.isprintable() else "/console", status_code=303)
    return JSONResponse({"said": said})


def cut(words: str, longest: int) -> str:
    """Return what somebody wrote, with our line ends and without the edges.

    Raises:
        WrongInput: it is longer than the form allows
    """
    plain = words.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(plain) > longest:
        raise WrongInput
    return plain
