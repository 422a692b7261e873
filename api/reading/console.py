"""What an operator's desk shows: who calls while it rings, the call that goes on, what is left to write.

Row-level security decides which calls come out; the number comes out of one function of the database, for
whoever's phone rings, whose own call it is, and the department's supervisors. A card begins with what we
owe the caller, never with a word about the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from api.wording import CALLER_CLASSES, PRACTICE_CALLER, number_as_dialled
from core.actors import Actor
from core.errors import DomainError
from core.ids import CallId, DepartmentId, PhoneId
from storage.caller_numbers import CallerNumbers
from storage.promises import Promise, promised_to
from storage.wrap_ups import WrapUp, last_answer

AFTER = timedelta(hours=12)
"""So long a call that one answered waits at the desk for its outcome."""
UNCLAIMED = timedelta(days=1)
LISTED = 10

_CARD = """
    SELECT c.id, c.line, c.department, c.practice, c.caller_class, c.arrived_at, c.connected_at, c.ended_at,
           c.operator_phone, n.caller_sealed, n.caller_hash,
           c.phase = 'talking' AND c.aside IS DISTINCT FROM 'asking' AS taking_over,
           CASE WHEN c.aside = 'coming-back' THEN c.consult_result END AS came_back
      FROM calls c LEFT JOIN LATERAL rights.caller_at_desk(c.id) n ON true
"""
_RINGING = text(
    _CARD
    + " WHERE c.ended_at IS NULL AND c.ringing_phones @> ARRAY[CAST(:phone AS text)] ORDER BY c.arrived_at"
)
_TALKING = text(
    """
    SELECT id FROM calls WHERE ended_at IS NULL AND connected_at IS NOT NULL AND operator_phone = :phone
     ORDER BY connected_at DESC LIMIT 1
    """
)
_ONE = text(_CARD + " WHERE c.id = :call")
_AFTER = text(
    """
    SELECT c.id FROM calls c
     WHERE c.operator_id = :account AND c.ended_at > :since
       AND c.arrived_at > CAST(:since AS timestamptz) - interval '1 day'
       AND c.connected_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM call_wrap_ups w WHERE w.call_id = c.id)
     ORDER BY c.ended_at DESC LIMIT :limit
    """
)
_UNCLAIMED = text(
    """
    SELECT id, line, practice, operator_phone, connected_at, ended_at FROM calls
     WHERE operator_id IS NULL AND connected_at IS NOT NULL AND arrived_at > :since
       AND NOT rights.somebody_else_sat(id)
     ORDER BY arrived_at DESC LIMIT :limit
    """
)
_COLLEAGUES = text(
    """
    SELECT c.id, c.line, c.practice, c.operator_phone, c.connected_at, c.ended_at, a.display_name
      FROM calls c LEFT JOIN accounts a ON a.id = c.operator_id
     WHERE c.ended_at IS NULL AND c.connected_at IS NOT NULL
       AND c.operator_phone IS DISTINCT FROM CAST(:phone AS text)
     ORDER BY c.connected_at LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Who calls, as far as this person may know, and what we owe them."""

    id: CallId
    line: str
    department: DepartmentId
    practice: bool
    arrived_at: datetime
    caller: str
    """The number as dialled, or its class in words."""
    caller_class: str
    known: bool
    """The number is known to this person, so promises and answer can be told; figures are asked for later."""
    elsewhere: bool
    """Another department's line: what that department keeps of the caller is not this person's to see."""
    came_back: str | None = None
    """It was passed on from here, rings here again, and why (``calls.consult_result``)."""
    taking_over: bool = False
    """A colleague talks with the caller, and whoever picks up here takes the call over."""
    promises: tuple[Promise, ...] = ()
    answer: WrapUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A call in a short list: of a colleague, or of nobody."""

    id: CallId
    line: str
    practice: bool
    phone: PhoneId | None
    connected_at: datetime
    ended_at: datetime | None
    name: str | None = None


class Desk:
    """Reads what one person's desk shows, in one transaction under their rights."""

    def __init__(self, connection: Connection, actor: Actor, numbers: CallerNumbers, now: datetime) -> None:
        self.connection = connection
        self.actor = actor
        self._numbers = numbers
        self._now = now

    def ringing(self) -> list[Card]:
        """Return the calls that ring at the person's phone."""
        if self.actor.phone is None:
            return []
        rows = self.connection.execute(_RINGING, {"phone": self.actor.phone}).all()
        return [self._card(row) for row in rows]

    def talking(self) -> CallId | None:
        """Return the call that goes on at the person's phone."""
        if self.actor.phone is None:
            return None
        found = self.connection.execute(_TALKING, {"phone": self.actor.phone}).scalar()
        return None if found is None else CallId(found)

    def card(self, call: CallId) -> Card | None:
        """Return the card of one call; None when this person sees no such call."""
        row = self.connection.execute(_ONE, {"call": call}).one_or_none()
        return None if row is None else self._card(row)

    def to_write(self) -> list[CallId]:
        """Return the person's own calls that ended and wait for their outcome, the last first."""
        found = self.connection.execute(
            _AFTER, {"account": self.actor.account, "since": self._now - AFTER, "limit": LISTED}
        )
        return [CallId(one) for one in found.scalars()]

    def unclaimed(self) -> list[Beside]:
        """Return calls that were answered where nobody was signed in (担当者が分からない通話)."""
        rows = self.connection.execute(_UNCLAIMED, {"since": self._now - UNCLAIMED, "limit": LISTED})
        return [_beside(row, None) for row in rows]

    def colleagues(self) -> list[Beside]:
        """Return the department's calls that go on elsewhere: somebody may want to take their notes."""
        rows = self.connection.execute(_COLLEAGUES, {"phone": self.actor.phone, "limit": LISTED})
        return [_beside(row, row.display_name) for row in rows]

    def _card(self, row: Row[Any]) -> Card:
        elsewhere = row.department not in self.actor.departments
        known = row.caller_hash is not None and not elsewhere
        caller_hash = bytes(row.caller_hash or b"")
        department = DepartmentId(row.department)
        return Card(
            id=CallId(row.id),
            line=row.line,
            department=department,
            practice=row.practice,
            arrived_at=row.arrived_at,
            caller=self._caller(row),
            caller_class=row.caller_class,
            known=known,
            elsewhere=elsewhere,
            came_back=row.came_back,
            taking_over=row.taking_over,
            promises=tuple(promised_to(self.connection, department, caller_hash)) if known else (),
            answer=last_answer(self.connection, department, caller_hash, row.arrived_at) if known else None,
        )

    def _caller(self, row: Row[Any]) -> str:
        if row.practice and row.caller_class == "unreadable":
            return PRACTICE_CALLER
        if row.caller_sealed is None:
            return CALLER_CLASSES.get(row.caller_class, CALLER_CLASSES["unreadable"])
        try:
            return number_as_dialled(self._numbers.open(bytes(row.caller_sealed)))
        except (DomainError, ValueError):
            return "番号を表示できません"  # a key that is gone must not take the card away


def _beside(row: Row[Any], name: str | None) -> Beside:
    return Beside(
        id=CallId(row.id),
        line=row.line,
        practice=row.practice,
        phone=PhoneId(row.operator_phone) if row.operator_phone else None,
        connected_at=row.connected_at,
        ended_at=row.ended_at,
        name=name,
    )
