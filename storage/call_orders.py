"""Orders of people to a live call: rows that are true once committed, and acted on by whoever leads the call.

A page writes the row under its own rights; the telephony process reads it, acts, and writes what became of
it. The same order placed twice is one order. An order that nobody acted on in time is closed as too late:
nothing may happen to a call long after somebody asked for it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import Connection, text

from core.ids import AccountId, CallId
from storage.presses import write_once

CHANNEL = "tsuwaroku_orders"
TOO_LATE = "too-late"
LIFETIME = timedelta(seconds=30)

_PLACE = text("""
    INSERT INTO call_orders (id, call_id, kind, body, at, by)
    VALUES (:id, :call, :kind, CAST(:body AS jsonb), :at, :by) ON CONFLICT (id) DO NOTHING
""")
# A sealed number looks different each time it is sealed; the keyed hash beside it does not.
_SAME = text("""
    SELECT 1 FROM call_orders WHERE id = :id AND call_id = :call AND kind = :kind
       AND body - 'sealed' = CAST(:body AS jsonb) - 'sealed' AND by IS NOT DISTINCT FROM CAST(:by AS uuid)
""")
_OPEN = text("""
    SELECT id, call_id, kind, body, at, by FROM call_orders
     WHERE done_at IS NULL AND at > :since AND call_id = ANY (:calls) ORDER BY at, id
""")
_CONCLUDE = text("""
    UPDATE call_orders SET done_at = :at, result = :result WHERE id = :id AND done_at IS NULL
    RETURNING call_id
""")
_EXPIRE = text("""
    UPDATE call_orders SET done_at = :now, result = :result WHERE done_at IS NULL AND at <= :before
    RETURNING call_id
""")
_RESULT = text("SELECT result FROM call_orders WHERE id = :id")
_NOTIFY = text("SELECT pg_notify('tsuwaroku_calls', :call)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOrder:
    """One order as its row says it. ``body`` holds ids and codes by name."""

    id: UUID
    call: CallId
    kind: str
    at: datetime
    by: AccountId | None
    body: Mapping[str, str] = field(default_factory=dict[str, str])


def place_order(connection: Connection, order: PlacedOrder) -> None:
    """Write an order, under the rights of whoever gives it. Placing it again changes nothing.

    Raises:
        PressUsed: another order has this id
    """
    write_once(
        connection,
        _PLACE,
        _SAME,
        {
            "id": order.id,
            "call": order.call,
            "kind": order.kind,
            "body": json.dumps(dict(order.body)),
            "at": order.at,
            "by": order.by,
        },
    )


def open_orders(connection: Connection, calls: Collection[CallId], now: datetime) -> list[PlacedOrder]:
    """Read what was ordered for these calls and nobody has acted on, oldest first."""
    if not calls:
        return []
    rows = connection.execute(_OPEN, {"calls": sorted(calls), "since": now - LIFETIME})
    return [
        PlacedOrder(
            id=row.id,
            call=CallId(row.call_id),
            kind=row.kind,
            at=row.at,
            by=row.by,
            body={name: str(value) for name, value in cast("dict[str, object]", row.body).items()},
        )
        for row in rows
    ]


def conclude_order(connection: Connection, order: UUID, result: str, at: datetime) -> None:
    """Write what became of an order; the first word stands."""
    for call in connection.execute(_CONCLUDE, {"id": order, "result": result, "at": at}).scalars():
        connection.execute(_NOTIFY, {"call": call})


def expire_orders(connection: Connection, now: datetime) -> int:
    """Close what nobody acted on in time. Returns how many orders that were."""
    late = {"now": now, "before": now - LIFETIME, "result": TOO_LATE}
    calls = connection.execute(_EXPIRE, late).scalars().all()
    for call in set(calls):
        connection.execute(_NOTIFY, {"call": call})
    return len(calls)


def result_of(connection: Connection, order: UUID) -> str | None:
    """Say what became of an order: ``done``, a code that says why not, or None while nobody has acted."""
    return connection.execute(_RESULT, {"id": order}).scalar()
