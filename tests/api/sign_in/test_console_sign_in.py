"""Who gets in, and what a stranger learns from being turned away: nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from pwdlib.hashers.argon2 import Argon2Hasher

from api.attempts import SignInLater
from api.letting_in import FORM_COOKIE
from api.passwords import Passwords, TooManySignIns
from api.routes.provider import AWAY_COOKIE
from api.sessions import COOKIE
from api.sign_in import SignInRefused
from api.sign_in_steps import STEP_COOKIE
from core.actors import Role
from tests.at_the_door import sign_in
from tests.fakes.clock import FakeClock
from tests.office import PASSWORD, Office

pytestmark = pytest.mark.real
CHEAP = Argon2Hasher(memory_cost=64, time_cost=1, parallelism=1)


def words_of(answer: Response) -> str:
    return re.sub(r'value="[^"]*"', "", answer.text)


def test_a_person_with_the_right_password_is_let_in(office: Office, browser: TestClient) -> None:
    office.account("sato", Role.OPERATOR)

    answer = sign_in(browser, "sato")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/phone")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(COOKIE + "="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    # By its name alone a browser takes such a cookie from nobody but this very host, over HTTPS.
    for name in (COOKIE, FORM_COOKIE, STEP_COOKIE, AWAY_COOKIE):
        assert name.startswith("__Host-"), name


def test_unknown_wrong_and_disabled_sound_the_same(office: Office, browser: TestClient) -> None:
    office.account("sato", Role.OPERATOR)
    gone = office.account("gone", Role.OPERATOR)
    with office.parts.database.begin() as connection:
        connection.exec_driver_sql("UPDATE accounts SET disabled_at = now() WHERE id = %s", (gone,))

    answers = [
        sign_in(browser, "sato", password="wrong"),
        sign_in(browser, "nobody"),
        sign_in(browser, "gone"),
    ]

    assert [one.status_code for one in answers] == [401, 401, 401]
    assert len({words_of(one) for one in answers}) == 1


def test_a_planted_session_is_worth_nothing_after_sign_in(office: Office, browser: TestClient) -> None:
    office.account("sato", Role.OPERATOR)
    browser.cookies.set(COOKIE, "planted-by-somebody-else", domain="testserver.local")

    answer = sign_in(browser, "sato")

    assert answer.status_code == 303
    stranger = TestClient(browser.app, base_url="https://testserver", headers={"accept": "text/html"})
    stranger.cookies.set(COOKIE, "planted-by-somebody-else")
    assert stranger.get("/live", follow_redirects=False).headers["location"] == "/sign-in?next=/live"


def test_signing_in_again_ends_the_session_before(office: Office, app: FastAPI, browser: TestClient) -> None:
    office.account("sato", Role.OPERATOR)
    sign_in(browser, "sato")
    before = browser.cookies[COOKIE]

    sign_in(browser, "sato")

    assert browser.cookies[COOKIE] != before
    assert app.state.sessions.find(before) is None


def test_a_sign_in_form_of_another_site_is_refused(office: Office, browser: TestClient) -> None:
    office.account("sato", Role.OPERATOR)

    answer = sign_in(browser, "sato", csrf="guessed")

    assert answer.status_code == 403
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_to_another_site_after_sign_in(
    office: Office, browser: TestClient, elsewhere: str
) -> None:
    office.account("kanri", Role.ADMINISTRATOR, departments=())

    answer = sign_in(browser, "kanri", next=elsewhere)

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("login", ["", "a\0b", "x" * 5000, "'; DROP TABLE accounts; --", "佐藤", "\x1b[31m"])
def test_strange_names_are_turned_away_politely(browser: TestClient, login: str) -> None:
    assert sign_in(browser, login).status_code == 401


def test_after_five_wrong_tries_one_waits_and_the_right_person_elsewhere_does_not(
    office: Office, app: FastAPI, clock: FakeClock
) -> None:
    office.account("sato", Role.OPERATOR)
    prove = app.state.sign_in.prove
    for _ in range(5):
        with pytest.raises(SignInRefused):
            prove("sato", "wrong", "10.0.0.9")

    with pytest.raises(SignInLater):
        prove("sato", PASSWORD, "10.0.0.9")
    assert prove("sato", PASSWORD, "10.0.0.1")


def test_the_wait_ends_and_nobody_is_locked_out_for_ever(
    office: Office, app: FastAPI, clock: FakeClock
) -> None:
    account = office.account("sato", Role.OPERATOR)
    prove = app.state.sign_in.prove
    waits: list[int] = []
    for _ in range(200):
        try:
            prove("sato", "wrong", "10.0.0.9")
        except SignInRefused:
            continue
        except SignInLater as later:
            waits.append(later.seconds)
            clock.go_on(timedelta(seconds=later.seconds + 1))
        if len(waits) == 9:
            break

    assert waits[0] == 5
    assert max(waits) <= 300
    assert prove("sato", PASSWORD, "10.0.0.9") == account


def test_tried_names_are_not_readable_in_the_table(office: Office, browser: TestClient) -> None:
    sign_in(browser, "himitsu")

    with office.parts.database.begin() as connection:
        rows = connection.exec_driver_sql("SELECT login_key FROM sign_in_attempts").scalars().all()
    assert len(rows) == 2
    assert all(len(row) == 32 and b"himitsu" not in bytes(row) for row in rows)


def test_a_burst_of_sign_ins_waits_its_turn_or_is_told_to() -> None:
    nobody_at_once = Passwords(CHEAP, at_once=0, patience_seconds=0.05)
    two_at_once = Passwords(CHEAP)

    with pytest.raises(TooManySignIns):
        nobody_at_once.matches("x", None)
    assert two_at_once.matches("x", two_at_once.hash("x"))
    assert not two_at_once.matches("y", two_at_once.hash("x"))
