"""Signing in as a browser does, in this process: name, password, a telephone's code, a page's own field."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pyotp
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.second_factors import SecondFactors
from core.actors import Role
from core.ids import AccountId
from core.profile.sign_in import SignInRules
from tests.fakes.clock import FakeClock
from tests.office import PASSWORD, Office

STRICT = SignInRules(second_factor=(Role.ADMINISTRATOR,))


def strict_app(office: Office, clock: FakeClock) -> FastAPI:
    """The console of a city that asks its administrators for a code."""
    profile = office.parts.profile.model_copy(update={"sign_in": STRICT})
    return create_app(replace(office.parts, clock=clock, profile=profile))


def browser_at(app: FastAPI) -> TestClient:
    """A browser; end it, or use it as a context."""
    return TestClient(app, base_url="https://testserver", headers={"accept": "text/html"})


def another(browser: TestClient) -> TestClient:
    """A browser elsewhere."""
    return TestClient(browser.app, base_url="https://testserver", headers={"accept": "text/html"})


def field(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text[:500]
    return html.unescape(found[1])


def sign_in(browser: TestClient, login: str, **fields: str) -> Response:
    form = browser.get("/sign-in")
    data = {"csrf": field(form, "csrf"), "login": login, "password": PASSWORD} | fields
    return browser.post("/sign-in", data=data, follow_redirects=False)


def send_code(browser: TestClient, code: str, page: str = "/sign-in/code", **fields: str) -> Response:
    form = browser.get("/sign-in/code") if page == "/sign-in/code" else None
    csrf = {"csrf": field(form, "csrf")} if form is not None else {}
    return browser.post(page, data=csrf | {"code": code} | fields, follow_redirects=False)


def telephone(app: FastAPI, account: AccountId, clock: FakeClock) -> tuple[pyotp.TOTP, list[str]]:
    """Set a telephone up for somebody; returns it with the recovery codes. Its last code is some time ago."""
    factors: SecondFactors = app.state.factors
    secret = factors.begin(account)
    assert secret is not None
    phone = pyotp.TOTP(secret)
    codes = factors.confirm(account, phone.at(clock.now()))
    assert codes is not None
    clock.go_on(timedelta(minutes=2))
    return phone, codes


def is_in(browser: TestClient) -> bool:
    return browser.get("/account", follow_redirects=False).status_code == 200
