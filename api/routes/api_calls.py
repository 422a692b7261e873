"""Calls for programs: the facts of one, the figures of its number, and calling its judges. docs/http-api.md.

Everything goes by a call's id. A number stands in no address and in no answer, a name in none either.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlalchemy import text

from api.deps import CallInPath, Parts
from api.keyed import Held, OnPress, PressedOnce
from api.reading.callers import figures_beside
from api.reading.calls import CallSeen, CallsSeen
from api.routes.api_signals import Done
from api.routes.boards import BoardWanted, call_board
from api.routes.callers import said_reason
from core.ids import CallId
from incidents.callers import CallerAtDesk
from storage.incidents import incidents_of_call
from storage.shared_numbers import LONGEST_REASON, mark_shared, marks_of_number, revoke_shared
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["calls"])
_MARKS = text("SELECT at FROM call_marks WHERE call_id = :call ORDER BY at, id LIMIT 500")
Reason = Annotated[str, Form(max_length=LONGEST_REASON)]


class Call(BaseModel):
    """The facts of a call. ``recording``: where its sound stands, as a code. Neither number nor name."""

    id: str
    line: str
    department: str
    practice: bool
    phase: str
    notice: str
    recording: str
    arrived_at: datetime
    connected_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    marks: int
    marked_at: list[datetime]
    """When somebody pressed the key (印), the first one first, 500 at most; without what was said there."""
    incidents: list[UUID]


class CallerPeriod(BaseModel):
    """What a number's calls before this one come to. ``own + because_of_us + unknown == calls``."""

    days: int
    calls: int
    own: int
    because_of_us: int
    unknown: int
    talk_seconds: int
    departments: list[str]
    own_departments: list[str]


class SharedMarkRead(BaseModel):
    """That the person's section said that several people call from this number."""

    id: UUID
    reason: str
    marked_at: datetime
    revoked_at: datetime | None


class CallerRead(BaseModel):
    """Figures of the number of a call: a number is not a person.

    ``known`` false: nothing is said of it. The call has no number (withheld, a payphone, unavailable:
    classes, of which nobody has figures), none that the person may know, or the disaster switch is on.
    """

    call: str
    known: bool
    shared: bool
    unkept_promises: int
    more: bool
    department: str | None
    """Whose calls alone are counted (an operator's key); null: those of the whole 実施機関."""
    periods: list[CallerPeriod]
    marks: list[SharedMarkRead]


@router.get("/calls/{call}")
def one(call: CallInPath, held: Held, parts: Parts) -> Call:
    """Read the facts of a call."""
    with parts.database.begin(held.actor) as connection:
        seen = CallsSeen(connection, held.actor, parts.numbers).one(CallId(call))
        cases = incidents_of_call(connection, seen.id)
        marked_at = list(connection.execute(_MARKS, {"call": seen.id}).scalars())
    return Call(
        id=seen.id, line=seen.line, department=seen.department, practice=seen.practice, phase=seen.phase,
        notice=seen.notice, recording=seen.recording_state, arrived_at=seen.arrived_at,
        connected_at=seen.connected_at, ended_at=seen.ended_at, outcome=seen.outcome, marks=seen.marks,
        marked_at=marked_at,
        incidents=[case.id for case in cases],
    )  # fmt: skip


@router.get("/calls/{call}/caller")
def caller(call: CallInPath, held: Held, parts: Parts) -> CallerRead:
    """Read what the calls of this call's number came to before it, over 1, 7 and 30 days."""
    with parts.database.begin(held.actor) as connection:
        seen = CallsSeen(connection, held.actor, parts.numbers).one(CallId(call))
        figures = figures_beside(connection, held.actor, seen, parts.clock.now())
        marks = marks_of_number(connection, seen.id)
    return CallerRead(
        call=seen.id, known=figures is not None, shared=figures is not None and figures.shared,
        unkept_promises=figures.unkept if figures else 0, more=figures is not None and figures.more,
        department=figures.department if figures else None,
        periods=_periods(figures),
        marks=[
            SharedMarkRead(
                id=mark.id, reason=mark.reason, marked_at=mark.marked_at, revoked_at=mark.revoked_at
            )
            for mark in marks
        ],
    )  # fmt: skip


@router.post("/calls/{call}/shared", status_code=201, response_model=Done)
def share(call: CallInPath, press: OnPress, reason: Reason) -> Response:
    """Say that several people call from this call's number (共用の番号), and why."""
    said = said_reason(reason)

    def act(work: UnitOfWork) -> dict[str, Any]:
        seen, by = _seen(press, work, call), press.holder.actor.account
        mark_shared(work.connection, press.id, seen.id, said, press.now, by)
        return {"id": str(press.id)}

    return press.do(act, 201)


@router.post("/calls/{call}/shared/{mark}/revoke", response_model=Done)
def revoke(call: CallInPath, mark: UUID, press: OnPress, reason: Reason) -> Response:
    """Take such a mark back, with a reason."""
    said = said_reason(reason)

    def act(work: UnitOfWork) -> dict[str, Any]:
        seen, by = _seen(press, work, call), press.holder.actor.account
        revoke_shared(work.connection, mark, seen.id, said, press.now, by)
        return {"id": str(mark)}

    return press.do(act)


@router.post("/calls/{call}/board", status_code=201, response_model=Done)
def board(call: CallInPath, press: OnPress, absent: Annotated[bool, Form()] = False) -> Response:
    """Call the judges of a call, in its middle or afterwards; ``absent``: the head is. Returns the case."""
    wanted = BoardWanted(press=press.id, now=press.now, head_absent=absent)

    def act(work: UnitOfWork) -> dict[str, Any]:
        seen = _seen(press, work, call)
        return {"id": str(call_board(work, press.parts.profile, press.holder.actor, seen, wanted))}

    return press.do(act, 201)


def _seen(press: PressedOnce, work: UnitOfWork, call: str) -> CallSeen:
    return CallsSeen(work.connection, press.holder.actor, press.parts.numbers).one(CallId(call))


def _periods(figures: CallerAtDesk | None) -> list[CallerPeriod]:
    return [
        CallerPeriod(
            days=period.days, calls=period.calls, own=period.own, because_of_us=period.because_of_us,
            unknown=period.unknown, talk_seconds=period.seconds, departments=list(period.departments),
            own_departments=list(period.own_departments),
        )
        for period in (figures.figures if figures else ())
    ]  # fmt: skip
