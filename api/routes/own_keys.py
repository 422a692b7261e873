"""自分の鍵: keys for programs that act in somebody's own name. They make, see and end their own."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.errors import NotYourRole
from api.keyed_doors import KEYED_DOORS
from api.own_key_texts import REACH_NAMES
from api.own_keys import LONGEST_DAYS, OwnKeys, Reaches
from api.parts import ConsoleParts
from api.reading.tokens import own_keys
from api.sessions import Session
from core.errors import NotFound
from core.rights import allows

router = APIRouter(include_in_schema=False)
PAGE = "/account/keys"
LONGEST_NAME = 100
DAYS = (7, 30, LONGEST_DAYS)


@router.get("/account/keys")
def keys(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show one's own keys, never the key itself."""
    return show.show(request, session, "own_keys.html", **_all(session, parts))


@router.post("/account/keys")
def make(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    name: Annotated[str, Form()] = "",
    reaches: Annotated[list[str] | None, Form()] = None,
    days: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Make a key. The answer to this form is the only place where it ever stands.

    Raises:
        NotYourRole: the city lets nobody make keys of their own
    """
    if not parts.profile.integrations.own_keys:
        raise NotYourRole
    said = " ".join(name.split())
    wanted = [one for one in offered(session, parts) if one.value in (reaches or ())]
    faults = _faults(said, wanted, days)
    if faults:
        words: dict[str, Any] = _all(session, parts) | {"faults": faults, "written": name, "wanted": wanted}
        return show.show(request, session, "own_keys.html", status=422, **words)
    made = OwnKeys(parts.database, parts.clock).issue(session.actor, said, reaches=wanted, days=int(days))
    words = _all(session, parts) | {"key": made, "key_name": said}
    return show.show(request, session, "own_keys.html", **words)


@router.post("/account/keys/{key}/end")
def end(key: UUID, session: OwnForm, parts: Parts) -> Response:
    """End one of one's own keys at once."""
    if not OwnKeys(parts.database, parts.clock).end(session.actor, key):
        raise NotFound
    return RedirectResponse(PAGE, status_code=303)


def offered(session: Session, parts: ConsoleParts) -> list[Reaches]:
    """Return what a key of this person could reach at all: what their roles open, and the city allows."""
    opened = {door.reaches for door in KEYED_DOORS if allows(session.actor.roles, door.matter)}
    board = parts.profile.integrations.board_by_programs
    return [one for one in Reaches if one in opened and (board or one is not Reaches.BOARD)]


def _faults(name: str, wanted: list[Reaches], days: str) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults["name"] = "プログラムの名前を、100文字までで書いてください。"
    if not wanted:
        faults["reaches"] = "できることを1つ以上選んでください。"
    if days not in {str(one) for one in DAYS}:
        faults["days"] = "有効期間を選んでください。"
    return faults


def _all(session: Session, parts: ConsoleParts) -> dict[str, Any]:
    with parts.database.begin(session.actor) as connection:
        found = own_keys(connection, session.actor.account)
    return {
        "keys": found,
        "moment": parts.clock.now(),
        "allowed": parts.profile.integrations.own_keys,
        "offered": offered(session, parts),
        "reach_names": REACH_NAMES,
        "days": DAYS,
        "faults": dict[str, str](),
        "written": "",
        "wanted": list[Reaches](),
        "key": "",
        "key_name": "",
    }
