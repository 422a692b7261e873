"""Who asked for rest, and who looks after them (職員のケア): theirs and the named superior's, nobody else's.

Nothing here names a call or a case. Every read and write runs under the rights of who asks; what telephony
needs comes without names (`phones_at_rest`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.errors import DomainError, NotFound
from core.ids import AccountId, DepartmentId, PhoneId
from storage.presses import write_once

_ASK = text("""
    INSERT INTO care_requests (id, account_id, superior_id, asked_by, asked_at, rest_until, forget_at)
    VALUES (:id, :person, :superior, :by, :at, :rest_until, :forget_at) ON CONFLICT (id) DO NOTHING
""")
_SAME = text("SELECT 1 FROM care_requests WHERE id = :id AND account_id = :person AND asked_by = :by")
_CHECK = text("INSERT INTO care_checks (request_id, days, due_at) VALUES (:request, :days, :due_at)")
_WAKE = text("""
    UPDATE care_requests SET rest_until = :now
     WHERE account_id = :person AND ended_at IS NULL AND rest_until > :now
""")
_END = text("""
    UPDATE care_requests SET ended_at = :now, rest_until = least(rest_until, :now)
     WHERE id = :id AND account_id = :person AND ended_at IS NULL
""")
_ERASE = text("DELETE FROM care_requests WHERE id = :id")
_DONE = text("UPDATE care_checks SET done_at = :now WHERE request_id = :request AND days <= :days"
             " AND done_at IS NULL")  # fmt: skip
_LATER = text("UPDATE care_checks SET put_off_until = :until WHERE request_id = :request AND days <= :days"
              " AND done_at IS NULL")  # fmt: skip
_REQUESTS = text("""
    SELECT r.id, r.account_id, r.superior_id, r.asked_by, r.asked_at, r.rest_until, r.ended_at, r.forget_at,
           p.display_name AS name, s.display_name AS superior
      FROM care_requests r JOIN accounts p ON p.id = r.account_id LEFT JOIN accounts s ON s.id = r.superior_id
     WHERE r.forget_at > :now ORDER BY r.asked_at DESC LIMIT 200
""")
_CHECKS = text("SELECT request_id, days, due_at, done_at, put_off_until FROM care_checks ORDER BY days")
_RESTS = text("""
    SELECT max(rest_until) FROM care_requests
     WHERE account_id = :person AND ended_at IS NULL AND rest_until > :now
""")
_PEOPLE = text("""
    SELECT id, display_name FROM accounts
     WHERE :role = ANY (roles) AND departments && CAST(:departments AS text[]) AND disabled_at IS NULL
       AND coalesce(ends_at > :now, true) AND id <> :but ORDER BY display_name, id LIMIT 200
""")
_AT_REST = text("SELECT phone, rests, free FROM rights.phones_at_rest()")
_ONLY_ONE = text("SELECT rights.only_one_free(CAST(:phones AS text[]))")
_FORGET = text("SELECT rights.forget_care()")


class CareRefused(DomainError):
    """This person cannot be cared for by that one here; nothing was written."""

    code = "care-refused"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCare:
    """Somebody asks for rest, or their superior for them. ``id`` is the page's own: sent twice, it is one."""

    id: UUID
    person: AccountId
    superior: AccountId | None
    by: AccountId
    at: datetime
    rest_until: datetime
    forget_at: datetime
    checks: Sequence[tuple[int, datetime]]
    """After how many days, and when that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A check of a request, as it stands."""

    days: int
    due_at: datetime
    done_at: datetime | None
    put_off_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareSeen:
    """A request as the person, or the named superior, may see it."""

    id: UUID
    person: AccountId
    name: str
    superior: str | None
    by_superior: bool
    asked_at: datetime
    rest_until: datetime
    ended_at: datetime | None
    forget_at: datetime
    checks: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRest:
    """Phones that are asked second, and phones at which somebody is free. Both empty: nobody rests."""

    resting: frozenset[PhoneId] = frozenset()
    free: frozenset[PhoneId] = frozenset()


def ask_for_care(connection: Connection, new: NewCare) -> None:
    """Write a request and its checks down. Sent twice, it is one.

    Raises:
        CareRefused: the row rights say no; the transaction is of no more use
        PressUsed: something else stands under this id
    """
    values = {
        "id": new.id, "person": new.person, "superior": new.superior, "by": new.by, "at": new.at,
        "rest_until": new.rest_until, "forget_at": new.forget_at,
    }  # fmt: skip
    try:
        fresh = write_once(connection, _ASK, _SAME, values)
    except (ProgrammingError, IntegrityError):
        raise CareRefused from None
    if fresh and new.superior is not None:
        connection.execute(
            _CHECK, [{"request": new.id, "days": days, "due_at": due_at} for days, due_at in new.checks]
        )


def end_rest(connection: Connection, person: AccountId, now: datetime) -> None:
    """End the person's rest; their phone rings with the others again."""
    connection.execute(_WAKE, {"person": person, "now": now})


def end_care(connection: Connection, request: UUID, person: AccountId, now: datetime) -> None:
    """End a request: no more reminders, and the superior sees it no longer. Raises NotFound."""
    if connection.execute(_END, {"id": request, "person": person, "now": now}).rowcount != 1:
        raise NotFound


def erase_care(connection: Connection, request: UUID) -> None:
    """Erase a request with its checks. Raises NotFound: not there, or not theirs to erase."""
    if connection.execute(_ERASE, {"id": request}).rowcount != 1:
        raise NotFound


def check_done(connection: Connection, request: UUID, days: int, now: datetime) -> None:
    """Say that the superior spoke to them: this check, and those before it. Raises NotFound."""
    if not connection.execute(_DONE, {"request": request, "days": days, "now": now}).rowcount:
        raise NotFound


def check_later(connection: Connection, request: UUID, days: int, until: datetime) -> None:
    """Put a check off, and those before it. Raises NotFound."""
    if not connection.execute(_LATER, {"request": request, "days": days, "until": until}).rowcount:
        raise NotFound


def care_seen(connection: Connection, now: datetime) -> list[CareSeen]:
    """Return the requests that are the reader's own, or that name them as superior, newest first."""
    checks: dict[UUID, list[CheckRow]] = {}
    for row in connection.execute(_CHECKS):
        checks.setdefault(row.request_id, []).append(
            CheckRow(days=row.days, due_at=row.due_at, done_at=row.done_at, put_off_until=row.put_off_until)
        )
    return [
        CareSeen(
            id=row.id,
            person=AccountId(row.account_id),
            name=row.name,
            superior=row.superior,
            by_superior=row.asked_by != row.account_id,
            asked_at=row.asked_at,
            rest_until=row.rest_until,
            ended_at=row.ended_at,
            forget_at=row.forget_at,
            checks=tuple(checks.get(row.id, ())),
        )
        for row in connection.execute(_REQUESTS, {"now": now})
    ]


def rests_until(connection: Connection, person: AccountId, now: datetime) -> datetime | None:
    """Return until when the person rests; None: they do not."""
    return connection.execute(_RESTS, {"person": person, "now": now}).scalar()


def people_of(
    connection: Connection, role: str, departments: Collection[DepartmentId], but: AccountId, now: datetime
) -> list[tuple[AccountId, str]]:
    """Return who has a role in some departments, with the names that are shown, without one person."""
    values = {"role": role, "departments": list(departments), "but": but, "now": now}
    return [(AccountId(row.id), row.display_name) for row in connection.execute(_PEOPLE, values)]


def only_one_free(connection: Connection, phones: Collection[PhoneId]) -> bool:
    """Say whether who asks rests, and nobody else at these phones is free."""
    return bool(connection.execute(_ONLY_ONE, {"phones": list(phones)}).scalar())


def phones_at_rest(connection: Connection) -> AtRest:
    """Return which phones are asked second now, and which are free. For telephony."""
    rows = connection.execute(_AT_REST).all()
    return AtRest(
        resting=frozenset(PhoneId(row.phone) for row in rows if row.rests),
        free=frozenset(PhoneId(row.phone) for row in rows if row.free and not row.rests),
    )


def forget_care(connection: Connection) -> int:
    """Erase what is past its time; returns how many requests went. For the worker."""
    return int(connection.execute(_FORGET).scalar_one())
