"""What routes ask for: the console's parts, who is signed in, and a form that comes from that session."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Form, Path, Request
from starlette.requests import HTTPConnection

from api.errors import FormExpired, NotSignedIn, NotYourRole
from api.parts import ConsoleParts
from api.rendering import Pages
from api.sessions import COOKIE, Session, Sessions
from core.rights import Matter, allows


def parts_of(connection: HTTPConnection) -> ConsoleParts:
    """Return the console's collaborators."""
    parts: ConsoleParts = connection.app.state.parts
    return parts


def pages_of(connection: HTTPConnection) -> Pages:
    """Return the templates."""
    pages: Pages = connection.app.state.pages
    return pages


def sessions_of(connection: HTTPConnection) -> Sessions:
    """Return the sessions."""
    sessions: Sessions = connection.app.state.sessions
    return sessions


_LOOKED_AT_BY_ITSELF = frozenset({"/calls/{call}/live-text"})
"""What a script of a page fetches every few seconds, without anybody's doing."""


def signed_in(request: Request) -> Session:
    """Return who is signed in.

    What a page fetches by itself (htmx, live text) does not keep a session alive: an unattended page signs
    out in time.

    Raises:
        NotSignedIn: there is no session, or it is over.
    """
    known: Session | None = getattr(request.state, "session", None)
    if known is not None:
        return known
    cookie = request.cookies.get(COOKIE)
    route = getattr(request.scope.get("route"), "path", "")
    by_itself = request.headers.get("hx-request") == "true" or route in _LOOKED_AT_BY_ITSELF
    session = sessions_of(request).find(cookie, touch=not by_itself) if cookie else None
    if session is None:
        raise NotSignedIn
    request.state.session = session  # who it is does not change within a request
    return session


SignedIn = Annotated[Session, Depends(signed_in)]
CallInPath = Annotated[str, Path(pattern=r"^[^\x00-\x1f\x7f]{1,150}$")]
"""The id of a call in an address; what cannot be one is answered like one that does not exist."""

Parts = Annotated[ConsoleParts, Depends(parts_of)]
Show = Annotated[Pages, Depends(pages_of)]


def checked_form(session: SignedIn, csrf: Annotated[str, Form()] = "") -> Session:
    """Return who is signed in, once the form has shown that it is this session's own.

    Raises:
        FormExpired: the token is missing or another session's.
    """
    if not secrets.compare_digest(csrf.encode(), session.csrf.encode()):
        raise FormExpired
    return session


OwnForm = Annotated[Session, Depends(checked_form)]


def office(session: SignedIn) -> Session:
    """Return who is signed in if calls are their work.

    Raises:
        NotYourRole: an administrator keeps the machine; calls are not theirs to see.
    """
    if not allows(session.actor.roles, Matter.CALLS):
        raise NotYourRole
    return session


Office = Annotated[Session, Depends(office)]
