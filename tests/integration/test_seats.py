"""Who sits at which phone is kept with its times, however somebody comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.sessions import Session, Sessions
from core.actors import Role
from core.clock import SystemClock
from core.ids import AccountId, PhoneId
from core.settings import ConsoleSettings
from storage.database import Database
from storage.seats import who_sat_through
from tests.fixtures_vault import TAX, WELFARE, actor

pytestmark = pytest.mark.real

PHONE = PhoneId("zeimu1")
SATO, SUZUKI = (actor(Role.OPERATOR).account for _ in range(2))


@pytest.fixture
def sessions(app_database: Database, owner_database: Database) -> Sessions:
    with owner_database.begin() as connection:
        for account, login in ((SATO, "sato"), (SUZUKI, "suzuki")):
            connection.execute(
                text(
                    "INSERT INTO accounts VALUES (:id, :login, '', '', '{operator}', '{zeimu}', NULL, now())"
                ),
                {"id": account, "login": login},
            )
    return Sessions(app_database, SystemClock(), ConsoleSettings())


@pytest.fixture
def arrive(sessions: Sessions) -> Callable[[AccountId], tuple[str, Session]]:
    def sign_in(account: AccountId) -> tuple[str, Session]:
        cookie = sessions.open(account)
        session = sessions.find(cookie)
        assert session is not None
        return cookie, session

    return sign_in


def seats(database: Database) -> list[tuple[AccountId, bool]]:
    """Whose seats there were, oldest first, and whether they sit there still."""
    with database.begin() as connection:
        found = connection.execute(
            text("SELECT account_id, sat_until > now() FROM phone_seats WHERE phone = 'zeimu1' ORDER BY id")
        )
        return [(account, still) for account, still in found]


def test_a_seat_lasts_from_sitting_down_until_signing_out(
    sessions: Sessions, arrive: Callable[[AccountId], tuple[str, Session]], worker_database: Database
) -> None:
    cookie, session = arrive(SATO)
    before = datetime.now(UTC)
    sessions.sit_at(session, PHONE)
    sitting = datetime.now(UTC)
    sessions.end(cookie)
    after = datetime.now(UTC)

    with worker_database.begin() as connection:
        assert who_sat_through(connection, PHONE, sitting, sitting) == SATO
        assert who_sat_through(connection, PHONE, before, sitting) is None
        assert who_sat_through(connection, PHONE, sitting, after) is None
        assert who_sat_through(connection, PhoneId("zeimu2"), sitting, sitting) is None
    assert seats(worker_database) == [(SATO, False)]


def test_who_takes_anothers_place_ends_that_seat_and_saying_the_same_again_ends_none(
    sessions: Sessions, arrive: Callable[[AccountId], tuple[str, Session]], worker_database: Database
) -> None:
    _, satos = arrive(SATO)
    _, suzukis = arrive(SUZUKI)
    sessions.sit_at(satos, PHONE)
    sessions.sit_at(satos, PHONE)
    alone = seats(worker_database)
    sessions.sit_at(suzukis, PHONE)
    taken = seats(worker_database)
    sessions.sit_at(suzukis, None)

    assert alone == [(SATO, True)]
    assert taken == [(SATO, False), (SUZUKI, True)]
    assert seats(worker_database) == [(SATO, False), (SUZUKI, False)]


def test_a_seat_lasts_as_long_as_its_session_and_a_session_that_ran_out_ended_it_then(
    sessions: Sessions,
    arrive: Callable[[AccountId], tuple[str, Session]],
    owner_database: Database,
    worker_database: Database,
) -> None:
    _, session = arrive(SATO)
    sessions.sit_at(session, PHONE)
    ran_out = datetime.now(UTC) + timedelta(minutes=90)

    def expires(moment: datetime) -> None:
        with owner_database.begin() as connection:
            connection.execute(text("UPDATE web_sessions SET expires_at = :moment"), {"moment": moment})

    expires(ran_out)  # somebody was active
    with worker_database.begin() as connection:
        later = ran_out - timedelta(seconds=1)
        assert who_sat_through(connection, PHONE, later, later) == SATO
        assert who_sat_through(connection, PHONE, later, ran_out) is None
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    expires(long_ago)
    arrive(SUZUKI)  # and with that, sessions that ran out are cleared away

    with worker_database.begin() as connection:
        ended = connection.execute(text("SELECT sat_until FROM phone_seats")).scalar_one()
    assert ended == long_ago


def test_nobody_can_write_a_seat_that_nobody_sat_on_or_take_one_of_these_days_away(
    sessions: Sessions,
    arrive: Callable[[AccountId], tuple[str, Session]],
    app_database: Database,
    worker_database: Database,
) -> None:
    boss = actor(Role.ADMINISTRATOR, Role.SUPERVISOR)
    sessions.sit_at(arrive(SATO)[1], PHONE)
    for database in (app_database, worker_database):
        for forged in (
            "INSERT INTO phone_seats VALUES (DEFAULT, 'zeimu1', :id, 'x', now(), now())",
            "UPDATE phone_seats SET sat_from = '2000-01-01Z'",
        ):
            with pytest.raises(DBAPIError), database.begin(boss) as connection:
                connection.execute(text(forged), {"id": SATO})
    with pytest.raises(DBAPIError), app_database.begin(boss) as connection:
        connection.execute(text("DELETE FROM phone_seats"))
    with worker_database.begin() as connection:
        assert connection.execute(text("DELETE FROM phone_seats")).rowcount == 0


def test_seats_are_seen_by_who_sat_by_the_supervisor_and_by_administrators(
    sessions: Sessions, arrive: Callable[[AccountId], tuple[str, Session]], app_database: Database
) -> None:
    _, session = arrive(SATO)
    sessions.sit_at(session, PHONE)

    for who, number in (
        (session.actor, 1),
        (actor(Role.OPERATOR), 0),
        (actor(Role.SUPERVISOR, departments=frozenset({TAX})), 1),
        (actor(Role.SUPERVISOR, departments=frozenset({WELFARE})), 0),
        (actor(Role.ADMINISTRATOR), 1),
        (None, 0),
    ):
        with app_database.begin(who) as connection:
            assert connection.execute(text("SELECT count(*) FROM phone_seats")).scalar_one() == number
