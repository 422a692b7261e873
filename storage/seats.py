"""Who sat at a desk phone: the people's own word at sign-in, kept by the database with its times.

A trigger on the sessions writes the seats (migration 0002), so every way to leave one ends it; here they are
only read. Nobody is guessed at: a seat that was not held through the whole time asked about is nobody's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from core.ids import AccountId, DepartmentId, PhoneId

_SAT_THROUGH = text("""
    SELECT account_id FROM phone_seats
     WHERE phone = :phone AND sat_from < :since AND sat_until > :until
     ORDER BY sat_from DESC LIMIT 1
""")
_SITS = text(
    "SELECT EXISTS (SELECT 1 FROM unnest(CAST(:phones AS text[])) phone WHERE rights.sits_at(phone))"
)
_SEATED = text("""
    SELECT DISTINCT ON (s.phone) s.phone, s.account_id, a.display_name, a.departments
      FROM phone_seats s JOIN accounts a ON a.id = s.account_id
     WHERE s.sat_from <= :now AND s.sat_until > :now ORDER BY s.phone, s.sat_from DESC
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who sits at a phone now."""

    phone: PhoneId
    account: AccountId
    name: str
    departments: frozenset[DepartmentId]


def seats_now(connection: Connection, now: datetime) -> list[Seat]:
    """Return who sits where, as far as the person under whose rights this runs may know.

    Operators know of themselves alone, supervisors of people of their departments (migration 0002).
    """
    return [
        Seat(
            phone=PhoneId(row.phone),
            account=AccountId(row.account_id),
            name=row.display_name,
            departments=frozenset(DepartmentId(one) for one in row.departments),
        )
        for row in connection.execute(_SEATED, {"now": now})
    ]


def sits_at_any(connection: Connection, phones: Collection[PhoneId]) -> bool:
    """Say whether the person under whose rights this runs sits at one of these now, in whichever session."""
    return bool(connection.execute(_SITS, {"phones": list(phones)}).scalar())


def who_sat_through(
    connection: Connection, phone: PhoneId, since: datetime, until: datetime
) -> AccountId | None:
    """Return who sat at a phone before ``since`` and without a break until after ``until``; else None."""
    found = connection.execute(_SAT_THROUGH, {"phone": phone, "since": since, "until": until})
    account = found.scalar_one_or_none()
    return None if account is None else AccountId(account)
