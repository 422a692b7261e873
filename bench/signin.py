"""How long people wait who sign in all at once, and how long somebody waits who is at work meanwhile.

A whole console over HTTPS with a database of its own and the real cost of a password check. The people who
sign in and the one who works are threads of the same process, so their own work is in every figure.
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from re import findall
from typing import Any

import httpx2

from api.accounts import create_account
from api.app import create_app
from api.certificate import own_certificate
from api.parts import ConsoleParts
from api.passwords import Passwords
from api.server import console_server
from api.sessions import COOKIE
from bench.private_database import private_database
from core.actors import Role
from core.clock import SystemClock
from core.facts import Fact
from core.ids import AccountId
from core.profile.loading import load_profile
from core.settings import ConsoleSettings
from storage.bundle_files import BundleFiles
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from storage.intake import Intake
from storage.keys import FixedKeys
from storage.objects import ObjectStore
from storage.vault import Vault

PASSWORD = "an-invented-one-of-the-bench"  # noqa: S105  opens nothing but this measurement's own database
EVERY_SECONDS = 0.05


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Let somebody work alone, then beside people who sign in."""
    parser = ArgumentParser(prog="python -m bench signin", description=__doc__)
    parser.add_argument("--people", type=int, default=20, help="who sign in at once")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(list(arguments))
    load = round(os.getloadavg()[0], 2)
    with private_database() as cluster, tempfile.TemporaryDirectory() as folder:
        console = _Console(cluster.dsn("app"), Path(folder), options.people)
        try:
            quiet = console.worked(lambda: time.sleep(5.0))
            waited: list[tuple[float, int]] = []
            busy = console.worked(lambda: waited.extend(console.sign_all_in(options.rounds)))
        finally:
            console.stop()
    return {
        "load_average_before": load,
        "cores": os.cpu_count(),
        "people_at_once": options.people,
        "signed_in": sum(status == HTTPStatus.SEE_OTHER for _, status in waited),
        "turned_away": sum(status != HTTPStatus.SEE_OTHER for _, status in waited),
        "sign_in_p50_ms": _quantile([took for took, _ in waited], 0.5),
        "sign_in_p99_ms": _quantile([took for took, _ in waited], 0.99),
        "other_page_p50_ms_alone": _quantile(quiet, 0.5),
        "other_page_p99_ms_alone": _quantile(quiet, 0.99),
        "other_page_p50_ms_beside": _quantile(busy, 0.5),
        "other_page_p99_ms_beside": _quantile(busy, 0.99),
    }


def _quantile(found: list[float], share: float) -> float:
    return round(sorted(found)[min(len(found) - 1, int(share * len(found)))] * 1000, 1)


class _Nobody:
    """An announcer: nothing is announced here."""

    def announce(self, connection: Any, fact: Fact, *, priority: int = 0) -> None:  # noqa: ANN401
        """Forget it."""


class _Console:
    def __init__(self, dsn: str, folder: Path, people: int) -> None:
        clock, keys = (
            SystemClock(),
            FixedKeys({"vault": os.urandom(32), "numbers": os.urandom(32), "number-hash": os.urandom(32)}),
        )
        self._database = Database(dsn)
        parts = ConsoleParts(
            database=self._database,
            listen_dsn=dsn,
            vault=Vault(
                database=self._database, objects=ObjectStore.at("memory:///"), keys=keys, clock=clock
            ),
            intake=Intake(ObjectStore.at("memory:///"), keys),
            bundles=BundleFiles(ObjectStore.at("memory:///")),
            numbers=CallerNumbers(keys),
            announcer=_Nobody(),
            profile=load_profile(Path("profiles/sakura.yaml")),
            clock=clock,
            settings=ConsoleSettings(),
            sign_in_key=os.urandom(32),
            webhook_key=b"w" * 32,
            passwords=Passwords(),
        )
        self._people = people
        accounts = [self._account(parts, f"person{number}") for number in range(people + 1)]
        app = create_app(parts)
        self._cookie: str = app.state.sessions.open(accounts[-1])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        self._url = f"https://127.0.0.1:{port}"
        certificate = own_certificate(folder, clock, ("127.0.0.1",))
        self._server = console_server(app, certificate, host="127.0.0.1", port=port)
        self._thread = threading.Thread(target=self._server.run, name="console")
        self._thread.start()
        while not self._server.started:
            time.sleep(0.05)

    @staticmethod
    def _account(parts: ConsoleParts, login: str) -> AccountId:
        return create_account(
            parts.database, parts.passwords, parts.clock,
            login=login, display_name=login, password=PASSWORD, roles=[Role.ADMINISTRATOR], departments=[],
        )  # fmt: skip

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._database.close()

    def worked(self, meanwhile: Any) -> list[float]:  # noqa: ANN401  something that takes its time
        """Ask for a page again and again while something else goes on; returns how long each one took."""
        done, took = threading.Event(), list[float]()

        def work() -> None:
            with self._browser() as browser:
                browser.cookies.set(COOKIE, self._cookie, domain="127.0.0.1")
                while not done.is_set():
                    began = time.perf_counter()
                    browser.get("/account").raise_for_status()
                    took.append(time.perf_counter() - began)
                    done.wait(EVERY_SECONDS)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            meanwhile()
        finally:
            done.set()
            thread.join()
        return took

    def sign_all_in(self, rounds: int) -> list[tuple[float, int]]:
        """Let everybody press the button at once, so many times; returns seconds and status of each."""
        together = threading.Barrier(self._people)

        def sign_in(number: int) -> list[tuple[float, int]]:
            found: list[tuple[float, int]] = []
            for _ in range(rounds):
                with self._browser() as browser:
                    form = findall(r'name="csrf" value="([^"]+)"', browser.get("/sign-in").text)
                    fields = {"csrf": form[0], "login": f"person{number}", "password": PASSWORD}
                    together.wait()
                    began = time.perf_counter()
                    status = browser.post("/sign-in", data=fields).status_code
                    found.append((time.perf_counter() - began, status))
            return found

        with ThreadPoolExecutor(self._people) as pool:
            return [one for found in pool.map(sign_in, range(self._people)) for one in found]

    def _browser(self) -> httpx2.Client:
        return httpx2.Client(base_url=self._url, verify=False, timeout=60.0)  # our own certificate, just made
