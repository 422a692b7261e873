"""A console of a measurement's own, over HTTPS, with a database of its own; and Chromium in front of it."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, sync_playwright

from api.accounts import create_account
from api.app import create_app
from api.certificate import own_certificate
from api.parts import ConsoleParts
from api.server import console_server
from api.sessions import COOKIE
from bench.private_database import private_database
from core.actors import Role
from core.clock import SystemClock
from core.ids import AccountId, DepartmentId
from core.profile.loading import load_profile
from core.settings import ConsoleSettings
from storage.bundle_files import BundleFiles
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from storage.intake import Intake
from storage.jobs import Announcer
from storage.keys import FixedKeys
from storage.objects import ObjectStore
from storage.vault import Vault

DEPARTMENT = DepartmentId("hoken-nenkin")
LIMIT_SECONDS = 10.0
_PROFILE = Path(__file__).parent.parent / "profiles" / "sakura.yaml"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=ja-JP"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchConsole:
    """A console that runs, and the worker's side of its database and vault."""

    app: FastAPI
    parts: ConsoleParts
    worker: Database
    vault: Vault
    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://127.0.0.1:{self.port}"

    def account(self, login: str, role: Role) -> AccountId:
        """Make an account of the department."""
        parts = self.parts
        return create_account(
            parts.database, parts.passwords, parts.clock, login=login, display_name=login,
            password=token_urlsafe(16), roles=(role,), departments=(DEPARTMENT,),
        )  # fmt: skip

    def session(self, account: AccountId) -> str:
        """Sign somebody in; returns the cookie."""
        cookie: str = self.app.state.sessions.open(account)
        return cookie

    @contextmanager
    def browser(self, cookie: str) -> Generator[Page]:
        """Give a page of a real Chromium that is signed in."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
            context = browser.new_context(ignore_https_errors=True, locale="ja-JP")
            context.add_cookies([{"name": COOKIE, "value": cookie, "url": self.url, "secure": True}])
            try:
                yield context.new_page()
            finally:
                browser.close()


@contextmanager
def running_console() -> Generator[BenchConsole]:
    """Start a console with an empty database; both are gone afterwards."""
    with private_database() as cluster, tempfile.TemporaryDirectory() as folder:
        worker, app_side = Database(cluster.dsn("worker")), Database(cluster.dsn("app"))
        keys = FixedKeys({"vault": b"v" * 32, "numbers": b"n" * 32, "number-hash": b"h" * 32})
        objects, clock = ObjectStore.at("memory:///"), SystemClock()
        parts = ConsoleParts(
            database=app_side, listen_dsn=cluster.dsn("app"),
            vault=Vault(database=app_side, objects=objects, keys=keys, clock=clock),
            intake=Intake(objects, keys), bundles=BundleFiles(objects), numbers=CallerNumbers(keys),
            announcer=Announcer({}, {}), profile=load_profile(_PROFILE), clock=clock,
            settings=ConsoleSettings(), sign_in_key=b"k" * 32, webhook_key=b"w" * 32,
        )  # fmt: skip
        app = create_app(parts)
        port = _free_port()
        certificate = own_certificate(Path(folder), clock, ("127.0.0.1",))
        server = console_server(app, certificate, host="127.0.0.1", port=port)
        serving = threading.Thread(target=server.run, daemon=True)
        serving.start()
        wait_until(lambda: server.started and app.state.feed.listening.is_set())
        vault = Vault(database=worker, objects=objects, keys=keys, clock=clock)
        try:
            yield BenchConsole(app=app, parts=parts, worker=worker, vault=vault, port=port)
        finally:
            _stop(server, serving)


def wait_until(holds: Callable[[], bool], seconds: float = LIMIT_SECONDS) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it did not in so many seconds
    """
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


def _stop(server: uvicorn.Server, serving: threading.Thread) -> None:
    server.should_exit = True
    serving.join(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
