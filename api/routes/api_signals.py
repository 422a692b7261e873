"""兆候 for programs: what waits for somebody to look, and that somebody looked. docs/http-api.md."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from api.call_form import cut
from api.deps import Parts
from api.errors import WrongInput
from api.keyed import Held, OnPress
from api.reading.alike_calls import alike_calls
from api.reading.signals import SignalShown, list_signals
from api.routes.danger_sheets import ToldToday, write_told
from api.routes.signals import case_of_signal
from api.wording import HERE
from core.errors import NotFound
from storage.danger_reports import LONGEST_ANSWER, LONGEST_REPORTER, Told
from storage.signals import LONGEST_REASON, How, handle_signal
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["signals"])


class SignalFound(BaseModel):
    """One signal: which rule, its figures and the city's. It asks people to look and decides nothing."""

    id: UUID
    call: str
    department: str
    kind: str
    name: str
    urgent: bool
    rule: str
    version: str
    value: dict[str, float]
    held_against: dict[str, float]
    second: float
    found_at: datetime
    arrived_at: datetime


class SignalsFound(BaseModel):
    """Danger and life first, then the oldest; ``later`` wait beyond the day's share."""

    signals: list[SignalFound]
    later: int


class AlikeCall(BaseModel):
    """An earlier call of the same number that the person may see."""

    id: str
    department: str
    arrived_at: datetime
    ended_at: datetime | None
    outcome: str | None


class AlikeCallsFound(BaseModel):
    """The call of a signal, and earlier ones of its number, the latest first. A number is not a person."""

    signal: UUID
    call: str
    others: list[AlikeCall]


class Done(BaseModel):
    """What a press did: the id of what it was about."""

    id: UUID


@router.get("/signals")
def signals(held: Held, parts: Parts) -> SignalsFound:
    """List what waits for somebody to look, as many as the city looks at in a day."""
    midnight = parts.clock.now().astimezone(HERE).replace(hour=0, minute=0, second=0, microsecond=0)
    with parts.database.begin(held.actor) as connection:
        found = list_signals(connection, parts.profile.signals.daily, midnight)
    return SignalsFound(signals=[_told(one) for one in found.shown], later=found.later)


@router.post("/signals/{signal}/handled", response_model=Done)
def handled(
    signal: UUID,
    press: OnPress,
    how: Annotated[How, Form()],
    reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
) -> Response:
    """Write down that the person looked: with a reason where nothing comes of it, or to look into it."""
    said = " ".join(cut(reason, LONGEST_REASON).split())
    if not said.isprintable() or (how == "seen" and not said):
        raise WrongInput

    def act(work: UnitOfWork) -> dict[str, Any]:
        by = press.holder.actor.account
        if not handle_signal(work.connection, signal, how, said or None, by, press.now):
            raise NotFound
        return {"id": str(signal)}

    return press.do(act)


@router.get("/signals/{signal}/alike")
def alike(signal: UUID, held: Held, parts: Parts) -> AlikeCallsFound:
    """List the earlier calls of the same number that a signal of several calls speaks of.

    Their words lie side by side on the page alone, where the person opens them for a purpose.
    """
    with parts.database.begin(held.actor) as connection:
        seen = alike_calls(connection, parts, held.session, signal, "")
    return AlikeCallsFound(
        signal=signal, call=seen.now.call.id,
        others=[
            AlikeCall(
                id=one.id, department=one.department, arrived_at=one.arrived_at, ended_at=one.ended_at,
                outcome=one.outcome,
            )
            for one in seen.others
        ],
    )  # fmt: skip


@router.post("/signals/{signal}/incident", status_code=201, response_model=Done)
def open_of_signal(signal: UUID, press: OnPress, parts: Parts) -> Response:
    """Open a case from a signal, with rule, figures and time beside it. Opened twice, it is one case."""

    def act(work: UnitOfWork) -> dict[str, Any]:
        actor = press.holder.actor
        return {
            "id": str(case_of_signal(work, parts.profile, actor, signal, lambda: press.id, press.now))
        }  # fmt: skip

    return press.do(act, 201)


@router.post("/signals/{signal}/reports", status_code=201, response_model=Done)
def report(  # noqa: PLR0913, PLR0917  the form
    signal: UUID,
    press: OnPress,
    told: Annotated[Told, Form()],
    reporter: Annotated[str, Form(min_length=1, max_length=LONGEST_REPORTER)],
    told_at: Annotated[datetime, Form()],
    answer: Annotated[str, Form(min_length=1, max_length=LONGEST_ANSWER)],
) -> Response:
    """Write down who told 110, 119 or another of a danger, when, and what was said back."""
    written = ToldToday(
        id=press.id, told=told, reporter=reporter, told_at=moment_told(told_at), answer=answer,
        by=press.holder.actor.account, at=press.now,
    )  # fmt: skip

    def act(work: UnitOfWork) -> dict[str, Any]:
        write_told(work.connection, signal, written)
        return {"id": str(press.id)}

    return press.do(act, 201)


def moment_told(told: datetime) -> datetime:
    """Read a moment of a program; without an offset it is of Japan.

    Raises:
        WrongInput: no such moment can be
    """
    try:
        return (told if told.tzinfo else told.replace(tzinfo=HERE)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongInput from None


def _told(one: SignalShown) -> SignalFound:
    found = one.signal
    return SignalFound(
        id=found.id, call=found.call, department=found.department, kind=found.kind, name=one.name,
        urgent=found.urgent, rule=found.rule, version=found.version, value=dict(found.value),
        held_against=dict(found.limit), second=found.seconds, found_at=found.found_at,
        arrived_at=found.arrived_at,
    )  # fmt: skip
