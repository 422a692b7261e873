"""The second step of signing in: the code of a telephone, or setting one up where the city asks for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.attempts import SignInLater
from api.deps import Parts, Show
from api.errors import FormExpired
from api.factor_pages import codes_page, set_up_page
from api.letting_in import factors_of, let_in, open_session, steps_of
from api.own_path import own_path
from api.parts import ConsoleParts
from api.rendering import Pages
from api.sign_in_steps import STEP_COOKIE, Step

router = APIRouter(include_in_schema=False)
LONGEST_CODE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Halfway:
    """Somebody who is halfway in, and what they sent: the page that was wanted, and a code."""

    step: Step
    wanted: str
    code: str = ""


def _step(request: Request) -> Step | None:
    cookie = request.cookies.get(STEP_COOKIE)
    return steps_of(request).find(cookie) if cookie else None


def _asked(request: Request, next: str = "/") -> Halfway | None:  # noqa: A002  the address says it
    step = _step(request)
    return None if step is None else Halfway(step=step, wanted=own_path(next))


def _sent(
    request: Request,
    code: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002  the form says it
) -> Halfway | None:
    step = _step(request)
    if step is None:
        return None
    if not secrets.compare_digest(csrf.encode(), step.csrf.encode()):
        raise FormExpired
    return Halfway(step=step, wanted=own_path(next), code=code)


Asked = Annotated[Halfway | None, Depends(_asked)]
Sent = Annotated[Halfway | None, Depends(_sent)]


def _from_the_start() -> Response:
    return RedirectResponse("/sign-in", status_code=303)


@router.get("/sign-in/code")
def code_page(show: Show, halfway: Asked) -> Response:
    """Ask for the code."""
    return _from_the_start() if halfway is None else _code_form(show, halfway)


@router.post("/sign-in/code")
def code(request: Request, parts: Parts, show: Show, halfway: Sent) -> Response:
    """Take the code, and open the session."""
    if halfway is None:
        return _from_the_start()
    account = halfway.step.account
    try:
        if len(halfway.code) > LONGEST_CODE or not factors_of(request).accept(account, halfway.code):
            return _code_form(show, halfway, fault="refused", status=401)
    except SignInLater as later:
        return _code_form(show, halfway, fault="later", wait=later.seconds, status=later.http_status)
    return let_in(request, parts, account, halfway.wanted)


@router.get("/sign-in/set-up")
def set_up(request: Request, parts: Parts, show: Show, halfway: Asked) -> Response:
    """Show the secret to somebody whose role needs a second factor and who has none yet."""
    if halfway is None:
        return _from_the_start()
    secret = factors_of(request).begin(halfway.step.account)
    return _to_the_code() if secret is None else _set_up_form(show, parts, halfway, secret)


@router.post("/sign-in/set-up")
def confirm(request: Request, parts: Parts, show: Show, halfway: Sent) -> Response:
    """Take the telephone's first code; open the session and show the recovery codes."""
    if halfway is None:
        return _from_the_start()
    account, factors = halfway.step.account, factors_of(request)
    secret = factors.waiting(account)
    if secret is None:
        return _to_the_code()
    try:
        codes = factors.confirm(account, halfway.code[:LONGEST_CODE])
    except SignInLater as later:
        return _set_up_form(show, parts, halfway, secret, wait=later.seconds)
    if codes is None:
        return _set_up_form(show, parts, halfway, secret, fault="refused")
    response = codes_page(show, codes, halfway.wanted)
    open_session(request, parts, account, response)
    return response


def _to_the_code() -> Response:
    return RedirectResponse("/sign-in/code", status_code=303)


def _code_form(
    show: Pages, halfway: Halfway, *, fault: str = "", wait: int = 0, status: int = 200
) -> HTMLResponse:
    csrf, wanted = halfway.step.csrf, halfway.wanted
    return show.bare("sign_in_code.html", status=status, csrf=csrf, next=wanted, fault=fault, wait=wait)


def _set_up_form(  # noqa: PLR0913  what the form can show
    show: Pages, parts: ConsoleParts, halfway: Halfway, secret: str, *, fault: str = "", wait: int = 0
) -> HTMLResponse:
    return set_up_page(
        show, parts, halfway.step.account, secret,
        csrf=halfway.step.csrf, action="/sign-in/set-up", next=halfway.wanted, asks_password=False, must=True,
        fault=fault, wait=wait,
    )  # fmt: skip
