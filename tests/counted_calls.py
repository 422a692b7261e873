"""Many calls of an office at once, for its figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from api.wording import HERE
from core.actors import Role
from core.ids import CallId, DepartmentId
from storage.ledger import month_at
from tests.office import HOKEN, SHIMIN, Office

MONTH = month_at(datetime.now(HERE)).before
LAST_MONTH = MONTH.since + timedelta(days=7, hours=9)
"""A morning of last month, so that no figure depends on the day on which a test runs."""


def calls(  # noqa: PLR0913  calls have these parts
    office: Office,
    count: int,
    *,
    department: DepartmentId = HOKEN,
    at: datetime = LAST_MONTH,
    apart: timedelta = timedelta(minutes=7),
    caller: str = "",
    wait: float = 12.0,
    talk: float = 180.0,
    phones: int = 4,
    **facts: object,
) -> list[CallId]:
    """Write calls, one after the other, answered at so many phones in turn; each of another caller."""
    made = list[CallId]()
    for number in range(count):
        arrived = at + number * apart
        connected = arrived + timedelta(seconds=wait)
        sealed, hashed = office.parts.numbers.seal(caller or f"+8131{uuid4().int % 10**7:07}")
        row = {
            "department": department, "arrived_at": arrived, "answered_at": arrived,
            "connected_at": connected, "ended_at": connected + timedelta(seconds=talk),
            "operator_phone": f"{department}-{number % phones}",
            "caller_sealed": sealed, "caller_hash": hashed,
        } | facts  # fmt: skip
        if row.get("caller_class", "number") != "number":
            row["caller_sealed"] = row["caller_hash"] = None
        made.append(office.call(uuid4().hex, **row))
    return made


def promise(office: Office, call: CallId, due: datetime, kept: datetime | None, by: object) -> None:
    """Write a promise made in a call."""
    office.write(
        "INSERT INTO promises (id, department, call_id, what, who, due_at, made_at, made_by, kept_at,"
        " kept_by) SELECT gen_random_uuid(), department, id, '折り返し', '担当', :due, arrived_at, :by,"
        "  :kept, CASE WHEN CAST(:kept AS timestamptz) IS NULL THEN NULL ELSE CAST(:by AS uuid) END"
        "  FROM calls WHERE id = :call",
        {"call": call, "due": due, "kept": kept, "by": by},
    )


def a_busy_month(office: Office) -> None:
    """Write calls of last month at two counters: some repeated, some without a number; and promises."""
    who = office.account("dare", Role.OPERATOR)
    made = calls(office, 60)
    for day in range(5):
        calls(office, 9, at=LAST_MONTH + timedelta(days=day), apart=timedelta(minutes=40), department=SHIMIN)
        calls(office, 8, at=LAST_MONTH + timedelta(days=day), apart=timedelta(minutes=8))
    for number in range(6):
        calls(office, 4, caller=f"+81399990{number:03}", apart=timedelta(hours=30))
    calls(office, 104, caller_class="withheld", wait=13.0, apart=timedelta(minutes=3))
    for number, one in enumerate(made[:40]):
        office.write(
            "INSERT INTO call_wrap_ups (call_id, outcome, at, by) VALUES (:call, :outcome, now(), :by)",
            {"call": one, "by": who, "outcome": ("kaito", "kaito", "orikaeshi", "tochu")[number % 4]},
        )
    office.write(
        "UPDATE calls SET flagged_at = arrived_at WHERE id = ANY (:calls)", {"calls": list(made[:7])}
    )
    for number, one in enumerate(made[:20]):
        due = LAST_MONTH + timedelta(days=2)
        promise(office, one, due, (due - timedelta(hours=1), due + timedelta(hours=1), None)[number % 3], who)
    for day in range(6):
        office.write(
            "INSERT INTO unrecorded_calls (line, day, calls) VALUES ('sodan', :day, :calls)",
            {"day": LAST_MONTH.date() + timedelta(days=day), "calls": day + 2},
        )
