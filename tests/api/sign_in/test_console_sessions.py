"""How long somebody stays signed in, and at which telephone they sit meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.sessions import COOKIE
from core.actors import Role
from tests.at_the_door import sign_in
from tests.fakes.clock import FakeClock
from tests.office import Office

pytestmark = pytest.mark.real


def test_a_session_ends_when_nobody_uses_it(office: Office, app: FastAPI, clock: FakeClock) -> None:
    sessions = app.state.sessions
    cookie = sessions.open(office.account("sato", Role.OPERATOR))
    clock.go_on(timedelta(minutes=29))
    assert sessions.find(cookie) is not None
    clock.go_on(timedelta(minutes=29))
    assert sessions.find(cookie) is not None

    clock.go_on(timedelta(minutes=31))

    assert sessions.find(cookie) is None


def test_what_a_page_fetches_by_itself_keeps_nobody_signed_in(
    office: Office, app: FastAPI, browser: TestClient, clock: FakeClock
) -> None:
    cookie = app.state.sessions.open(office.account("sato", Role.OPERATOR))
    browser.cookies.set(COOKIE, cookie)
    for _ in range(3):
        clock.go_on(timedelta(minutes=9))
        assert browser.get("/live/calls", headers={"hx-request": "true"}).status_code == 200

    clock.go_on(timedelta(minutes=9))

    assert browser.get("/live/calls", headers={"hx-request": "true"}).status_code == 401


def test_a_session_ends_after_half_a_day_however_busy(office: Office, app: FastAPI, clock: FakeClock) -> None:
    sessions = app.state.sessions
    cookie = sessions.open(office.account("sato", Role.OPERATOR))
    for _ in range(12 * 3 - 1):
        clock.go_on(timedelta(minutes=20))
        assert sessions.find(cookie) is not None

    clock.go_on(timedelta(minutes=20))

    assert sessions.find(cookie) is None


def test_a_disabled_account_is_out_at_once(office: Office, app: FastAPI) -> None:
    account = office.account("sato", Role.OPERATOR)
    cookie = app.state.sessions.open(account)
    with office.parts.database.begin() as connection:
        connection.exec_driver_sql("UPDATE accounts SET disabled_at = now() WHERE id = %s", (account,))

    assert app.state.sessions.find(cookie) is None


def test_signing_out_ends_the_session_on_the_server(
    office: Office, app: FastAPI, browser: TestClient
) -> None:
    office.account("sato", Role.OPERATOR)
    sign_in(browser, "sato")
    cookie = browser.cookies[COOKIE]
    csrf = app.state.sessions.find(cookie).csrf

    browser.post("/sign-out", data={"csrf": csrf})

    assert app.state.sessions.find(cookie) is None


def test_the_cookie_itself_is_stored_nowhere(office: Office, app: FastAPI) -> None:
    cookie = app.state.sessions.open(office.account("sato", Role.OPERATOR))

    with office.parts.database.begin() as connection:
        row = connection.exec_driver_sql("SELECT id_hash::text || csrf FROM web_sessions").scalar_one()
    assert cookie not in row
    assert cookie.encode().hex() not in row


def test_one_sits_at_a_phone_of_the_own_department_only(
    office: Office, app: FastAPI, browser: TestClient
) -> None:
    office.account("sato", Role.OPERATOR)
    sign_in(browser, "sato")
    csrf = app.state.sessions.find(browser.cookies[COOKIE]).csrf
    page = browser.get("/phone").text
    assert "保険年金課 1番" in page
    assert "市民課 1番" not in page

    own = browser.post("/phone", data={"csrf": csrf, "phone": "hoken1"}, follow_redirects=False)
    other = browser.post("/phone", data={"csrf": csrf, "phone": "shimin1"}, follow_redirects=False)

    assert (own.status_code, other.status_code) == (303, 404)
    assert app.state.sessions.find(browser.cookies[COOKIE]).actor.phone == "hoken1"


def test_a_phone_has_one_person(office: Office, app: FastAPI) -> None:
    sessions = app.state.sessions
    first = sessions.open(office.account("sato", Role.OPERATOR))
    second = sessions.open(office.account("suzuki", Role.OPERATOR))

    sessions.sit_at(sessions.find(first), "hoken1")
    sessions.sit_at(sessions.find(second), "hoken1")

    assert sessions.find(first).actor.phone is None
    assert sessions.find(second).actor.phone == "hoken1"
