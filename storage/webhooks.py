"""Receivers (Webhook) and what they are told. Triggers write it in the transaction that made it true.

One try at a time per receiver; a failed one holds back the receiver's others too. What was tried as often as
the profile says is parked, an alarm says so, and a person sends it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.ids import AccountId
from storage.alarms import raise_alarm
from storage.presses import write_once

WAITS = (5, 15, 60, 300, 900, 1800, 3600, 7200)
"""Seconds before the second, third … try; the last one repeats."""
LEASE = timedelta(seconds=60)
"""So long a try may take before another worker takes it for lost."""
KEPT = timedelta(days=30)
AT_MOST = 100

_REGISTER = text("""
    INSERT INTO webhooks (id, name, url, events, departments, created_at, created_by)
    VALUES (:id, :name, :url, :events, :departments, :at, :by) ON CONFLICT (id) DO NOTHING
""")
_SAME = text("SELECT 1 FROM webhooks WHERE id = :id AND name = :name AND url = :url AND created_by = :by")
_END = text("UPDATE webhooks SET ended_at = :at, ended_by = :by WHERE id = :id AND ended_at IS NULL")
_LIST = text("""
    SELECT w.id, w.name, w.url, w.events, w.departments, w.created_at, w.ended_at, a.display_name
      FROM webhooks w LEFT JOIN accounts a ON a.id = w.created_by
     ORDER BY (w.ended_at IS NULL) DESC, w.created_at DESC, w.id LIMIT :limit
""")
_LAST = text("""
    SELECT d.id, d.event, d.at, d.attempts, d.next_at, d.delivered_at, d.parked_at, d.answered, d.code,
           w.name, w.ended_at IS NULL AS running
      FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
     ORDER BY (d.parked_at IS NOT NULL) DESC, d.at DESC, d.id LIMIT :limit
""")
_AGAIN = text("""
    UPDATE webhook_deliveries SET next_at = :now, parked_at = NULL, attempts = 0
     WHERE id = :id AND next_at IS NULL
""")
_WHO_WAITS = text("""
    SELECT DISTINCT d.webhook_id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
     WHERE d.next_at <= :now AND w.ended_at IS NULL
""")
_TAKE = text("""
    UPDATE webhook_deliveries d SET attempts = d.attempts + 1, next_at = :lease
      FROM webhooks w
     WHERE w.id = d.webhook_id AND w.ended_at IS NULL AND d.id =
           (SELECT o.id FROM webhook_deliveries o WHERE o.webhook_id = :webhook AND o.next_at <= :now
             ORDER BY o.at, o.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING d.id, d.webhook_id, d.event, d.subject, d.department, d.at, d.attempts, w.url
""")
_DELIVERED = text("""
    UPDATE webhook_deliveries SET next_at = NULL, delivered_at = :now, answered = :answered, code = NULL
     WHERE id = :id
""")
_FAILED = text("""
    UPDATE webhook_deliveries SET next_at = :next, parked_at = :parked, answered = :answered, code = :code
     WHERE id = :id
""")
_HOLD_BACK = text("""
    UPDATE webhook_deliveries SET next_at = :next WHERE webhook_id = :webhook AND next_at < :next
""")
_FORGET = text("DELETE FROM webhook_deliveries WHERE at < :before")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """A receiver to be registered. ``id`` is the page's own; no departments: of every one."""

    id: UUID
    name: str
    url: str
    events: Sequence[str]
    departments: Sequence[str]
    at: datetime
    by: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A receiver as its page shows it."""

    id: UUID
    name: str
    url: str
    events: tuple[str, ...]
    departments: tuple[str, ...]
    created_at: datetime
    created_by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySeen:
    """One telling as the page shows it: which kind, when, how it stands; not of which call."""

    id: UUID
    name: str
    event: str
    at: datetime
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    parked_at: datetime | None
    answered: int | None
    code: str | None
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One telling that is to be tried now. ``attempts`` counts this one."""

    id: UUID
    webhook: UUID
    url: str
    event: str
    subject: str
    department: str
    at: datetime
    attempts: int


def register_webhook(connection: Connection, new: NewWebhook) -> bool:
    """Register a receiver; False when the same press has done so already.

    Raises:
        PressUsed: another one has this id
    """
    row = {
        "id": new.id, "name": new.name, "url": new.url, "events": list(new.events),
        "departments": list(new.departments), "at": new.at, "by": new.by,
    }  # fmt: skip
    return write_once(connection, _REGISTER, _SAME, row)


def end_webhook(connection: Connection, webhook: UUID, by: AccountId, at: datetime) -> bool:
    """Tell a receiver nothing any more; False when there is none that runs."""
    return connection.execute(_END, {"id": webhook, "by": by, "at": at}).rowcount > 0


def list_webhooks(connection: Connection) -> list[Webhook]:
    """Return the receivers, those that run first."""
    return [
        Webhook(
            id=row.id, name=row.name, url=row.url, events=tuple(row.events),
            departments=tuple(row.departments), created_at=row.created_at,
            created_by=row.display_name or "", ended_at=row.ended_at,
        )
        for row in connection.execute(_LIST, {"limit": AT_MOST})
    ]  # fmt: skip


def last_deliveries(connection: Connection) -> list[DeliverySeen]:
    """Return the last tellings, parked ones first."""
    return [
        DeliverySeen(
            id=row.id, name=row.name, event=row.event, at=row.at, attempts=row.attempts,
            next_at=row.next_at, delivered_at=row.delivered_at, parked_at=row.parked_at,
            answered=row.answered, code=row.code, running=row.running,
        )
        for row in connection.execute(_LAST, {"limit": AT_MOST})
    ]  # fmt: skip


def send_again(connection: Connection, delivery: UUID, now: datetime) -> bool:
    """Have something told again, counted anew; False when it waits already, or is none."""
    return connection.execute(_AGAIN, {"id": delivery, "now": now}).rowcount > 0


def who_waits(connection: Connection, now: datetime) -> list[UUID]:
    """Return the receivers for which something is due; the worker's."""
    return list(connection.execute(_WHO_WAITS, {"now": now}).scalars())


def take_delivery(connection: Connection, webhook: UUID, now: datetime) -> Delivery | None:
    """Take what is due next for a receiver; no other worker takes it meanwhile. The worker's."""
    row = connection.execute(_TAKE, {"webhook": webhook, "now": now, "lease": now + LEASE}).one_or_none()
    return None if row is None else _read(row)


def note_delivered(connection: Connection, delivery: Delivery, answered: int, now: datetime) -> None:
    """Write down that a receiver has it; the worker's."""
    connection.execute(_DELIVERED, {"id": delivery.id, "answered": answered, "now": now})


def note_failed(  # noqa: PLR0913, PLR0917  what is known of a try
    connection: Connection, delivery: Delivery, answered: int | None, code: str, tries: int, now: datetime
) -> bool:
    """Write down a try in vain: it comes again later, or is parked with an alarm. The worker's.

    Returns:
        whether it was parked
    """
    parked = delivery.attempts >= tries
    wait = timedelta(seconds=WAITS[min(delivery.attempts, len(WAITS)) - 1])
    row = {
        "id": delivery.id, "answered": answered, "code": code, "parked": now if parked else None,
        "next": None if parked else now + wait,
    }  # fmt: skip
    connection.execute(_FAILED, row)
    connection.execute(_HOLD_BACK, {"webhook": delivery.webhook, "next": now + wait})
    if parked:
        raise_alarm(connection, "webhook-parked", detail={"attempts": delivery.attempts})
    return parked


def forget_deliveries(connection: Connection, now: datetime) -> int:
    """Delete what was told, or could not be, long ago; the worker's."""
    return connection.execute(_FORGET, {"before": now - KEPT}).rowcount


def _read(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id, webhook=row.webhook_id, url=row.url, event=row.event, subject=row.subject,
        department=row.department, at=row.at, attempts=row.attempts,
    )  # fmt: skip
