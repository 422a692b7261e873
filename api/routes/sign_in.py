"""Signing in and out, and saying at which desk phone one sits."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Cookie, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.attempts import SignInLater
from api.deps import OwnForm, Parts, Show, SignedIn, sessions_of
from api.doors import opens
from api.errors import FormExpired
from api.letting_in import FORM_COOKIE, after_password, phones_for
from api.own_path import own_path
from api.passwords import TooManySignIns
from api.provider import Provider
from api.sessions import COOKIE, Session
from api.sign_in import SignIn, SignInRefused
from core.actors import Role
from core.errors import NotFound
from core.ids import PhoneId

router = APIRouter(include_in_schema=False)

_LONGEST = 200


def home_of(session: Session) -> str:
    """Return the first page for somebody's roles."""
    firsts = ("/live",) if session.actor.has(Role.SUPERVISOR) else ()
    firsts += ("/console", "/records", "/access-log", "/alarms")
    return next((path for path in firsts if opens("GET", path, session.actor.roles)), "/account")


@router.get("/")
def home(session: SignedIn) -> Response:
    """Go where the person's work is."""
    return RedirectResponse(home_of(session), status_code=303)


@router.get("/sign-in")
def sign_in_page(request: Request, show: Show, next: str = "/") -> HTMLResponse:  # noqa: A002  the address says it
    """Show the sign-in form."""
    return sign_in_form(request, show, own_path(next))


@router.post("/sign-in")
def sign_in(  # noqa: PLR0913, PLR0917  a form has these fields
    request: Request,
    parts: Parts,
    show: Show,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002  the form says it
    form_token: Annotated[str, Cookie(alias=FORM_COOKIE)] = "",
) -> Response:
    """Sign in; a new session replaces whatever session the browser had."""
    if not form_token or not secrets.compare_digest(csrf.encode(), form_token.encode()):
        raise FormExpired
    wanted = own_path(next)
    login = login.strip()
    try:
        if not login.isprintable() or not login or not password or max(len(login), len(password)) > _LONGEST:
            raise SignInRefused  # noqa: TRY301  the same answer as for a wrong password, at the same place
        sign: SignIn = request.app.state.sign_in
        account = sign.prove(login, password, request.client.host if request.client else "")
    except SignInRefused as refused:
        return sign_in_form(request, show, wanted, fault="refused", login=login, status=refused.http_status)
    except SignInLater as later:
        return sign_in_form(
            request, show, wanted, fault="later", wait=later.seconds, login=login, status=later.http_status
        )
    except TooManySignIns as many:
        return sign_in_form(request, show, wanted, fault="many", login=login, status=many.http_status)
    return after_password(request, parts, account, wanted)


@router.post("/sign-out")
def sign_out(request: Request, session: OwnForm) -> Response:
    """End the session on the server, then forget it in the browser."""
    del session
    sessions_of(request).end(request.cookies[COOKIE])
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax", path="/")
    return response


@router.get("/phone")
def phone_page(
    request: Request,
    session: SignedIn,
    parts: Parts,
    show: Show,
    next: str = "/",  # noqa: A002  the address says it
) -> HTMLResponse:
    """Ask at which phone the person sits: calls answered there become their own."""
    return show.show(request, session, "phone.html", phones=phones_for(session, parts), next=own_path(next))


@router.post("/phone")
def choose_phone(
    request: Request,
    session: OwnForm,
    parts: Parts,
    phone: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002  the form says it
) -> Response:
    """Sit down at a phone of one's own departments, or at none."""
    if phone and phone not in {one.id for one in phones_for(session, parts)}:
        raise NotFound
    sessions_of(request).sit_at(session, PhoneId(phone) if phone else None)
    return RedirectResponse(own_path(next), status_code=303)


def sign_in_form(  # noqa: PLR0913  what the form can show
    request: Request,
    show: Show,
    wanted: str,
    *,
    fault: str = "",
    wait: int = 0,
    login: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Show the sign-in form, with what went wrong."""
    provider: Provider | None = request.app.state.provider
    token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    response = show.bare(
        "sign_in.html",
        status=status,
        csrf=token,
        next=wanted,
        fault=fault,
        wait=wait,
        login=login[:_LONGEST],
        provider=provider.name if provider else "",
    )
    response.set_cookie(FORM_COOKIE, token, secure=True, httponly=True, samesite="strict", path="/")
    return response
