"""A console at a stopped clock, and a browser before its sign-in page."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from tests.fakes.clock import FakeClock
from tests.office import Office


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def app(office: Office, clock: FakeClock) -> FastAPI:
    return create_app(replace(office.parts, clock=clock))


@pytest.fixture
def browser(app: FastAPI) -> Generator[TestClient]:
    with TestClient(app, base_url="https://testserver", headers={"accept": "text/html"}) as client:
        yield client
