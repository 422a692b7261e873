"""What pages say of a number that calls: figures beside a call, and the card of the call's own page.

Under the rights of whoever looks. Nothing here is asked for before the call is drawn, and nothing but the
number's figures, marks and names comes out: no word about a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection

from api.reading.calls import CallSeen
from core.actors import Actor, Role
from core.errors import DomainError
from incidents.caller_figures import CallerFigures
from incidents.callers import CallerAtDesk, caller_at_desk
from storage.caller_numbers import CallerNumbers
from storage.callers import alert_at_desk, number_is_known
from storage.claimed_names import SaidOfCaller, names_of_number, said_of_caller
from storage.disaster_switch import signals_are_off
from storage.shared_numbers import SharedMark, marks_of_number


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSeen:
    """A name that was given on this number, with what its calls come to."""

    id: UUID
    name: str
    figures: CallerFigures | None
    """Of the longest period before this call; None: no call in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSeen:
    """The card of a call's number."""

    caller: CallerAtDesk | None
    """None in a disaster: people call again because they must."""
    marks: list[SharedMark]
    may_revoke: frozenset[UUID]
    names: list[NameSeen]
    said: SaidOfCaller | None
    press: UUID


def figures_beside(
    connection: Connection, actor: Actor, call: CallSeen, now: datetime
) -> CallerAtDesk | None:
    """Return the figures of a call's number before it; None where nothing is to be said.

    An operator is told of the calls to the call's own department. Those of the whole 実施機関 are a
    supervisor's, and theirs at whose desk an alert stands (decision 0055).
    """
    if signals_are_off(connection, now):
        return None
    everywhere = actor.has(Role.SUPERVISOR) or alert_at_desk(connection, call.id)
    return caller_at_desk(connection, call.id, call.arrived_at, None if everywhere else call.department)


def number_seen(
    connection: Connection, actor: Actor, call: CallSeen, numbers: CallerNumbers, now: datetime
) -> NumberSeen | None:
    """Return the card of a call's number; None: it has none, or it is not theirs to know."""
    if not number_is_known(connection, call.id):
        return None
    caller = figures_beside(connection, actor, call, now)
    marks = marks_of_number(connection, call.id)
    return NumberSeen(
        caller=caller,
        marks=marks,
        may_revoke=frozenset(
            one.id for one in marks
            if one.revoked_at is None and (actor.has(Role.SUPERVISOR) or one.marked_by == actor.account)
        ),
        names=[
            NameSeen(
                id=one.id, name=_opened(numbers, one.sealed),
                figures=caller.of_people.get(one.id) if caller else None,
            )
            for one in names_of_number(connection, call.id)
        ],
        said=said_of_caller(connection, call.id),
        press=uuid4(),
    )  # fmt: skip


def _opened(numbers: CallerNumbers, sealed: bytes) -> str:
    try:
        return numbers.open_name(sealed)
    except (DomainError, ValueError):
        return "名前を表示できません"  # a key that is gone must not take the page away
