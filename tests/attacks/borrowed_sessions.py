"""Cookies that are nobody's, nobody's any more, or somebody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
from fastapi import Request

from api import access
from api import sessions as room
from api.deps import signed_in
from api.sessions import COOKIE, Session, Sessions, hash_of
from api.sign_in_steps import STEP_COOKIE, SignInSteps
from core.ids import AccountId
from tests.attacks.attack import Attack
from tests.attacks.switches import overridden, patched, sessions_of, wired, without

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

NOT_IN = "console.refused:not-signed-in"


def is_in(hall: AttackedHall, cookie: str | None) -> bool:
    return hall.browser(cookie).get("/account", follow_redirects=False).status_code == 200


def anybody(request: Request) -> Session:
    """Take whoever came first for whoever asks."""
    sessions: Sessions = request.app.state.sessions
    with sessions._database.begin() as connection:
        account = connection.exec_driver_sql(
            "SELECT id FROM accounts ORDER BY created_at LIMIT 1"
        ).scalar_one()
    found = sessions.find(sessions.open(AccountId(account)))
    assert found is not None
    return found


def signed_out(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    person = hall.arrive(account)
    cookie = person.client.cookies[COOKIE]
    person.post("/sign-out")
    return is_in(hall, cookie)


def idle(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    cookie = hall.app.state.sessions.open(account)
    hall.owned(
        "UPDATE web_sessions SET expires_at = :past WHERE id_hash = :id",
        past=hall.office.parts.clock.now() - timedelta(hours=1), id=hash_of(cookie),
    )  # fmt: skip
    return is_in(hall, cookie)


def disabled(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    cookie = hall.app.state.sessions.open(account)
    hall.owned("UPDATE accounts SET disabled_at = now() WHERE id = :id", id=account)
    return is_in(hall, cookie)


def of_a_contract_that_ended(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    cookie = hall.app.state.sessions.open(account)
    hall.owned("UPDATE accounts SET ends_at = now() - interval '1 minute' WHERE id = :id", id=account)
    return is_in(hall, cookie)


def stolen_table(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    cookie = hall.app.state.sessions.open(account)
    (stolen,) = hall.owned(
        "SELECT encode(id_hash, 'hex') FROM web_sessions WHERE account_id = :id", id=account
    )[0]
    assert stolen != cookie
    return is_in(hall, stolen)


def what_is_stored_is_the_cookie(cookie: str) -> bytes:
    return bytes.fromhex(cookie) if re.fullmatch("[0-9a-f]{64}", cookie) else hash_of(cookie)


def planted(hall: AttackedHall) -> bool:
    login, _ = hall.newcomer()
    name = f"planted-for-{login}"
    assert hall.sign_in(hall.browser(name), login).status_code == 303
    return is_in(hall, name)


class KeepsPlantedNames(Sessions):
    """A session goes on under the name that the browser came with."""

    def open(self, account: AccountId, *, instead_of: str | None = None) -> str:
        """Open one."""
        cookie = super().open(account, instead_of=instead_of)
        if instead_of is not None:
            with self._database.begin() as connection:
                connection.exec_driver_sql(
                    "UPDATE web_sessions SET id_hash = %s WHERE id_hash = %s",
                    (hash_of(instead_of), hash_of(cookie)),
                )
        return instead_of or cookie


def half_way(hall: AttackedHall) -> bool:
    login, account = hall.newcomer()
    phone = pyotp.TOTP(hall.app.state.factors.begin(account))
    assert hall.app.state.factors.confirm(account, phone.at(hall.office.parts.clock.now()))
    thief = hall.browser()
    hall.sign_in(thief, login)
    return is_in(hall, thief.cookies[STEP_COOKIE])


class HalfIsWhole(SignInSteps):
    """What is handed out half way in is a session."""

    def open(self, account: AccountId) -> str:
        """Open one."""
        return self.sessions.open(account)

    sessions: Sessions


def half_is_whole(hall: AttackedHall) -> SignInSteps:
    steps = HalfIsWhole(hall.office.parts.database, hall.office.parts.clock)
    steps.sessions = hall.app.state.sessions
    return steps


ATTACKS = (
    Attack(
        name="no cookie at all", guard=overridden(signed_in, anybody), told=NOT_IN,
        behind=(patched(access, "signed_in", anybody),),
        attempt=lambda hall: is_in(hall, None),
    ),
    Attack(
        name="the cookie of a session that was signed out", told=NOT_IN, attempt=signed_out,
        guard=patched(Sessions, "end", lambda *_: None),
    ),
    Attack(
        name="the cookie of a session that was left alone too long", told=NOT_IN, attempt=idle,
        guard=without(room, "_FIND", " AND s.expires_at > :now"),
    ),
    Attack(
        name="the cookie of somebody who may not sign in any more", told=NOT_IN, attempt=disabled,
        guard=without(room, "_FIND", " AND a.disabled_at IS NULL"),
    ),
    Attack(
        name="the cookie of contract staff whose contract is over", told=NOT_IN,
        guard=without(room, "_FIND", "AND (a.ends_at IS NULL OR a.ends_at > :now)"),
        attempt=of_a_contract_that_ended,
    ),
    Attack(
        name="a cookie forged out of a stolen table", told=NOT_IN, attempt=stolen_table,
        guard=patched(room, "hash_of", what_is_stored_is_the_cookie),
    ),
    Attack(
        name="a session planted in a browser before its person signs in", told=NOT_IN, attempt=planted,
        guard=wired(
            "a new name for each session", "sessions",
            lambda hall: sessions_of(hall, KeepsPlantedNames),
        ),
    ),
    Attack(
        name="half a sign-in taken for a whole one", told=NOT_IN, attempt=half_way,
        guard=wired("a table of its own for who is half way in", "steps", half_is_whole),
    ),
)  # fmt: skip
