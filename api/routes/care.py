"""職員の休みと声かけ: one press for rest, one to end it; the superior is reminded, and reminded again.

The person and the superior whom they named see it, nobody else; row-level security decides that. Nothing of
it is logged beside a call, counted or reported.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from api.deps import OwnForm, Parts, Show, SignedIn
from api.errors import NotYourRole, WrongInput
from api.parts import ConsoleParts
from api.reading.care import CarePage, care_page, desk_of, superiors_of
from api.sessions import Session
from core.actors import Role
from core.ids import AccountId
from core.rights import Matter, allows
from incidents.care import SPEAK, checks_of, forget_at, put_off, rest_until
from storage.care import (
    NewCare,
    ask_for_care,
    check_done,
    check_later,
    end_care,
    end_rest,
    erase_care,
    people_of,
    rests_until,
)

router = APIRouter(include_in_schema=False)
Named = Annotated[UUID, Path(alias="care")]
_BACK = {"/console", "/care"}


@router.get("/care")
def page(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show the person's own requests, and whom they are named to look after."""
    now = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        seen: CarePage = care_page(connection, session.actor, parts.profile, now)
    return show.show(request, session, "care.html", care=seen, moment=now, new_id=uuid4, speak=SPEAK)


@router.get("/care/desk")
def desk(session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Return the part of the operator's page with the one button."""
    with parts.database.begin(session.actor) as connection:
        seen = desk_of(connection, session.actor, parts.profile, parts.clock.now())
    takes_calls = allows(session.actor.roles, Matter.CALLS)
    return show.bare("part_care.html", csrf=session.csrf, desk=seen, new_id=uuid4, takes_calls=takes_calls)


@router.get("/care/state")
def state(session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Return how the rest stands, for the operator's page to keep up with."""
    with parts.database.begin(session.actor) as connection:
        seen = desk_of(connection, session.actor, parts.profile, parts.clock.now())
    return show.bare("part_care_state.html", desk=seen)


@router.post("/care/rest")
def rest(
    session: OwnForm,
    parts: Parts,
    press: Annotated[UUID, Form()],
    superior: Annotated[str, Form(max_length=36)] = "",
    back: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """少し休みたい. Whoever rests already goes on resting."""
    now = parts.clock.now()
    if not allows(session.actor.roles, Matter.CALLS):
        raise NotYourRole
    with parts.database.begin(session.actor) as connection:
        told = _one_of(superior, superiors_of(connection, session.actor, parts.profile, now))
        if rests_until(connection, session.actor.account, now) is None:
            _write(connection, session, parts, press, session.actor.account, told)
    return _to(back)


@router.post("/care/rest/off")
def off(session: OwnForm, parts: Parts, back: Annotated[str, Form(max_length=20)] = "") -> Response:
    """End the rest; nothing else ends with it."""
    with parts.database.begin(session.actor) as connection:
        end_rest(connection, session.actor.account, parts.clock.now())
    return _to(back)


@router.post("/care/ask")
def ask(
    session: OwnForm,
    parts: Parts,
    press: Annotated[UUID, Form()],
    person: Annotated[str, Form(max_length=36)] = "",
) -> Response:
    """Let somebody of the own departments rest, as their superior."""
    now = parts.clock.now()
    if not session.actor.has(Role.SUPERVISOR):
        raise NotYourRole
    with parts.database.begin(session.actor) as connection:
        theirs = people_of(
            connection, Role.OPERATOR.value, session.actor.departments, session.actor.account, now
        )
        chosen = _one_of(person, theirs)
        if chosen is None:
            raise WrongInput
        _write(connection, session, parts, press, chosen, session.actor.account)
    return _to("")


@router.post("/care/{care}/end")
def end(care: Named, session: OwnForm, parts: Parts) -> Response:
    """The person ends a request: no reminders any more, and their superior sees it no longer."""
    with parts.database.begin(session.actor) as connection:
        end_care(connection, care, session.actor.account, parts.clock.now())
    return _to("")


@router.post("/care/{care}/erase")
def erase(care: Named, session: OwnForm, parts: Parts) -> Response:
    """Erase a request at once."""
    with parts.database.begin(session.actor) as connection:
        erase_care(connection, care)
    return _to("")


@router.post("/care/{care}/spoken")
def spoken(
    care: Named, session: OwnForm, parts: Parts, days: Annotated[int, Form(ge=0, le=120)] = SPEAK
) -> Response:
    """声をかけた."""
    with parts.database.begin(session.actor) as connection:
        check_done(connection, care, days, parts.clock.now())
    return _to("")


@router.post("/care/{care}/later")
def later(
    care: Named, session: OwnForm, parts: Parts, days: Annotated[int, Form(ge=0, le=120)] = SPEAK
) -> Response:
    """あとで: the reminder comes again."""
    with parts.database.begin(session.actor) as connection:
        check_later(connection, care, days, put_off(parts.clock.now(), parts.profile.care))
    return _to("")


def _write(  # noqa: PLR0913, PLR0917  whose, for whom, by whom
    connection: Connection,
    session: Session,
    parts: ConsoleParts,
    press: UUID,
    person: AccountId,
    superior: AccountId | None,
) -> None:
    now, care = parts.clock.now(), parts.profile.care
    ask_for_care(
        connection,
        NewCare(
            id=press, person=person, superior=superior, by=session.actor.account, at=now,
            rest_until=rest_until(now, care), forget_at=forget_at(now, care),
            checks=[(one.days, one.due_at) for one in checks_of(now, care)],
        ),
    )  # fmt: skip


def _one_of(written: str, people: list[tuple[AccountId, str]]) -> AccountId | None:
    """Read a choice from a list; nothing chosen is nobody. Raises WrongInput: it is not in the list."""
    if not written:
        return None
    found = next((account for account, _ in people if str(account) == written), None)
    if found is None:
        raise WrongInput
    return found


def _to(back: str) -> Response:
    return RedirectResponse(back if back in _BACK else "/care", status_code=303)
