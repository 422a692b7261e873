"""A code beside the password: who needs one, who gets in with it, and what is worth nothing later."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.attempts import SignInLater
from api.second_factors import SecondFactors
from api.sessions import COOKIE
from api.sign_in_steps import STEP_COOKIE
from core.actors import Role
from storage.database import Database
from tests.at_the_door import field, is_in, send_code, sign_in, telephone
from tests.fakes.clock import FakeClock
from tests.office import PASSWORD, Office

pytestmark = pytest.mark.real


def test_the_password_alone_opens_nothing_and_the_code_lets_in(
    office: Office, app: FastAPI, browser: TestClient, clock: FakeClock
) -> None:
    phone, _ = telephone(app, office.account("sato", Role.OPERATOR), clock)

    halfway = sign_in(browser, "sato", next="/calls")

    assert halfway.headers["location"] == "/sign-in/code?next=/calls"
    assert COOKIE not in browser.cookies
    assert not is_in(browser)
    wrong = send_code(browser, "000000", next="/calls")
    assert (wrong.status_code, is_in(browser)) == (401, False)
    right = send_code(browser, phone.at(clock.now()), next="/calls")
    assert right.headers["location"] == "/phone?next=/calls"
    assert is_in(browser)
    assert STEP_COOKIE not in browser.cookies


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_telephone_may_be_half_a_minute_off_and_no_more(
    office: Office, app: FastAPI, clock: FakeClock, seconds: int, taken: bool
) -> None:
    account = office.account("sato", Role.OPERATOR)
    phone, _ = telephone(app, account, clock)

    assert app.state.factors.accept(account, phone.at(clock.now() + timedelta(seconds=seconds))) is taken


def test_a_code_is_taken_once_and_none_before_it(office: Office, app: FastAPI, clock: FakeClock) -> None:
    account = office.account("sato", Role.OPERATOR)
    phone, _ = telephone(app, account, clock)
    accept = app.state.factors.accept

    assert accept(account, phone.at(clock.now()))
    assert not accept(account, phone.at(clock.now()))
    assert not accept(account, phone.at(clock.now() - timedelta(seconds=30)))
    assert accept(account, phone.at(clock.now() + timedelta(seconds=30)))


def test_the_code_that_set_a_telephone_up_opens_nothing(
    office: Office, app: FastAPI, clock: FakeClock
) -> None:
    account = office.account("sato", Role.OPERATOR)
    factors: SecondFactors = app.state.factors
    phone = pyotp.TOTP(factors.begin(account) or "")
    code = phone.at(clock.now())
    assert factors.confirm(account, code)

    assert not factors.accept(account, code)


def test_one_person_s_code_is_nobody_else_s(office: Office, app: FastAPI, clock: FakeClock) -> None:
    sato, suzuki = office.account("sato", Role.OPERATOR), office.account("suzuki", Role.OPERATOR)
    phone, codes = telephone(app, sato, clock)
    telephone(app, suzuki, clock)

    assert not app.state.factors.accept(suzuki, phone.at(clock.now()))
    assert not app.state.factors.accept(suzuki, codes[0])


def test_guessing_codes_takes_years_and_the_person_waits_minutes_at_most(
    office: Office, app: FastAPI, clock: FakeClock
) -> None:
    account = office.account("sato", Role.OPERATOR)
    phone, _ = telephone(app, account, clock)
    started, tries, waits = clock.now(), 0, [0]
    while clock.now() - started < timedelta(days=1):
        try:
            assert not app.state.factors.accept(account, "12345x")
            tries += 1
        except SignInLater as later:
            waits.append(later.seconds)
            clock.go_on(timedelta(seconds=later.seconds + 1))

    # Three of a million codes are right at any time.
    assert tries * 3 / 1_000_000 < 0.002
    assert max(waits) <= 300
    clock.go_on(timedelta(minutes=5))
    assert app.state.factors.accept(account, phone.at(clock.now()))


def test_a_role_that_needs_a_second_factor_sets_one_up_before_anything_opens(
    office: Office, browser: TestClient, clock: FakeClock
) -> None:
    office.account("kikai", Role.ADMINISTRATOR, departments=())

    halfway = sign_in(browser, "kikai")
    page = browser.get(halfway.headers["location"])
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page.text)
    assert secret is not None
    assert not is_in(browser)
    csrf = field(page, "csrf")
    wrong = send_code(browser, "000000", "/sign-in/set-up", csrf=csrf)
    right = send_code(
        browser, pyotp.TOTP(secret[1].replace(" ", "")).at(clock.now()), "/sign-in/set-up", csrf=csrf
    )

    assert (wrong.status_code, right.status_code) == (401, 200)
    assert len(re.findall(r"<li><code>[a-z0-9]{5}-[a-z0-9]{5}</code>", right.text)) == 10
    assert is_in(browser)
    assert "二段階認証をやめる" not in browser.get("/account").text


def test_a_secret_that_was_shown_to_somebody_else_is_not_the_person_s(
    office: Office, app: FastAPI, clock: FakeClock
) -> None:
    """Whoever has the password and looks first must not hold the same secret as the person later."""
    account = office.account("sato", Role.OPERATOR)
    factors: SecondFactors = app.state.factors
    looked = factors.begin(account)

    shown = factors.begin(account)

    assert looked != shown
    assert factors.confirm(account, pyotp.TOTP(looked or "").at(clock.now())) is None
    assert factors.confirm(account, pyotp.TOTP(shown or "").at(clock.now()))
    assert factors.begin(account) is None
    assert factors.waiting(account) is None


def test_setting_up_at_a_desk_asks_for_the_password_again(
    office: Office, app: FastAPI, browser: TestClient, clock: FakeClock
) -> None:
    account = office.account("sato", Role.OPERATOR)
    sign_in(browser, "sato")
    page = browser.get("/account/second-factor")
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page.text)
    assert secret is not None
    code, csrf = pyotp.TOTP(secret[1].replace(" ", "")).at(clock.now()), field(page, "csrf")

    stranger = send_code(browser, code, "/account/second-factor", csrf=csrf, password="guess")
    assert stranger.status_code == 401
    assert app.state.factors.state_of(account).confirmed_at is None
    person = send_code(browser, code, "/account/second-factor", csrf=csrf, password=PASSWORD)

    assert person.status_code == 200
    assert app.state.factors.state_of(account).codes_left == 10


def test_secret_and_codes_stand_nowhere_as_they_are_and_are_nobody_else_s_to_read(
    office: Office, app: FastAPI, clock: FakeClock, owner_database: Database
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    phone, codes = telephone(app, sato, clock)

    with owner_database.begin() as connection:
        kept = connection.exec_driver_sql(
            "SELECT string_agg(encode(sealed, 'escape'), '')"
            " || (SELECT string_agg(encode(code_hash, 'escape'), '') FROM recovery_codes) FROM second_factors"
        ).scalar_one()
    assert phone.secret not in kept
    assert not any(one in kept or one.replace("-", "") in kept for one in codes)
    with office.parts.database.begin() as nobody:
        assert nobody.exec_driver_sql("SELECT count(*) FROM second_factors").scalar_one() == 0
        assert nobody.exec_driver_sql("SELECT count(*) FROM recovery_codes").scalar_one() == 0
