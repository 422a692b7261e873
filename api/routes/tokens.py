"""Keys of programs (トークン): an administrator issues one, sees it once, and ends it at once."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.own_key_texts import REACH_NAMES
from api.parts import ConsoleParts
from api.reading.tokens import list_tokens
from api.sessions import Session
from api.tokens import Scope, Tokens
from core.errors import NotFound
from core.ids import DepartmentId

router = APIRouter(include_in_schema=False)

LONGEST_NAME = 100
DAYS = (30, 90, 365)
SCOPE_NAMES = {
    Scope.CALLS: "電話機がどの通話をしているかを尋ねる",
    Scope.FLAG: "記録・フラグを押す",
    Scope.HELP: "応援を押す",
}


@router.get("/tokens")
def tokens(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show every program's key, never the key itself."""
    return show.show(request, session, "tokens.html", **_all(session, parts))


@router.post("/tokens")
def issue(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    name: Annotated[str, Form()] = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    departments: Annotated[list[str] | None, Form()] = None,
    days: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Make a key. The answer to this form is the only place where it ever stands."""
    said = " ".join(name.split())
    wanted = [one for one in Scope if one.value in (scopes or ())]
    known = [one.id for one in parts.profile.departments if one.id in (departments or ())]
    faults = _faults(said, wanted, known, days)
    if faults:
        return show.show(
            request, session, "tokens.html", status=422,
            **_all(session, parts, faults=faults, name=name, wanted=wanted, known=known),
        )  # fmt: skip
    token = Tokens(parts.database, parts.clock).issue(
        session.actor, said, scopes=wanted, departments=known, days=int(days)
    )
    return show.show(request, session, "tokens.html", **_all(session, parts, token=token, token_name=said))


@router.post("/tokens/{token}/revoke")
def revoke(token: Annotated[UUID, Path()], session: OwnForm, parts: Parts) -> Response:
    """End a key at once."""
    if not Tokens(parts.database, parts.clock).revoke(session.actor, token):
        raise NotFound
    return RedirectResponse("/tokens", status_code=303)


def _faults(name: str, scopes: list[Scope], departments: list[DepartmentId], days: str) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults["name"] = "プログラムの名前を、100文字までで書いてください。"
    if not scopes:
        faults["scopes"] = "できることを1つ以上選んでください。"
    if not departments:
        faults["departments"] = "部署を1つ以上選んでください。"
    if days not in {str(one) for one in DAYS}:
        faults["days"] = "有効期間を選んでください。"
    return faults


def _all(  # noqa: PLR0913  what the page may have to show again
    session: Session,
    parts: ConsoleParts,
    *,
    faults: dict[str, str] | None = None,
    token: str = "",
    token_name: str = "",
    name: str = "",
    wanted: list[Scope] | None = None,
    known: list[DepartmentId] | None = None,
) -> dict[str, Any]:
    moment = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        found = list_tokens(connection)
    return {
        "tokens": found,
        "moment": moment,
        "token": token,
        "token_name": token_name,
        "faults": faults or {},
        "written": name,
        "wanted": wanted or [],
        "known": known or [],
        "scope_names": SCOPE_NAMES,
        "reach_names": REACH_NAMES,
        "days": DAYS,
        "departments": parts.profile.departments,
    }
