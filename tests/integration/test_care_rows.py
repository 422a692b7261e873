"""休みと声かけ in the database: the person and the named superior, nobody else; telephony learns phones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.errors import NotFound
from core.ids import AccountId, DepartmentId, PhoneId
from core.profile.care import Care
from incidents.care import checks_of, forget_at, rest_until
from runtime.old_traces import OldTraces
from storage.care import (
    CareRefused,
    NewCare,
    ask_for_care,
    care_seen,
    check_done,
    end_care,
    end_rest,
    erase_care,
    only_one_free,
    phones_at_rest,
)
from storage.database import Database
from tests.fakes.clock import FakeClock
from tests.unit.call_scenes import FIRST, SECOND, THIRD

pytestmark = pytest.mark.real

TAX, OTHER = DepartmentId("zeimu"), DepartmentId("fukushi")
People = Callable[..., Actor]


@pytest.fixture
def people(owner_database: Database) -> People:
    """Make somebody, who sits at a phone if one is named."""

    def make(login: str, *roles: Role, department: DepartmentId = TAX, phone: PhoneId | None = None) -> Actor:
        account, held = AccountId(uuid4()), frozenset(roles or (Role.OPERATOR,))
        with owner_database.begin() as connection:
            connection.execute(
                text("INSERT INTO accounts VALUES (:id, :l, :l, 'x', :roles, ARRAY[:d], NULL, now())"),
                {"id": account, "l": login, "roles": sorted(held), "d": department},
            )
            if phone:
                connection.execute(
                    text(
                        "INSERT INTO phone_seats VALUES (DEFAULT, :phone, :id, 'x',"
                        " now() - interval '1 minute', now() + interval '1 hour')"
                    ),
                    {"id": account, "phone": phone},
                )
        return Actor(account=account, roles=held, departments=frozenset({department}), phone=phone)

    return make


def asks(app: Database, who: Actor, superior: Actor | None, person: Actor | None = None) -> UUID:
    """Ask for rest now, for oneself or for somebody."""
    now, city, care = datetime.now(UTC), Care(), uuid4()
    new = NewCare(
        id=care, person=(person or who).account, superior=superior and superior.account, by=who.account,
        at=now, rest_until=rest_until(now, city), forget_at=forget_at(now, city),
        checks=[(one.days, one.due_at) for one in checks_of(now, city)],
    )  # fmt: skip
    with app.begin(who) as connection:
        ask_for_care(connection, new)
    return care


def sees(app: Database, who: Actor) -> list[tuple[str, int]]:
    with app.begin(who) as connection:
        return [(one.name, len(one.checks)) for one in care_seen(connection, datetime.now(UTC))]


def test_the_person_and_the_named_superior_see_it_and_nobody_else(
    app_database: Database, people: People
) -> None:
    sato, kanri = people("sato"), people("kanri", Role.SUPERVISOR)
    others = [
        people("ito"), people("kacho", Role.SUPERVISOR), people("soumu", Role.ADMINISTRATOR),
        people("kansa", Role.AUDITOR), people("joho", Role.RECORDS_OFFICER),
        people("all", Role.OPERATOR, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR),
    ]  # fmt: skip

    asks(app_database, sato, kanri)

    assert sees(app_database, sato) == sees(app_database, kanri) == [("sato", 4)]
    assert [sees(app_database, one) for one in others] == [[]] * len(others)


def test_whoever_tells_nobody_is_reminded_of_by_nobody(app_database: Database, people: People) -> None:
    sato, kanri = people("sato"), people("kanri", Role.SUPERVISOR)

    asks(app_database, sato, None)

    assert (sees(app_database, sato), sees(app_database, kanri)) == ([("sato", 0)], [])


def test_ending_it_takes_it_from_the_superior_and_erasing_it_leaves_nothing(
    app_database: Database, owner_database: Database, people: People
) -> None:
    sato, kanri = people("sato"), people("kanri", Role.SUPERVISOR)
    care = asks(app_database, sato, kanri)

    with app_database.begin(kanri) as connection, pytest.raises(NotFound):
        erase_care(connection, care)  # it is the person's
    with app_database.begin(sato) as connection:
        end_care(connection, care, sato.account, datetime.now(UTC))
    after_the_end = (sees(app_database, kanri), sees(app_database, sato))
    with app_database.begin(sato) as connection:
        erase_care(connection, care)

    assert after_the_end == ([], [("sato", 4)])
    with owner_database.begin() as connection:
        left = connection.execute(
            text("SELECT (SELECT count(*) FROM care_requests), (SELECT count(*) FROM care_checks)")
        ).one()
    assert tuple(left) == (0, 0)


def test_a_superior_lets_their_own_people_rest_and_nobody_else_s(
    app_database: Database, people: People
) -> None:
    sato, far = people("sato"), people("far", department=OTHER)
    kanri, ito = people("kanri", Role.SUPERVISOR), people("ito")

    care = asks(app_database, kanri, kanri, sato)

    assert sees(app_database, sato) == [("sato", 4)]
    for who, person in ((kanri, far), (ito, sato)):
        with pytest.raises(CareRefused):
            asks(app_database, who, who, person)
    with app_database.begin(sato) as connection:
        erase_care(connection, care)  # also what the superior began is the person's to erase
    assert sees(app_database, kanri) == []


def test_only_the_named_superior_says_that_they_spoke(app_database: Database, people: People) -> None:
    sato, kanri = people("sato"), people("kanri", Role.SUPERVISOR)
    care = asks(app_database, sato, kanri)
    now = datetime.now(UTC)

    with app_database.begin(sato) as connection, pytest.raises(NotFound):
        check_done(connection, care, 0, now)
    with app_database.begin(kanri) as connection:
        check_done(connection, care, 0, now)
        done = [one.done_at is not None for one in care_seen(connection, now)[0].checks]

    assert done == [True, False, False, False]


def test_telephony_learns_which_phones_rest_and_which_are_free_and_no_name(
    app_database: Database, worker_database: Database, people: People
) -> None:
    sato, _, kanri = (
        people("sato", phone=FIRST),
        people("ito", phone=SECOND),
        people("kanri", Role.SUPERVISOR),
    )
    with worker_database.begin() as connection:
        before = phones_at_rest(connection)
    asks(app_database, sato, kanri)
    with worker_database.begin() as connection:
        resting = phones_at_rest(connection)
        rows = connection.execute(text("SELECT * FROM rights.phones_at_rest()")).keys()
    with app_database.begin(sato) as connection:
        with_a_colleague = only_one_free(connection, [FIRST, SECOND])
        alone = only_one_free(connection, [FIRST, THIRD])
        end_rest(connection, sato.account, datetime.now(UTC))
    with worker_database.begin() as connection:
        after = phones_at_rest(connection)

    assert (before.resting, after.resting) == (frozenset(), frozenset())
    assert (resting.resting, resting.free) == ({FIRST}, {SECOND})
    assert list(rows) == ["phone", "rests", "free"]
    assert (with_a_colleague, alone) == (False, True)


def test_nobody_learns_who_is_free_without_resting_and_telephony_cannot_read_who_asked(
    app_database: Database, worker_database: Database, people: People
) -> None:
    sato, kanri = people("sato", phone=FIRST), people("kanri", Role.SUPERVISOR)
    asks(app_database, sato, kanri)

    with app_database.begin(kanri) as connection:
        assert not only_one_free(connection, [FIRST, SECOND])
    for database, who in ((worker_database, None), (app_database, kanri)):
        rows = text(
            "SELECT count(*) FROM care_requests" if who is None else "SELECT * FROM rights.phones_at_rest()"
        )
        with pytest.raises(Exception, match="permission denied"), database.begin(who) as connection:
            connection.execute(rows)


def test_the_worker_erases_what_is_past_its_time(
    app_database: Database, owner_database: Database, worker_database: Database, people: People
) -> None:
    sato = people("sato")
    for _ in range(2):
        asks(app_database, sato, None)
    with owner_database.begin() as connection:
        connection.execute(
            text(
                "UPDATE care_requests SET forget_at = :past WHERE id = (SELECT id FROM care_requests LIMIT 1)"
            ),
            {"past": datetime.now(UTC) - timedelta(minutes=1)},
        )

    OldTraces(worker_database, FakeClock(datetime.now(UTC))).run_once()

    assert len(sees(app_database, sato)) == 1


def test_no_row_of_care_names_a_call_and_no_call_names_care(owner_database: Database) -> None:
    """A case can be disclosed to a citizen: staff health must not be reachable from it (decision 0052)."""
    with owner_database.begin() as connection:
        columns = connection.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND (table_name LIKE 'care%' OR column_name LIKE '%care%')"
            )
        ).all()
        beside = connection.execute(
            text(
                "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
                " WHERE contype = 'f'"
                " AND (conrelid::regclass::text LIKE 'care%' OR confrelid::regclass::text LIKE 'care%')"
            )
        ).all()

    assert {row.table_name for row in columns} == {"care_requests", "care_checks"}
    assert not any("call" in row.column_name or "incident" in row.column_name for row in columns)
    assert {tuple(row) for row in beside} == {("care_requests", "accounts"), ("care_checks", "care_requests")}
