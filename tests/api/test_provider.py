"""Signing in through the city's own provider: who gets in, with which rights, and while it is away.

Against a stand-in (tests/fakes/provider.py) over real HTTP, not a certified provider.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.accounts import list_accounts
from api.app import create_app
from api.sessions import COOKIE
from core.actors import Role
from core.settings import ProviderSettings
from tests.fakes.provider import StandIn
from tests.fixtures_provider import HOKEN, RULES, browser_of, leave
from tests.office import Office

pytestmark = [
    pytest.mark.real,
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),  # of the stand-in
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]


def test_a_person_of_a_group_gets_an_account_with_that_group_s_rights(
    office: Office, app_with_provider: FastAPI, stand_in: StandIn
) -> None:
    browser = browser_of(app_with_provider)

    answer = browser.get(stand_in.visit(leave(browser), "sato-42"), follow_redirects=False)

    assert answer.headers["location"] == "/phone?next=/calls"
    session = app_with_provider.state.sessions.find(browser.cookies[COOKIE])
    assert session.display_name == "佐藤 花子"
    assert session.actor.roles == {Role.OPERATOR}
    assert session.actor.departments == {HOKEN}


def test_the_same_person_comes_back_to_the_same_account_with_today_s_rights(
    app_with_provider: FastAPI, stand_in: StandIn
) -> None:
    browser = browser_of(app_with_provider)
    browser.get(stand_in.visit(leave(browser), "sato-42"))
    first = app_with_provider.state.sessions.find(browser.cookies[COOKIE]).actor
    stand_in.people["sato-42"].claims["groups"] = ["kokuho-kanri"]

    second_browser = browser_of(app_with_provider)
    second_browser.get(stand_in.visit(leave(second_browser), "sato-42"))
    second = app_with_provider.state.sessions.find(second_browser.cookies[COOKIE]).actor

    assert second.account == first.account
    assert (first.roles, second.roles) == ({Role.OPERATOR}, {Role.SUPERVISOR})


def test_people_of_the_provider_set_nothing_up_here(
    office: Office, app_with_provider: FastAPI, stand_in: StandIn
) -> None:
    browser = browser_of(app_with_provider)
    browser.get(stand_in.visit(leave(browser), "sato-42"))

    assert "共通ログインの側で設定してください" in browser.get("/account").text
    assert browser.get("/account/second-factor", follow_redirects=False).status_code == 303


def test_a_person_without_a_group_and_a_disabled_one_stay_outside(
    office: Office, app_with_provider: FastAPI, stand_in: StandIn
) -> None:
    stranger, sato = browser_of(app_with_provider), browser_of(app_with_provider)
    outside = stranger.get(stand_in.visit(leave(stranger), "yoso-1"), follow_redirects=False)
    sato.get(stand_in.visit(leave(sato), "sato-42"))
    with office.parts.database.begin() as connection:
        assert [one.display_name for one in list_accounts(connection)] == ["佐藤 花子"]
        connection.exec_driver_sql("UPDATE accounts SET disabled_at = now()")

    gone = sato.get(stand_in.visit(leave(sato), "sato-42"), follow_redirects=False)

    assert (outside.status_code, gone.status_code) == (401, 401)
    assert "ログインできませんでした" in outside.text
    assert COOKIE not in stranger.cookies


def test_a_local_account_of_the_same_name_is_never_taken_over(
    office: Office, app_with_provider: FastAPI, stand_in: StandIn
) -> None:
    local = office.account("sato-42", Role.ADMINISTRATOR, departments=())
    browser = browser_of(app_with_provider)

    browser.get(stand_in.visit(leave(browser), "sato-42"))

    session = app_with_provider.state.sessions.find(browser.cookies[COOKIE])
    assert session.actor.account != local
    assert session.actor.roles == {Role.OPERATOR}


def test_what_is_asked_of_the_provider_holds_pkce_state_nonce_and_our_own_address(
    app_with_provider: FastAPI,
) -> None:
    browser = browser_of(app_with_provider)
    answer = browser.get("/sign-in/provider", headers={"host": "evil.example"}, follow_redirects=False)

    asked = {name: one[0] for name, one in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "https://testserver/sign-in/provider/back"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert "code_verifier" not in asked


def test_a_local_account_goes_in_while_the_provider_is_away(office: Office) -> None:
    settings = ProviderSettings(
        issuer="http://localhost:9", client_id="x", client_secret=SecretStr("x"), address="https://testserver"
    )
    profile = office.parts.profile.model_copy(update={"sign_in": RULES})
    app = create_app(replace(office.parts, provider=settings, profile=profile))
    browser = browser_of(app)

    answer = browser.get("/sign-in/provider", follow_redirects=False)

    assert answer.status_code == 503
    assert "パスワードでログインできます" in answer.text
    assert 'name="password"' in answer.text


def test_without_a_provider_there_is_no_button_and_no_way(office: Office) -> None:
    browser = browser_of(create_app(office.parts))

    assert "/sign-in/provider" not in browser.get("/sign-in").text
    assert browser.get("/sign-in/provider").status_code == 404
    assert browser.get("/sign-in/provider/back?code=x&state=x").status_code == 404
