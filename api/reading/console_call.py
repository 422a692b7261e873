"""What stands beside a live call at an operator's desk: help, orders, a supervisor's lines, who is with them.

Read under the rights of whoever looks; what the city does not let an operator see does not come out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.actors import Actor
from core.ids import CallId

_HELP = text("""
    SELECT h.id, h.asked_at, h.asked_by, h.cancelled_at, h.accepted_at, h.accepted_phone, h.closed_at, h.rung,
           a.display_name
      FROM help_requests h LEFT JOIN accounts a ON a.id = h.accepted_by
     WHERE h.call_id = :call ORDER BY h.asked_at DESC LIMIT 1
""")
_ORDERS = text("""
    SELECT o.kind, o.at, o.result, o.body->>'step' AS step, a.display_name,
           (SELECT c.consult_result FROM calls c WHERE c.id = o.call_id) AS asked
      FROM call_orders o LEFT JOIN accounts a ON a.id = o.by
     WHERE o.call_id = :call AND o.kind NOT IN ('listen', 'whisper', 'barge', 'leave', 'take-over')
     ORDER BY o.at DESC, o.id LIMIT 3
""")
_TEXT_CARDS = text("""
    SELECT t.id, t.text, t.at, t.seen_at, a.display_name FROM text_cards t JOIN accounts a ON a.id = t.by
     WHERE t.call_id = :call ORDER BY t.at DESC LIMIT 3
""")
_GUESTS = text("""
    SELECT g.phone, g.mode, a.display_name FROM call_guests g LEFT JOIN accounts a ON a.id = g.account_id
     WHERE g.call_id = :call AND g.until IS NULL AND g.shown ORDER BY g.since
""")


_PASSING_ON = {"consult": "asked", "transfer": "came-back"}
"""Orders that ring somebody, and how the words begin for what became of it when nobody came."""
_NOBODY_CAME = frozenset({"busy", "no-answer", "unreachable", "gone", "lost"})
_ASIDE = text("SELECT aside FROM calls WHERE id = :call")
_TAKES_OVER = text("""
    SELECT ringing_phones FROM calls
     WHERE id = :call AND phase = 'talking' AND aside IS DISTINCT FROM 'asking'
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpSeen:
    """Whether somebody comes. ``rung`` are the telephones that were tried."""

    id: UUID
    asked_at: datetime
    mine: bool
    cancelled: bool
    accepted_by: str | None
    accepted_phone: str | None
    accepted: bool
    closed: bool
    rung: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """An order to the call, and what became of it (None: not yet); ``step``: how quiet the caller is."""

    kind: str
    step: str | None
    at: datetime
    result: str | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCard:
    """One line from a supervisor."""

    id: UUID
    text: str
    at: datetime
    name: str
    seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A supervisor on the call. ``mode`` is listen, whisper or barge."""

    name: str | None
    phone: str
    mode: str


class BesideCall:
    """Reads what stands beside one call."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    def help(self, call: CallId) -> HelpSeen | None:
        """Return the last request for help in a call. Nobody counts them."""
        row = self._connection.execute(_HELP, {"call": call}).one_or_none()
        if row is None:
            return None
        return HelpSeen(
            id=row.id,
            asked_at=row.asked_at,
            mine=row.asked_by == self._actor.account,
            cancelled=row.cancelled_at is not None,
            accepted=row.accepted_at is not None,
            accepted_by=row.display_name,
            accepted_phone=row.accepted_phone,
            closed=row.closed_at is not None,
            rung=tuple(row.rung),
        )

    def aside(self, call: CallId) -> str | None:
        """Return what keeps operator and caller apart now (``calls.aside``); None: they hear each other."""
        return self._connection.execute(_ASIDE, {"call": call}).scalar()

    def taking_over(self, call: CallId) -> tuple[str, ...]:
        """Return the phones that ring to take a call over from whoever talks now."""
        return tuple(self._connection.execute(_TAKES_OVER, {"call": call}).scalar() or ())

    def orders(self, call: CallId) -> list[OrderSeen]:
        """Return the last orders to a call, newest first."""
        rows = self._connection.execute(_ORDERS, {"call": call}).all()
        last = next((row for row in rows if row.kind in _PASSING_ON), None)
        return [
            OrderSeen(
                kind=row.kind,
                step=row.step,
                at=row.at,
                # A colleague who was rung and did not come: that is what became of the order.
                result=f"{_PASSING_ON[row.kind]}-{row.asked}"
                if row is last and _came_to_nothing(row.result, row.asked)
                else row.result,
                name=row.display_name,
            )
            for row in rows
        ]

    def text_cards(self, call: CallId) -> list[TextCard]:
        """Return the lines that supervisors wrote to the operator, newest first."""
        return [
            TextCard(id=row.id, text=row.text, at=row.at, name=row.display_name, seen=row.seen_at is not None)
            for row in self._connection.execute(_TEXT_CARDS, {"call": call})
        ]

    def guests(self, call: CallId) -> list[Guest]:
        """Return which supervisors are on the call now, as far as the city lets the operator see it."""
        rows = self._connection.execute(_GUESTS, {"call": call})
        return [Guest(name=row.display_name, phone=row.phone, mode=row.mode) for row in rows]


def _came_to_nothing(result: str | None, asked: str | None) -> bool:
    return result == "done" and asked in _NOBODY_CAME
