"""Signing in through the city's own provider: away to it, and back. Local accounts stay beside it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Parts, Show
from api.letting_in import let_in
from api.own_path import own_path
from api.provider import BACK, Provider, ProviderAway, ProviderRefused
from api.provider_accounts import ProviderAccounts
from api.routes.sign_in import sign_in_form
from core.errors import NotFound
from core.logs import get_log

log = get_log()
router = APIRouter(include_in_schema=False)
AWAY_COOKIE = "__Host-tsuwaroku-provider"
_LONGEST = 4000


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound
    return provider


@router.get("/sign-in/provider")
def leave(request: Request, show: Show, next: str = "/") -> Response:  # noqa: A002  the address says it
    """Send somebody to the provider."""
    accounts: ProviderAccounts = request.app.state.provider_accounts
    wanted = own_path(next)
    try:
        asked, address = _provider(request).begin()
    except ProviderAway as away:
        return sign_in_form(request, show, wanted, fault="provider-away", status=away.http_status)
    response = RedirectResponse(address, status_code=303)
    # Lax: the way back begins on another site.
    response.set_cookie(
        AWAY_COOKIE, accounts.leave(asked, wanted), secure=True, httponly=True, samesite="lax", path="/"
    )
    return response


@router.get(BACK)
def back(request: Request, parts: Parts, show: Show, code: str = "", state: str = "") -> Response:
    """Take back whoever left from this browser, once; whoever comes with anything else starts again."""
    provider = _provider(request)
    accounts: ProviderAccounts = request.app.state.provider_accounts
    cookie = request.cookies.get(AWAY_COOKIE)
    left = accounts.come_back(cookie) if cookie else None
    wanted = "/"
    try:
        if left is None or not code or max(len(code), len(state)) > _LONGEST:
            log.warning("provider.refused", reason="nobody-left")
            raise ProviderRefused  # noqa: TRY301  the same answer as for a token that proves nobody
        asked, wanted = left
        account = accounts.account_of(provider.finish(asked, code=code, state=state))
    except (ProviderAway, ProviderRefused) as error:
        response: Response = sign_in_form(request, show, wanted, fault=error.code, status=error.http_status)
    else:
        # The second factor of these people is the provider's to ask for.
        response = let_in(request, parts, account, wanted)
    response.delete_cookie(AWAY_COOKIE, secure=True, httponly=True, samesite="lax", path="/")
    return response
