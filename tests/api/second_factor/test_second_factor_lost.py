"""Of a telephone that is lost or not wanted any more: recovery codes, an end everywhere, the last way in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.accounts import set_password
from core.actors import Role
from storage.key_files import keys_from_files
from tests.at_the_door import another, field, is_in, send_code, sign_in, telephone
from tests.fakes.clock import FakeClock
from tests.fixtures_postgres import DatabaseDsns
from tests.office import Office

pytestmark = pytest.mark.real
PROGRAM = Path(__file__).parents[3]


def test_a_recovery_code_lets_in_once_however_it_is_written(
    office: Office, app: FastAPI, browser: TestClient, clock: FakeClock
) -> None:
    account = office.account("sato", Role.OPERATOR)
    _, codes = telephone(app, account, clock)
    assert len(set(codes)) == 10

    sign_in(browser, "sato")
    assert send_code(browser, f" {codes[3].upper().replace('-', ' ')} ").status_code == 303
    assert is_in(browser)

    elsewhere = another(browser)
    sign_in(elsewhere, "sato")
    assert send_code(elsewhere, codes[3]).status_code == 401
    assert app.state.factors.state_of(account).codes_left == 9


def test_new_recovery_codes_end_the_ones_before(office: Office, app: FastAPI, clock: FakeClock) -> None:
    account = office.account("sato", Role.OPERATOR)
    _, before = telephone(app, account, clock)

    after = app.state.factors.renew_codes(account)

    assert not app.state.factors.accept(account, before[0])
    assert app.state.factors.accept(account, after[0])


def test_doing_without_asks_for_a_code_and_only_where_the_city_allows_it(
    office: Office, app: FastAPI, browser: TestClient, clock: FakeClock
) -> None:
    sato, kikai = office.account("sato", Role.OPERATOR), office.account("kikai", Role.ADMINISTRATOR)
    phones = {"sato": telephone(app, sato, clock)[0], "kikai": telephone(app, kikai, clock)[0]}
    answers: dict[str, list[int]] = {}
    for login, phone in phones.items():
        visitor = another(browser)
        sign_in(visitor, login)
        send_code(visitor, phone.at(clock.now()))
        csrf = field(visitor.get("/account"), "csrf")
        clock.go_on(timedelta(seconds=30))
        remove = "/account/second-factor/remove"
        answers[login] = [
            send_code(visitor, code, remove, csrf=csrf).status_code
            for code in ("000000", phone.at(clock.now()))
        ]

    assert answers == {"sato": [401, 303], "kikai": [403, 403]}
    assert app.state.factors.state_of(sato).confirmed_at is None
    assert app.state.factors.state_of(kikai).confirmed_at is not None


def test_signing_out_everywhere_ends_every_session_and_every_half_sign_in(
    office: Office, app: FastAPI, browser: TestClient, clock: FakeClock
) -> None:
    phone, codes = telephone(app, office.account("sato", Role.OPERATOR), clock)
    desk, elsewhere, halfway = another(browser), another(browser), another(browser)
    for place, code in ((desk, phone.at(clock.now())), (elsewhere, codes[0])):
        sign_in(place, "sato")
        send_code(place, code)
    sign_in(halfway, "sato")
    assert "いま2か所でログイン" in desk.get("/account").text

    csrf = field(desk.get("/account"), "csrf")
    desk.post("/account/sign-out-everywhere", data={"csrf": csrf})

    assert not is_in(desk)
    assert not is_in(elsewhere)
    assert halfway.get("/sign-in/code", follow_redirects=False).headers["location"] == "/sign-in"


def test_halfway_ends_after_ten_minutes_and_with_the_password(
    office: Office, app: FastAPI, browser: TestClient, clock: FakeClock
) -> None:
    telephone(app, office.account("sato", Role.OPERATOR), clock)
    late, renewed = another(browser), another(browser)
    sign_in(late, "sato")
    clock.go_on(timedelta(minutes=10))
    assert late.get("/sign-in/code", follow_redirects=False).status_code == 303

    sign_in(renewed, "sato")
    assert renewed.get("/sign-in/code", follow_redirects=False).status_code == 200
    set_password(office.parts.database, office.parts.passwords, "sato", "a-quite-new-password")

    assert renewed.get("/sign-in/code", follow_redirects=False).status_code == 303


class Forgotten(NamedTuple):
    """What the command said, how it ended, and the events that it logged."""

    told: str
    status: int
    events: list[str]


@pytest.fixture
def forget(database_dsns: DatabaseDsns, tmp_path: Path) -> Callable[[str], Forgotten]:
    """The command for whoever has neither telephone nor codes, as a person types it."""
    keys_from_files(tmp_path / "keys", create=True)
    environment = {
        "PATH": os.environ["PATH"],
        "TSUWAROKU_HOME": str(tmp_path),
        "TSUWAROKU_DATABASE__OWNER_DSN": database_dsns.owner,
        "TSUWAROKU_DATABASE__APP_DSN": database_dsns.app,
        "TSUWAROKU_DATABASE__WORKER_DSN": database_dsns.worker,
    }

    def typed(login: str) -> Forgotten:
        done = subprocess.run(
            [sys.executable, "-m", "runtime", "account", "forget-second-factor", login],
            env=environment, cwd=PROGRAM, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
        events = [one["event"] for one in lines if one["process"] == "account"]
        return Forgotten(done.stdout + done.stderr, done.returncode, events)

    return typed


def test_whoever_lost_telephone_and_codes_is_let_go_of_them_and_sets_up_anew(
    office: Office, app: FastAPI, browser: TestClient, clock: FakeClock, forget: Callable[[str], Forgotten]
) -> None:
    account = office.account("kikai", Role.ADMINISTRATOR, departments=())
    lost, codes = telephone(app, account, clock)
    stolen = another(browser)
    sign_in(stolen, "kikai")
    send_code(stolen, lost.at(clock.now()))
    assert is_in(stolen)

    done = forget("kikai")

    assert (done.status, done.events) == (0, ["second_factor.forgotten"])
    assert "利用者 kikai の二段階認証を解きました。本人に会って確かめて" in done.told
    assert lost.secret not in done.told
    assert not is_in(stolen), "whoever found the telephone is out at once"
    assert app.state.factors.state_of(account).codes_left == 0
    # The password alone opens nothing: this role must have a second factor, and sets up another one first.
    halfway = sign_in(browser, "kikai")
    page = browser.get(halfway.headers["location"])
    assert not is_in(browser)
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page.text)
    assert secret is not None
    anew = pyotp.TOTP(secret[1].replace(" ", ""))
    assert anew.secret != lost.secret
    old = send_code(browser, codes[0], "/sign-in/set-up", csrf=field(page, "csrf"))
    new = send_code(browser, anew.at(clock.now()), "/sign-in/set-up", csrf=field(page, "csrf"))
    assert (old.status_code, new.status_code, is_in(browser)) == (401, 200, True)


def test_forgetting_tells_who_has_no_second_factor_and_who_is_nobody(
    office: Office, forget: Callable[[str], Forgotten]
) -> None:
    office.account("sato", Role.OPERATOR)

    none, nobody = forget("sato"), forget("suzuki")

    assert (none.status, none.events) == (0, [])
    assert "利用者 sato は二段階認証を使っていません。" in none.told
    assert (nobody.status, nobody.events) == (1, [])
    assert "Traceback" not in nobody.told


def test_an_operator_who_need_not_have_one_is_let_in_by_the_password_after_it(
    office: Office, app: FastAPI, browser: TestClient, clock: FakeClock, forget: Callable[[str], Forgotten]
) -> None:
    telephone(app, office.account("sato", Role.OPERATOR), clock)

    forget("sato")

    sign_in(browser, "sato")
    assert is_in(browser)
