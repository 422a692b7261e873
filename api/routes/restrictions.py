"""閲覧制限: groups, and calls that only their members see. Placing and lifting stand in the access log."""
# ruff: noqa: FAST003  the call in the address is read by CallForm

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import RedirectResponse

from api.call_form import OnCall, cut
from api.deps import OwnForm, Parts
from api.errors import NotYourRole, WrongInput
from api.sessions import Session
from core.actors import Role
from core.ids import AccountId, DepartmentId
from storage.access_log import AccessLog, Act, Knock
from storage.restrictions import (
    LONGEST_NAME,
    LONGEST_REASON,
    SHORTEST_REASON,
    NewRestriction,
    add_member,
    lift_restriction,
    make_group,
    restrict,
    take_out,
)

router = APIRouter(include_in_schema=False)
_GROUPS = "/rights#groups"


@router.post("/rights/groups")
def make(
    session: OwnForm,
    parts: Parts,
    press: Annotated[UUID, Form()],
    name: Annotated[str, Form()] = "",
    department: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Make a group, with whoever makes it in it."""
    _supervisor(session)
    called = cut(name, LONGEST_NAME)
    if not called:
        raise WrongInput
    with parts.database.begin(session.actor) as connection:
        make_group(
            connection, press, called, DepartmentId(department), session.actor.account, parts.clock.now()
        )
    return RedirectResponse(_GROUPS, status_code=303)


@router.post("/rights/groups/{group}/members")
def add(
    group: Annotated[UUID, Path()],
    session: OwnForm,
    parts: Parts,
    login: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Put somebody into a group."""
    _supervisor(session)
    with parts.database.begin(session.actor) as connection:
        add_member(connection, group, login.strip(), session.actor.account, parts.clock.now())
    return RedirectResponse(_GROUPS, status_code=303)


@router.post("/rights/groups/{group}/members/{account}/out")
def out(
    group: Annotated[UUID, Path()], account: Annotated[UUID, Path()], session: OwnForm, parts: Parts
) -> Response:
    """Take somebody out of a group."""
    _supervisor(session)
    with parts.database.begin(session.actor) as connection:
        take_out(connection, group, AccountId(account), session.actor.account, parts.clock.now())
    return RedirectResponse(_GROUPS, status_code=303)


@router.post("/calls/{call}/restriction")
def place(
    form: OnCall,
    press: Annotated[UUID, Form()],
    group: Annotated[UUID, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Keep a call to a group from now on."""
    _supervisor(form.session)
    said = _reason(reason)
    form.seen()
    _knock(form, "restrict")
    new = NewRestriction(id=press, call=form.call, group=group, reason=said, by=form.by, at=form.now())
    with form.writing() as connection:
        restrict(connection, new)
    return RedirectResponse(f"/calls/{form.call}", status_code=303)


@router.post("/calls/{call}/restriction/lift")
def lift(form: OnCall, reason: Annotated[str, Form()] = "") -> Response:
    """Open a call up again, with a reason."""
    _supervisor(form.session)
    said = _reason(reason)
    form.seen()
    _knock(form, "lift")
    with form.writing() as connection:
        lift_restriction(connection, form.call, said, form.by, form.now())
    return RedirectResponse(f"/calls/{form.call}", status_code=303)


def _knock(form: OnCall, act: Act) -> None:
    """Write down who is about to do it: first, and in a transaction of its own."""
    knock = Knock(
        at=form.now(), actor=form.by, actor_kind="person", act=act, recording=None, call=form.call,
        purpose="restriction", granted=True, reason="own-department",
    )  # fmt: skip
    AccessLog(form.parts.database).write(knock, form.session.actor)


def _reason(reason: str) -> str:
    said = " ".join(cut(reason, LONGEST_REASON).split())
    if len(said) < SHORTEST_REASON:
        raise WrongInput
    return said


def _supervisor(session: Session) -> None:
    if not session.actor.has(Role.SUPERVISOR):
        raise NotYourRole
