"""統計 of cases by type: decided ones, in the period of their decision, under the rights of who asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import AccountId
from storage.database import Database
from storage.report_figures import Asked, read_figures
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real
SINCE = datetime(2026, 10, 1, tzinfo=UTC)
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Decided:
    """Writes cases that were decided, as far as figures look at them."""

    owner: Database
    by: AccountId

    def __call__(self, *types: str, **other: object) -> UUID:
        facts: dict[str, object] = {
            "id": uuid4(), "by": self.by, "at": SINCE + timedelta(days=3), "department": HOKEN,
            "ending": "harassment", "practice": False,
        }  # fmt: skip
        facts |= other
        self.write(
            "INSERT INTO incidents (id, department, way, stage, ending, since, opened_at, opened_by,"
            " practice) VALUES (:id, :department, 'phone', 'decided', :ending, :at, :at, :by, :practice)",
            facts,
        )  # fmt: skip
        bodies = ("{}", '{"types": ["T9"]}', json.dumps({"types": types}), "{}")
        for number, kind in enumerate(("opened", "kinds", "kinds", "decided"), start=1):
            self.write(
                "INSERT INTO incident_events"
                " VALUES (:id, :number, :kind, :at, :by, 'head', CAST(:body AS jsonb))",
                facts | {"number": number, "kind": kind, "body": bodies[number - 1]},
            )
        return facts["id"]  # type: ignore[return-value]

    def write(self, statement: str, facts: Mapping[str, object]) -> None:
        with self.owner.begin() as connection:
            connection.execute(text(statement), facts)


@pytest.fixture
def decided(office: Office, owner_database: Database) -> Decided:
    """Cases that the head of a department decided."""
    return Decided(owner_database, office.account("kacho", Role.SUPERVISOR))


def types(office: Office, actor: Actor, department: str = "") -> dict[str, int] | None:
    asked = Asked(since=SINCE, until=UNTIL, now=UNTIL, department=department)
    with office.parts.database.begin(actor) as connection:
        found = read_figures(connection, asked).types
    return None if found is None else dict(found)


def test_cases_count_by_their_last_types_where_they_were_decided_and_for_whom_it_is(
    office: Office, decided: Decided
) -> None:
    by = decided.by
    decided("T1", "T5")
    decided("T1")
    decided("T1", department=SHIMIN)
    decided("T2", at=UNTIL)
    decided("T3", ending="just-claim")
    decided("T4", practice=True)
    head = Actor(account=by, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    hall = Actor(account=by, roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset())
    clerk = Actor(account=by, roles=frozenset({Role.OPERATOR}), departments=frozenset({HOKEN}))

    assert types(office, head) == {"T1": 2, "T5": 1}
    assert types(office, hall) == {"T1": 3, "T5": 1}
    assert types(office, clerk) == {}
    assert types(office, hall, HOKEN) is None


def test_a_case_of_a_call_that_is_kept_to_a_group_is_in_no_figure(office: Office, decided: Decided) -> None:
    by, call = decided.by, office.call("a")
    case, group = decided("T1"), uuid4()
    facts = {"case": case, "call": call, "group": group, "by": by, "one": uuid4(), "department": HOKEN}
    decided.write("INSERT INTO incident_calls VALUES (:case, :call, now())", facts)
    hall = Actor(account=by, roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset())
    assert types(office, hall) == {"T1": 1}
    decided.write(
        "INSERT INTO restricted_groups (id, name, department, made_by, made_at)"
        " VALUES (:group, '一', :department, :by, now())", facts,
    )  # fmt: skip
    decided.write(
        "INSERT INTO call_restrictions (id, call_id, group_id, reason, placed_by, placed_at)"
        " VALUES (:one, :call, :group, '議員の電話', :by, now())", facts,
    )  # fmt: skip

    assert types(office, hall) == {}
