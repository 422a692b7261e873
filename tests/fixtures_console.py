"""A town hall's console: in this process for visitors, or over HTTPS on a free port."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi.testclient import TestClient
from httpx2 import Response
from pwdlib.hashers.argon2 import Argon2Hasher

from api.app import create_app
from api.certificate import Certificate, own_certificate
from api.passwords import Passwords
from api.server import console_server
from api.sessions import COOKIE
from core.clock import SystemClock
from core.ids import AccountId
from core.profile.loading import load_profile
from core.profile.model import CityProfile
from storage.database import Database
from tests.office import Office, office_of
from tests.waiting import wait_until

if TYPE_CHECKING:  # pytest loads the rooms' fixtures itself, and wants to be the first to
    from tests.fixtures_postgres import DatabaseDsns


@pytest.fixture(scope="session")
def sakura_profile() -> CityProfile:
    """The profile of the invented city that ships with the program."""
    return load_profile(Path("profiles/sakura.yaml"))


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Password checks as in production, made cheap."""
    return Passwords(Argon2Hasher(memory_cost=64, time_cost=1, parallelism=1))


@pytest.fixture
def office(
    database_dsns: DatabaseDsns, app_database: Database, worker_database: Database,
    sakura_profile: CityProfile, passwords: Passwords,
) -> Office:  # fmt: skip
    """A town hall whose console is not started: for the application alone, or for ``console``."""
    return office_of(database_dsns, app_database, worker_database, sakura_profile, passwords)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is signed in, without a browser: the application answers in this process."""

    client: TestClient
    csrf: str

    def get(self, path: str, headers: dict[str, str] | None = None) -> Response:
        """Open a page."""
        return self.client.get(path, follow_redirects=False, headers=headers)

    def post(self, path: str, **fields: str) -> Response:
        """Send a form of the session's own."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, follow_redirects=False)


Arrive = Callable[[AccountId], Visitor]
"""Signs somebody in: what the fixture ``visitor`` gives."""
FACT_CHECK = {"purpose": "fact-check"}
"""The field of a form that opens something to find out whether what was reported is so."""


@pytest.fixture
def visitor(office: Office) -> Generator[Arrive]:
    """Sign somebody in: ``visitor(account)``. All visitors share one application."""
    app = create_app(office.parts)
    with ExitStack() as stack:
        stack.enter_context(TestClient(app, base_url="https://testserver"))

        def arrive(account: AccountId) -> Visitor:
            cookie = app.state.sessions.open(account)
            client = TestClient(app, base_url="https://testserver", headers={"accept": "text/html"})
            client.cookies.set(COOKIE, cookie)
            return Visitor(client=client, csrf=app.state.sessions.find(cookie).csrf)

        yield arrive


@dataclass(slots=True)
class Console:
    """A running console."""

    office: Office
    port: int
    certificate: Certificate
    server: uvicorn.Server | None = None
    thread: Thread | None = None

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve until ``stop``; ready when this returns."""
        app = create_app(self.office.parts)
        self.server = console_server(app, self.certificate, host="127.0.0.1", port=self.port)
        self.thread = Thread(target=self.server.run, name="console")
        self.thread.start()
        wait_until(
            lambda: self.server is not None and self.server.started and app.state.feed.listening.is_set()
        )

    def stop(self) -> None:
        """Stop and wait for the end."""
        if self.server is not None and self.thread is not None:
            self.server.should_exit = True
            self.thread.join(timeout=30)
            assert not self.thread.is_alive()
        self.server = self.thread = None


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def console_certificate() -> Iterator[Certificate]:
    """A certificate of our own."""
    with tempfile.TemporaryDirectory() as folder:
        yield own_certificate(Path(folder), SystemClock(), ("127.0.0.1",))


@pytest.fixture
def console(office: Office, console_certificate: Certificate) -> Generator[Console]:
    """The console of ``office``, over HTTPS on a free port."""
    running = Console(office=office, port=free_port(), certificate=console_certificate)
    running.start()
    yield running
    running.stop()
