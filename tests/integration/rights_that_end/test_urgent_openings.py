"""緊急閲覧: a supervisor of elsewhere looks for an hour, and others are told; kept by PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Role
from core.errors import AccessDenied
from storage.access_log import AccessLog, Knock
from storage.urgent_openings import NothingToOpen, openings_since
from tests.fixtures_vault import TAX, WELFARE
from tests.hall_of_rights import NOW, TABLES, Hall, urgently, wanted

pytestmark = pytest.mark.real


def test_a_supervisor_of_another_department_opens_a_call_with_a_reason_and_the_auditor_is_told(
    hall: Hall,
) -> None:
    fukushi = hall.person("fukushi", Role.SUPERVISOR, departments=(WELFARE,))
    chief, auditor = hall.person("kacho", Role.SUPERVISOR), hall.person("kansa", Role.AUDITOR, departments=())
    call = hall.call("a", TAX)
    before = hall.calls(fukushi)

    urgently(hall).open(fukushi, wanted())

    assert before == []
    assert hall.rows(fukushi) == dict.fromkeys(TABLES, 1) | {"search": 0}
    for who in (auditor, chief):
        with hall.app.begin(who) as connection:
            codes = connection.execute(text("SELECT code FROM alarms")).scalars().all()
            [opened] = openings_since(connection, who, NOW - timedelta(days=1))
        assert codes == ["urgent-opening"]
        assert (opened.calls, opened.own, opened.name) == ((call,), False, "fukushi")
    assert hall.calls(auditor) == []


def test_an_urgent_opening_ends_by_itself_or_when_it_is_shut(hall: Hall) -> None:
    fukushi = hall.person("fukushi", Role.SUPERVISOR, departments=(WELFARE,))
    hall.call("a", TAX)
    door = urgently(hall)

    door.open(fukushi, wanted())
    with hall.app.begin(fukushi) as connection:
        [opened] = openings_since(connection, fukushi, NOW - timedelta(days=1))
    door.shut(fukushi, opened.id)
    shut = hall.calls(fukushi)
    door.open(fukushi, wanted())
    again = hall.calls(fukushi)
    hall.change("UPDATE urgent_openings SET opened_at = opened_at - interval '2 hours', until = now()")

    assert (shut, again, hall.calls(fukushi)) == ([], ["a"], [])


def test_it_is_for_looking_and_for_nothing_else(hall: Hall) -> None:
    fukushi = hall.person("fukushi", Role.SUPERVISOR, departments=(WELFARE,))
    hall.call("a", TAX)
    urgently(hall).open(fukushi, wanted())

    for statement in (
        "INSERT INTO call_notes VALUES (gen_random_uuid(), 'a', 'x', now(), :me)",
        "INSERT INTO call_marks VALUES (gen_random_uuid(), 'a', now(), 'console', :me)",
        "INSERT INTO text_cards VALUES (gen_random_uuid(), 'a', 'x', now(), :me)",
        "INSERT INTO call_wrap_ups VALUES ('a', 'done', '', '', now(), :me)",
        (
            "INSERT INTO recording_holds (id, recording_id, reason, placed_by, placed_at)"
            " SELECT gen_random_uuid(), id, 'x', :me, now() FROM recordings"
        ),
        "INSERT INTO transcription_states SELECT id, 'waiting', '', now(), :me, now() FROM recordings",
    ):
        with pytest.raises(DBAPIError), hall.app.begin(fukushi) as connection:
            connection.execute(text(statement), {"me": fukushi.account})


def test_neither_an_administrator_nor_an_operator_opens_anything_urgently(hall: Hall) -> None:
    both = hall.person("kanri", Role.SUPERVISOR, Role.ADMINISTRATOR, departments=(WELFARE,))
    operator = hall.person("sato", Role.OPERATOR, departments=(WELFARE,))
    hall.call("a", TAX)

    for who in (both, operator):
        with pytest.raises(AccessDenied):
            urgently(hall).open(who, wanted())
        granted = uuid4()
        knock = Knock(
            id=granted, at=datetime.now(UTC), actor=who.account, actor_kind="person", act="urgent",
            recording=None, purpose="urgent", granted=True, reason="urgent-opening",
            until=NOW + timedelta(hours=1),
        )  # fmt: skip
        AccessLog(hall.app).write(knock, who)
        with pytest.raises(DBAPIError), hall.app.begin(who) as connection:
            connection.execute(
                text("SELECT open_urgently(:id, 'madoguchi', :at, 'なぜなら')"), {"id": granted, "at": NOW}
            )
        assert hall.calls(who) == []


def test_nothing_opens_without_a_knock_nor_what_goes_on_nor_at_another_time(hall: Hall) -> None:
    fukushi = hall.person("fukushi", Role.SUPERVISOR, departments=(WELFARE,))
    hall.call("goes-on", TAX, over=False)
    hall.call("other-line", TAX, line="kokuho")

    with pytest.raises(NothingToOpen):
        urgently(hall).open(fukushi, wanted())
    with pytest.raises(NothingToOpen):
        urgently(hall).open(fukushi, wanted("kokuho", minutes_ago=45))
    with pytest.raises(DBAPIError), hall.app.begin(fukushi) as connection:
        connection.execute(
            text("SELECT open_urgently(:id, 'kokuho', :at, 'なぜなら')"), {"id": uuid4(), "at": NOW}
        )
    with hall.worker.begin() as connection:
        acts = connection.execute(text("SELECT act, granted FROM access_knocks")).all()

    assert hall.calls(fukushi) == []
    assert [tuple(one) for one in acts] == [("urgent", True), ("urgent", True)]
