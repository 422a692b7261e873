"""A console whose people sign in through a provider, and the provider's stand-in."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from core.actors import Role
from core.ids import DepartmentId
from core.profile.sign_in import GroupRights, SignInRules
from core.settings import ProviderSettings

if TYPE_CHECKING:
    from tests.fakes.provider import StandIn
    from tests.office import Office

HOKEN = DepartmentId("hoken-nenkin")
RULES = SignInRules(
    second_factor=(Role.ADMINISTRATOR,),
    groups=(
        GroupRights(group="kokuho-uketsuke", roles=(Role.OPERATOR,), departments=(HOKEN,)),
        GroupRights(group="kokuho-kanri", roles=(Role.SUPERVISOR,), departments=(HOKEN,)),
    ),
)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """A provider."""
    from tests.fakes.provider import provider_that_runs

    with provider_that_runs() as running:
        yield running


@pytest.fixture
def app_with_provider(office: Office, stand_in: StandIn) -> Generator[FastAPI]:
    """A console that knows the provider."""
    settings = ProviderSettings(
        issuer=stand_in.issuer, client_id="tsuwaroku", client_secret=SecretStr("hush"),
        address="https://testserver",
    )  # fmt: skip
    profile = office.parts.profile.model_copy(update={"sign_in": RULES})
    app = create_app(replace(office.parts, provider=settings, profile=profile))
    with TestClient(app, base_url="https://testserver"):
        yield app


def browser_of(app: FastAPI) -> TestClient:
    """A browser."""
    return TestClient(app, base_url="https://testserver", headers={"accept": "text/html"})


def leave(browser: TestClient, wanted: str = "/calls") -> str:
    """Press the button; returns the provider's address."""
    answer = browser.get(f"/sign-in/provider?next={wanted}", follow_redirects=False)
    assert answer.status_code == 303, answer.text[:300]
    return answer.headers["location"]
