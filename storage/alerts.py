"""庁内警報: placed, shown, seen, withdrawn; and the 提供台帳 of what another 実施機関 was told.

An alert is shown at a desk through one function of the database (``rights.alerts_at_desk``), which also keeps
it from another 実施機関 that no line of the 提供台帳 names. It is shown only once it is written down to whom.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, text

from core.errors import DomainError, NotFound
from core.ids import AccountId, CallId, DepartmentId, IncidentId
from storage.presses import write_once

CHANNEL = "tsuwaroku_alerts"
"""NOTIFY carries the id of an alert that was withdrawn."""
AT_MOST = 200

_PLACE = text("""
    INSERT INTO alerts (id, department, agency, call_id, caller_hash, instructions, who_to_call, finding,
                        placed_at, placed_by, until)
    SELECT :id, c.department, c.agency, c.id, c.caller_hash, :instructions, :who, CAST(:finding AS uuid),
           :at, :by, :until
      FROM calls c WHERE c.id = :call AND c.caller_hash IS NOT NULL
    ON CONFLICT (id) DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM alerts WHERE id = :id AND call_id = :call AND instructions = :instructions
       AND who_to_call = :who AND placed_by = :by
""")
_PROVIDE = text("""
    INSERT INTO provisions (id, at, by, department, agency, to_agency, basis, what, alert_id)
    SELECT :id, a.placed_at, a.placed_by, a.department, a.agency, :to, :basis, :what, a.id
      FROM alerts a WHERE a.id = :alert
""")
_AT_DESK = text("SELECT * FROM rights.alerts_at_desk(:call, :agencies)")
# Without naming columns: named, PostgreSQL asks to read the row before it is one's own.
_SEEN = text("""
    INSERT INTO alert_sightings (alert_id, account_id, call_id, seen_at)
    VALUES (:alert, :account, :call, :at) ON CONFLICT DO NOTHING
""")
_WITHDRAWN = text("SELECT * FROM rights.withdrawn_for_me()")
_CHECK = text("""
    UPDATE alert_sightings s SET checked_at = :at
     WHERE alert_id = :alert AND account_id = :account AND checked_at IS NULL
       AND :alert IN (SELECT id FROM rights.withdrawn_for_me())
""")
_WITHDRAW = text("""
    INSERT INTO alert_withdrawals (alert_id, at, by, reason)
    SELECT a.id, :at, :by, :reason FROM alerts a WHERE a.id = :alert AND a.until > :at
    ON CONFLICT DO NOTHING
""")
# A call that was kept to a group since is not named to the others; its alert goes on, and may be withdrawn.
_LISTED = text("""
    SELECT a.id, a.department, (SELECT c.id FROM calls c WHERE c.id = a.call_id) AS call_id,
           a.instructions, a.who_to_call, a.finding IS NULL AS provisional, a.placed_at, a.until,
           p.display_name AS placed_by, w.at AS withdrawn_at, w.reason, y.display_name AS withdrawn_by
      FROM alerts a JOIN accounts p ON p.id = a.placed_by
      LEFT JOIN alert_withdrawals w ON w.alert_id = a.id LEFT JOIN accounts y ON y.id = w.by
     WHERE CAST(:finding AS uuid) IS NULL OR a.finding = :finding
     ORDER BY (w.at IS NULL AND a.until > :now) DESC, a.placed_at DESC, a.id LIMIT :limit
""")
_SIGHTINGS = text("""
    SELECT s.alert_id, a.display_name, min(s.seen_at) AS seen_at, count(*) AS times,
           max(s.checked_at) AS checked_at
      FROM alert_sightings s JOIN accounts a ON a.id = s.account_id
     WHERE s.alert_id = ANY (:alerts)
     GROUP BY s.alert_id, a.id, a.display_name ORDER BY min(s.seen_at), a.id
""")
_LEDGER = text("""
    SELECT p.id, p.at, p.department, p.agency, p.to_agency, p.basis, p.what, p.alert_id, a.display_name
      FROM provisions p JOIN accounts a ON a.id = p.by ORDER BY p.at DESC, p.id LIMIT :limit
""")


class AlertOver(DomainError):
    """This alert has ended or was withdrawn already."""

    code = "alert-over"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProvision:
    """Another 実施機関 is told: which, by which provision, what in words."""

    to_agency: str
    basis: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert to be placed from a call. ``id`` is the page's own: sent twice, it is one."""

    id: UUID
    call: CallId
    instructions: tuple[str, ...]
    who_to_call: str
    until: datetime
    at: datetime
    by: AccountId
    finding: IncidentId | None = None
    """The case whose finding carries it; None: a 仮警報."""
    provisions: tuple[NewProvision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAlert:
    """What stands on a desk while the call rings or goes on: nothing of the story."""

    id: UUID
    department: DepartmentId
    instructions: tuple[str, ...]
    who_to_call: str
    provisional: bool
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnAlert:
    """An alert that somebody saw and that was withdrawn since."""

    id: UUID
    department: DepartmentId
    instructions: tuple[str, ...]
    withdrawn_at: datetime
    reason: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Somebody to whom an alert was shown: first when, on how many calls, and whether they know its end."""

    name: str
    seen_at: datetime
    times: int
    checked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAlert:
    """An alert as the supervisors of its department see it."""

    id: UUID
    department: DepartmentId
    call: CallId | None
    instructions: tuple[str, ...]
    who_to_call: str
    provisional: bool
    placed_at: datetime
    until: datetime
    placed_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    reason: str | None
    seen: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionLine:
    """A line of the 提供台帳."""

    at: datetime
    by: str
    department: DepartmentId
    agency: str
    to_agency: str
    basis: str
    what: str


def place_alert(connection: Connection, new: NewAlert) -> None:
    """Place an alert, and write the 提供台帳 for every other 実施機関 that is told, in one transaction.

    Raises:
        PressUsed: another alert has this id
    """
    row = {
        "id": new.id, "call": new.call, "instructions": list(new.instructions), "who": new.who_to_call,
        "finding": new.finding, "at": new.at, "by": new.by, "until": new.until,
    }  # fmt: skip
    if not write_once(connection, _PLACE, _SAME, row):
        return
    for one in new.provisions:
        connection.execute(
            _PROVIDE,
            {
                "id": uuid5(new.id, one.to_agency), "alert": new.id, "to": one.to_agency,
                "basis": one.basis, "what": one.what,
            },
        )  # fmt: skip


def show_alerts(
    connection: Connection, call: CallId, account: AccountId, agencies: Collection[str], at: datetime
) -> list[ShownAlert]:
    """Return what is to be shown on the asker's own desk for a call, once it is written that they saw it."""
    rows = connection.execute(_AT_DESK, {"call": call, "agencies": sorted(agencies)}).all()
    for row in rows:
        connection.execute(_SEEN, {"alert": row.id, "account": account, "call": call, "at": at})
    return [
        ShownAlert(
            id=row.id, department=DepartmentId(row.department), instructions=tuple(row.instructions),
            who_to_call=row.who_to_call, provisional=row.provisional, until=row.until,
        )
        for row in rows
    ]  # fmt: skip


def withdrawn_for(connection: Connection) -> list[WithdrawnAlert]:
    """Return what the asker saw, was withdrawn, and they have not yet said that they know."""
    return [
        WithdrawnAlert(
            id=row.id, department=DepartmentId(row.department), instructions=tuple(row.instructions),
            withdrawn_at=row.withdrawn_at, reason=row.reason, seen_at=row.seen_at,
        )
        for row in connection.execute(_WITHDRAWN)
    ]  # fmt: skip


def check_withdrawal(connection: Connection, alert: UUID, account: AccountId, at: datetime) -> bool:
    """Note that somebody knows of a withdrawal; False when there is nothing for them to know."""
    return connection.execute(_CHECK, {"alert": alert, "account": account, "at": at}).rowcount > 0


def withdraw_alert(connection: Connection, alert: UUID, reason: str, by: AccountId, at: datetime) -> None:
    """Withdraw a running alert of the asker's departments; those who saw it are told.

    Raises:
        NotFound: there is none that is theirs
        AlertOver: it ended or was withdrawn already
    """
    row = {"alert": alert, "reason": reason, "by": by, "at": at}
    if connection.execute(_WITHDRAW, row).rowcount:
        return
    known = connection.execute(text("SELECT 1 FROM alerts WHERE id = :alert"), {"alert": alert}).first()
    raise NotFound if known is None else AlertOver


def list_alerts(
    connection: Connection, now: datetime, *, finding: IncidentId | None = None
) -> list[ListedAlert]:
    """Return the alerts of the asker's departments, running ones first, with who saw them.

    Args:
        connection: under the rights of who asks
        now: the server's moment
        finding: only those that rest on the finding of this case
    """
    rows = connection.execute(_LISTED, {"now": now, "limit": AT_MOST, "finding": finding}).all()
    seen: dict[UUID, list[Sighting]] = {}
    for one in connection.execute(_SIGHTINGS, {"alerts": [row.id for row in rows]}):
        seen.setdefault(one.alert_id, []).append(
            Sighting(name=one.display_name, seen_at=one.seen_at, times=one.times, checked_at=one.checked_at)
        )
    return [
        ListedAlert(
            id=row.id, department=DepartmentId(row.department),
            call=None if row.call_id is None else CallId(row.call_id),
            instructions=tuple(row.instructions), who_to_call=row.who_to_call, provisional=row.provisional,
            placed_at=row.placed_at, until=row.until, placed_by=row.placed_by, withdrawn_at=row.withdrawn_at,
            withdrawn_by=row.withdrawn_by, reason=row.reason, seen=tuple(seen.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def provision_ledger(connection: Connection) -> list[ProvisionLine]:
    """Return the last lines of the 提供台帳 that the asker may see, newest first."""
    return [
        ProvisionLine(
            at=row.at, by=row.display_name, department=DepartmentId(row.department), agency=row.agency,
            to_agency=row.to_agency, basis=row.basis, what=row.what,
        )
        for row in connection.execute(_LEDGER, {"limit": AT_MOST})
    ]  # fmt: skip
