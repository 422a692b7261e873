"""What a person sees and changes of the own sign-in: the second factor, recovery codes, sessions elsewhere.

Setting a second factor up asks for the password again: whoever finds a desk unattended must not be able to
keep its owner out.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.attempts import SignInLater
from api.deps import OwnForm, Parts, Show, SignedIn, sessions_of
from api.factor_pages import codes_page, set_up_page
from api.letting_in import factors_of, must_have_factor
from api.parts import ConsoleParts
from api.passwords import TooManySignIns
from api.provider_accounts import ProviderAccounts
from api.rendering import Pages
from api.routes.second_step import LONGEST_CODE
from api.sessions import COOKIE, Session
from api.sign_in import SignIn, SignInRefused
from core.ids import AccountId

router = APIRouter(include_in_schema=False)
PAGE = "/account"
_LONGEST_PASSWORD = 200


@router.get("/account")
def own_account(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show the own sign-in."""
    return _page(request, session, parts, show)


@router.get("/account/second-factor")
def begin(request: Request, session: SignedIn, parts: Parts, show: Show) -> Response:
    """Show a new secret to set a telephone up with."""
    account = session.actor.account
    secret = None if _from_provider(request, account) else factors_of(request).begin(account)
    if secret is None:
        return RedirectResponse(PAGE, status_code=303)
    return _set_up(session, parts, show, secret)


@router.post("/account/second-factor")
def confirm(  # noqa: PLR0913, PLR0917  a form has these fields
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    code: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Take the telephone's first code, once the password was shown again."""
    factors, account = factors_of(request), session.actor.account
    secret = factors.waiting(account)
    if secret is None:
        return RedirectResponse(PAGE, status_code=303)
    sign: SignIn = request.app.state.sign_in
    try:
        sign.prove_again(account, password[:_LONGEST_PASSWORD])
        codes = factors.confirm(account, code[:LONGEST_CODE])
    except SignInRefused:
        return _set_up(session, parts, show, secret, fault="password")
    except TooManySignIns:
        return _set_up(session, parts, show, secret, fault="many")
    except SignInLater as later:
        return _set_up(session, parts, show, secret, wait=later.seconds)
    return codes_page(show, codes, PAGE) if codes else _set_up(session, parts, show, secret, fault="refused")


@router.post("/account/recovery-codes")
def renew_codes(
    request: Request, session: OwnForm, parts: Parts, show: Show, code: Annotated[str, Form()] = ""
) -> Response:
    """Make new recovery codes; those before are worth nothing."""
    refused = _refused(request, session, parts, show, code)
    if refused is not None:
        return refused
    return codes_page(show, factors_of(request).renew_codes(session.actor.account), PAGE)


@router.post("/account/second-factor/remove")
def remove(
    request: Request, session: OwnForm, parts: Parts, show: Show, code: Annotated[str, Form()] = ""
) -> Response:
    """Do without a second factor again, where the city allows it."""
    if must_have_factor(parts, session.actor.account):
        return _page(request, session, parts, show, fault="must", status=403)
    refused = _refused(request, session, parts, show, code)
    if refused is not None:
        return refused
    factors_of(request).forget(session.actor.account)
    return RedirectResponse(PAGE, status_code=303)


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(request: Request, session: OwnForm) -> Response:
    """End every session of the person, this one too."""
    sessions_of(request).end_everywhere(session.actor.account)
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax", path="/")
    return response


def _from_provider(request: Request, account: AccountId) -> bool:
    accounts: ProviderAccounts = request.app.state.provider_accounts
    return accounts.knows(account)


def _refused(
    request: Request, session: Session, parts: ConsoleParts, show: Pages, code: str
) -> Response | None:
    try:
        if len(code) <= LONGEST_CODE and factors_of(request).accept(session.actor.account, code):
            return None
    except SignInLater as later:
        return _page(
            request, session, parts, show, fault="later", wait=later.seconds, status=later.http_status
        )
    return _page(request, session, parts, show, fault="refused", status=401)


def _page(  # noqa: PLR0913  what the page can show
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Pages,
    *,
    fault: str = "",
    wait: int = 0,
    status: int = 200,
) -> HTMLResponse:
    account = session.actor.account
    return show.show(
        request, session, "own_account.html", status=status,
        factor=factors_of(request).state_of(account), must=must_have_factor(parts, account),
        from_provider=_from_provider(request, account),
        sessions=sessions_of(request).count(account), fault=fault, wait=wait,
    )  # fmt: skip


def _set_up(  # noqa: PLR0913  what the page can show
    session: Session, parts: ConsoleParts, show: Pages, secret: str, *, fault: str = "", wait: int = 0
) -> HTMLResponse:
    return set_up_page(
        show, parts, session.actor.account, secret,
        csrf=session.csrf, action="/account/second-factor", next=PAGE, asks_password=True, must=False,
        fault=fault, wait=wait,
    )  # fmt: skip
