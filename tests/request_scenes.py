"""Requests of one winter's day, told as what happened to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from core.ids import AccountId
from core.profile.disclosure import RequestKind, Term
from disclosure import request_events as on
from disclosure.request import Request
from disclosure.steps import request_of

E = TypeVar("E", bound=on.RequestEvent)

SATO = AccountId(UUID(int=1))
PERSON, PROCEEDING = UUID(int=2), UUID(int=3)
FIRST = date(2027, 4, 1)
TERM = Term(
    kind=RequestKind.PERSONAL,
    agencies=("shicho",),
    days=30,
    extension_days=30,
    basis="個人情報の保護に関する法律 第83条",
)


def day(number: int) -> date:
    """Return the day so many days after the form came in."""
    return FIRST + timedelta(days=number)


def event(what: type[E], number: int, /, **values: object) -> E:
    """Return an event that counts on a day."""
    at = datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(hours=3)
    return what(at=at, by=SATO, on=day(number), **values)


def agent(
    who: on.Agent | None, kind: RequestKind = RequestKind.PERSONAL, number: str = "R9-1"
) -> on.Received:
    """Return the receipt of a request by an agent, or by the person."""
    return event(on.Received, 0, kind=kind, agency="shicho", number=number, term=TERM, agent=who)


def decided(number: int, **values: object) -> on.Decided:
    """Return a decision in part, unless said otherwise."""
    usual = {
        "answer": on.Answer.PARTIAL, "filed": "8情第12号", "decider": "さくら市長",
        "reason": "第78条第1項第2号", "remedies_told": True,
    }  # fmt: skip
    return event(on.Decided, number, **{**usual, **values})


RECEIVED = agent(None)
CHECKED = (RECEIVED, event(on.IdentityChecked, 1, shown="運転免許証"))
DECISION = decided(20)
DECIDED = (*CHECKED, DECISION)
RULED = event(on.ReviewRuled, 110, proceeding=PROCEEDING, ruling=on.Ruling.CHANGED, filed="8審第3号")


def told(*events: on.RequestEvent) -> Request:
    """Return the request that these events have made."""
    return request_of(events)
