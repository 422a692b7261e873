"""A call that goes on, and the console's role spoken to directly, past every page and rule of ours."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor
from storage.database import Database
from tests.fixtures_vault import TAX
from tests.row_steps import BOTH, MACHINE, PEOPLE, PROGRAM, SATO, SUZUKI, Do


@pytest.fixture
def act(worker_database: Database, owner_database: Database, app_database: Database) -> Do:
    """A call of Sato's that goes on, with everything that may hang on it; Suzuki sits at zeimu2."""
    with owner_database.begin() as connection:
        for login, one in PEOPLE.items():
            connection.execute(
                text("INSERT INTO accounts VALUES (:id, :login, :login, 'x', '{}', '{}', NULL, now())"),
                {"id": one.account, "login": login},
            )
        connection.execute(
            text(
                "INSERT INTO api_tokens VALUES (:id, 'p', 'h', '{calls,flag,help}', '{zeimu}', now(), :by,"
                " now() + interval '1 day', NULL, NULL)"
            ),
            {"id": PROGRAM.account, "by": MACHINE.account},
        )
        connection.execute(
            text(
                "INSERT INTO phone_seats (phone, account_id, session_hash, sat_from, sat_until) VALUES"
                " ('zeimu2', :id, 's', now() - interval '1 hour', now() + interval '1 hour')"
            ),
            {"id": SUZUKI.account},
        )
    with worker_database.begin() as connection:
        for call, operator in (("city-1.0", SATO), ("city-2.0", BOTH)):
            connection.execute(
                text(
                    "INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase,"
                    " arrived_at, operator_phone, operator_id) VALUES (:call, 'l', :d, 'a', 'public-body',"
                    " 'withheld', 'application', 'talking', now(), 'zeimu1', :o)"
                ),
                {"call": call, "d": TAX, "o": operator.account},
            )

    def done(who: Actor | None, statement: str, **values: object) -> int:
        account = who.account if who else uuid4()
        try:
            with app_database.begin(who) as connection:
                return connection.execute(text(statement), {"me": account} | values).rowcount
        except DBAPIError:
            return 0

    return done
