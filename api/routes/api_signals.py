"""兆候 for programs: what waits for somebody to look, and that somebody looked. docs/http-api.md."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from api.call_form import cut
from api.deps import Parts
from api.errors import WrongInput
from api.keyed import Held, OnPress
from api.reading.signals import SignalShown, list_signals
from core.errors import NotFound
from storage.signals import LONGEST_REASON, How, handle_signal
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["signals"])
_CITY_TIME = ZoneInfo("Asia/Tokyo")


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


class Done(BaseModel):
    """What a press did: the id of what it was about."""

    id: UUID


@router.get("/signals")
def signals(held: Held, parts: Parts) -> SignalsFound:
    """List what waits for somebody to look, as many as the city looks at in a day."""
    midnight = parts.clock.now().astimezone(_CITY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
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


def _told(one: SignalShown) -> SignalFound:
    found = one.signal
    return SignalFound(
        id=found.id, call=found.call, department=found.department, kind=found.kind, name=one.name,
        urgent=found.urgent, rule=found.rule, version=found.version, value=dict(found.value),
        held_against=dict(found.limit), second=found.seconds, found_at=found.found_at,
        arrived_at=found.arrived_at,
    )  # fmt: skip
