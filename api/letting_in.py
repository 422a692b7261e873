"""From a proven person to a session: at once, or after a code where the person or the city wants one.

A session is opened here and nowhere else, under a new name each time: one that somebody planted is worth
nothing. Whoever owes a code gets a step, which opens nothing.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import text

from api.deps import sessions_of
from api.parts import ConsoleParts
from api.second_factors import SecondFactors
from api.sessions import COOKIE, Session
from api.sign_in_steps import STEP_COOKIE, SignInSteps
from core.actors import Role
from core.ids import AccountId
from core.profile.model import Phone
from core.rights import Matter, allows

FORM_COOKIE = "__Host-tsuwaroku-form"
"""Holds the sign-in form's token, where no session can: both come back, or the form is not ours."""


def factors_of(request: Request) -> SecondFactors:
    """Return the second factors."""
    factors: SecondFactors = request.app.state.factors
    return factors


def steps_of(request: Request) -> SignInSteps:
    """Return who is halfway in."""
    steps: SignInSteps = request.app.state.steps
    return steps


def must_have_factor(parts: ConsoleParts, account: AccountId) -> bool:
    """Say whether the city asks somebody's roles for a second factor."""
    with parts.database.begin() as connection:
        roles = connection.execute(_ROLES, {"account": account}).scalar_one()
    return parts.profile.sign_in.asks_second_factor(frozenset(Role(one) for one in roles))


def after_password(request: Request, parts: ConsoleParts, account: AccountId, wanted: str) -> Response:
    """Answer somebody who has shown the password: with a session, or with what is still to be done."""
    has_factor = factors_of(request).state_of(account).confirmed_at is not None
    if not has_factor and not must_have_factor(parts, account):
        return let_in(request, parts, account, wanted)
    page = "/sign-in/code" if has_factor else "/sign-in/set-up"
    response = RedirectResponse(f"{page}?next={quote(wanted, safe='/')}", status_code=303)
    cookie = steps_of(request).open(account)
    response.set_cookie(STEP_COOKIE, cookie, secure=True, httponly=True, samesite="strict", path="/")
    _forget(response, FORM_COOKIE)
    return response


def let_in(request: Request, parts: ConsoleParts, account: AccountId, wanted: str) -> Response:
    """Open a session for somebody who has shown everything, and send them where they wanted to go."""
    chooses = open_session(request, parts, account, response := Response(status_code=303))
    response.headers["location"] = f"/phone?next={quote(wanted, safe='/')}" if chooses else wanted
    return response


def open_session(request: Request, parts: ConsoleParts, account: AccountId, response: Response) -> bool:
    """Open a session in an answer; returns whether the person has a desk phone to choose."""
    sessions = sessions_of(request)
    cookie = sessions.open(account, instead_of=request.cookies.get(COOKIE))
    response.set_cookie(COOKIE, cookie, secure=True, httponly=True, samesite="lax", path="/")
    _forget(response, FORM_COOKIE)
    if step := request.cookies.get(STEP_COOKIE):
        steps_of(request).end(step)
        _forget(response, STEP_COOKIE)
    session = sessions.find(cookie)
    return session is not None and bool(phones_for(session, parts))


def phones_for(session: Session, parts: ConsoleParts) -> list[Phone]:
    """Return the desk phones of somebody's departments; none for those who take no calls."""
    if not allows(session.actor.roles, Matter.CALLS):
        return []
    return [phone for phone in parts.profile.phones if phone.department in session.actor.departments]


def _forget(response: Response, cookie: str) -> None:
    response.delete_cookie(cookie, secure=True, httponly=True, samesite="strict", path="/")


_ROLES = text("SELECT roles FROM accounts WHERE id = :account")
