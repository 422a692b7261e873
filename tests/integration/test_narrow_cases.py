"""Cases in the database: whoever works on a few lines has no other line's case, whatever they ask with."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import AccountId, CallId
from tests.office import HOKEN, Office

pytestmark = pytest.mark.real


def opened(office: Office, by: AccountId, *calls: CallId) -> UUID:
    """A case of some calls, opened by somebody."""
    case = uuid4()
    actor = Actor(account=by, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    with office.parts.database.begin(actor) as connection:
        facts = {"id": case, "department": HOKEN, "by": by}
        connection.execute(
            text("INSERT INTO incidents (id, department, way, stage, since, opened_at, opened_by)"
                 " VALUES (:id, :department, 'phone', 'draft', now(), now(), :by)"), facts,
        )  # fmt: skip
        for call in calls:
            connection.execute(
                text("INSERT INTO incident_calls VALUES (:id, :call, now())"), facts | {"call": call}
            )
    return case


def test_a_narrow_account_reads_the_cases_of_its_lines_and_no_other(office: Office) -> None:
    kanri, itaku = office.account("kanri", Role.SUPERVISOR), office.account("itaku", Role.SUPERVISOR)
    own, other = office.call("own", line="nenkin"), office.call("other")
    wanted = opened(office, kanri, own)
    rest = [opened(office, kanri, other), opened(office, kanri, own, other), opened(office, kanri)]
    everything = Actor(account=itaku, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))

    def read() -> set[UUID]:
        with office.parts.database.begin(everything) as connection:
            return set(connection.execute(text("SELECT id FROM incidents")).scalars())

    assert read() == {wanted, *rest}
    with office.parts.database.begin() as connection:
        connection.execute(
            text("UPDATE accounts SET lines = '{nenkin}' WHERE id = :account"), {"account": itaku}
        )

    assert read() == {wanted}
