"""訪問: a word, an end, and silence that is told to the section once, and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.actors import Actor, Role
from core.ids import AccountId, DepartmentId
from incidents.visit_watch import KEPT, VisitWatch
from storage.database import Database
from storage.home_visits import NewVisit, begin_visit, end_visit, hear_of_visit, open_visits
from tests.fakes.clock import FakeClock
from tests.office import Office

pytestmark = pytest.mark.real
NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
HOKEN, ZEIMU = DepartmentId("hoken-nenkin"), DepartmentId("zeimu")


def somebody(office: Office, login: str, role: Role, department: DepartmentId) -> Actor:
    account = office.account(login, role, departments=(department,))
    return Actor(account=AccountId(account), roles=frozenset({role}), departments=frozenset({department}))


def visit(by: Actor, **facts: object) -> NewVisit:
    plain: dict[str, object] = {
        "id": uuid4(), "department": HOKEN, "place": "さくら町1丁目", "visitors": "山田、鈴木",
        "reach": "公用携帯1",
        "limit_minutes": 60, "word_minutes": 30, "grace_minutes": 5, "at": NOON, "by": by.account,
    }  # fmt: skip
    return NewVisit(**(plain | facts))  # type: ignore[arg-type]


def alarms(database: Database, actor: Actor) -> int:
    with database.begin(actor) as connection:
        return connection.execute(
            text("SELECT count(*) FROM alarms WHERE code = 'visit-silent' AND acknowledged_at IS NULL")
        ).scalar_one()


def test_silence_is_told_once_to_those_whose_visit_it_is(
    office: Office, app_database: Database, worker_database: Database
) -> None:
    sato = somebody(office, "sato", Role.OPERATOR, HOKEN)
    chief, elsewhere = (
        somebody(office, "kacho", Role.SUPERVISOR, HOKEN),
        somebody(office, "hoka", Role.SUPERVISOR, ZEIMU),
    )
    new = visit(sato)
    with app_database.begin(sato) as connection:
        begin_visit(connection, new)
    clock = FakeClock(NOON + timedelta(minutes=34))
    watch = VisitWatch(worker_database, clock)

    assert watch.run_once() == 0
    clock.go_on(timedelta(minutes=1))
    assert (watch.run_once(), watch.run_once()) == (1, 0)
    assert (alarms(app_database, chief), alarms(app_database, elsewhere)) == (1, 0)
    with app_database.begin(chief) as connection:
        assert hear_of_visit(connection, new.id, clock.now(), chief.account)
    clock.go_on(timedelta(minutes=34))
    assert watch.run_once() == 0
    clock.go_on(timedelta(minutes=1))
    assert watch.run_once() == 1


def test_two_silent_visits_are_two_alarms(
    office: Office, app_database: Database, worker_database: Database
) -> None:
    sato, chief = (
        somebody(office, "sato", Role.OPERATOR, HOKEN),
        somebody(office, "kacho", Role.SUPERVISOR, HOKEN),
    )
    with app_database.begin(sato) as connection:
        begin_visit(connection, visit(sato))
        begin_visit(connection, visit(sato))

    assert VisitWatch(worker_database, FakeClock(NOON + timedelta(hours=1))).run_once() == 2
    assert alarms(app_database, chief) == 2


def test_another_department_neither_sees_nor_ends_a_visit_and_nobody_begins_one_in_another_name(
    office: Office, app_database: Database
) -> None:
    sato, elsewhere = (
        somebody(office, "sato", Role.OPERATOR, HOKEN),
        somebody(office, "hoka", Role.SUPERVISOR, ZEIMU),
    )
    new = visit(sato)
    with app_database.begin(sato) as connection:
        begin_visit(connection, new)

    with app_database.begin(elsewhere) as connection:
        assert open_visits(connection) == []
        assert not end_visit(connection, new.id, NOON, elsewhere.account)
        assert not hear_of_visit(connection, new.id, NOON, elsewhere.account)
    for forged in (visit(sato), visit(elsewhere)):
        with pytest.raises(ProgrammingError), app_database.begin(elsewhere) as connection:
            begin_visit(connection, forged)


def test_a_visit_that_ended_is_never_silent_cannot_be_changed_and_is_forgotten(
    office: Office, app_database: Database, worker_database: Database
) -> None:
    sato = somebody(office, "sato", Role.OPERATOR, HOKEN)
    new = visit(sato)
    with app_database.begin(sato) as connection:
        begin_visit(connection, new)
        assert end_visit(connection, new.id, NOON + timedelta(minutes=20), sato.account)
        assert not hear_of_visit(connection, new.id, NOON + timedelta(minutes=21), sato.account)
    clock = FakeClock(NOON + timedelta(days=1))
    watch = VisitWatch(worker_database, clock)

    assert watch.run_once() == 0
    assert kept(worker_database, new.id)
    clock.go_on(KEPT)
    watch.run_once()
    assert not kept(worker_database, new.id)


def kept(database: Database, visit_id: UUID) -> bool:
    with database.begin() as connection:
        return (
            connection.execute(text("SELECT 1 FROM home_visits WHERE id = :id"), {"id": visit_id}).first()
            is not None
        )
