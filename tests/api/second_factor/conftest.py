"""A console that asks for a second factor, at a stopped clock."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.at_the_door import browser_at, strict_app
from tests.fakes.clock import FakeClock
from tests.office import Office


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def app(office: Office, clock: FakeClock) -> FastAPI:
    return strict_app(office, clock)


@pytest.fixture
def browser(app: FastAPI) -> Generator[TestClient]:
    with browser_at(app) as client:
        yield client
