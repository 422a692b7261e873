"""How soon a call for help stands on a supervisor's screen: a real Chromium among many WebSocket clients.

The clock starts right before the row of the request is committed, as the telephone side commits it, and stops
when the button 「応援を引き受ける」 stands in the page and was painted (the page's own clock, same machine).
All clients are signed in to one console over TLS; every other client receives the same news.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import ssl
import statistics
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

import uvicorn
import websockets
from fastapi import FastAPI
from playwright.sync_api import sync_playwright
from sqlalchemy import text

from api.accounts import create_account
from api.app import create_app
from api.certificate import own_certificate
from api.parts import ConsoleParts
from api.server import console_server
from api.sessions import COOKIE
from bench.private_database import private_database
from core.actors import Role
from core.clock import SystemClock
from core.ids import DepartmentId
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

LIVE_CALLS = 30
DEPARTMENT = DepartmentId("hoken-nenkin")
LIMIT_SECONDS = 10.0

_CONNECTED, _HEARD, _LOST, _OVER = range(4)  # what the crowd counts, and whether it may go

_PROFILE = Path(__file__).parent.parent / "profiles" / "sakura.yaml"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=ja-JP"]
_WATCH = """() => {
  window.seen = {};
  const look = () => { for (const one of document.querySelectorAll("[data-help]")) {
    const name = one.dataset.help;
    if (!(name in window.seen) && one.querySelector("button.primary")) {
      window.seen[name] = 0;
      requestAnimationFrame(() => setTimeout(() => { window.seen[name] = Date.now(); }));
    } } };
  const calls = document.getElementById("live-calls");
  new MutationObserver(look).observe(calls, { childList: true, subtree: true });
}"""
_CALL = text("""
    INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase, notice,
                       arrived_at, answered_at, connected_at, operator_phone)
    VALUES (:id, 'kokuho', :department, 'shicho', 'public-body', 'withheld', 'application', 'talking',
            'pending', now(), now(), now(), 'hoken1')
""")
_ASK = text("""
    INSERT INTO help_requests (id, call_id, source, phone, asked_at)
    VALUES (:id, :call, 'phone', 'hoken1', now())
""")
_CLOSE = text("UPDATE help_requests SET closed_at = now() WHERE id = :id")


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Measure; see the module."""
    parser = ArgumentParser(prog="python -m bench help", description=__doc__)
    parser.add_argument("--clients", type=int, default=99, help="WebSocket clients beside the browser")
    parser.add_argument("--presses", type=int, default=100)
    options = parser.parse_args(list(arguments))
    with private_database() as cluster, tempfile.TemporaryDirectory() as folder:
        worker = Database(cluster.dsn("worker"))
        parts = _parts(Database(cluster.dsn("app")), cluster.dsn("app"))
        app = create_app(parts)
        certificate = own_certificate(Path(folder), SystemClock(), ("127.0.0.1",))
        port = _free_port()
        server = console_server(app, certificate, host="127.0.0.1", port=port)
        serving = threading.Thread(target=server.run, daemon=True)
        serving.start()
        _wait(lambda: server.started and app.state.feed.listening.is_set())
        try:
            return _measure(app, parts, worker, port, options.clients, options.presses)
        finally:
            _stop(server, serving)


def _measure(  # noqa: PLR0913, PLR0917  all that stands on the table
    app: FastAPI, parts: ConsoleParts, worker: Database, port: int, clients: int, presses: int
) -> dict[str, Any]:
    account = create_account(
        parts.database, parts.passwords, parts.clock, login="kanri", display_name="管理者",
        password=token_urlsafe(16), roles=(Role.SUPERVISOR,), departments=(DEPARTMENT,),
    )  # fmt: skip
    calls = [f"bench-{number}.0" for number in range(LIVE_CALLS)]
    with worker.begin() as connection:
        for call in calls:
            connection.execute(_CALL, {"id": call, "department": DEPARTMENT})
    cookies = [app.state.sessions.open(account) for _ in range(clients + 1)]
    crowd = _Crowd(port, cookies[1:])
    crowd.start()
    delays: list[float] = []
    load = os.getloadavg()[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        context = browser.new_context(ignore_https_errors=True, locale="ja-JP")
        context.add_cookies(
            [{"name": COOKIE, "value": cookies[0], "url": f"https://127.0.0.1:{port}", "secure": True}]
        )
        page = context.new_page()
        page.goto(f"https://127.0.0.1:{port}/live")
        _wait(lambda: page.evaluate("document.body.dataset.connection") == "ok")
        _wait(lambda: crowd.connected == clients, seconds=60.0)
        page.evaluate(_WATCH)
        for _ in range(presses):
            asked = uuid4()
            # Off the beat of anything that looks twice a second.
            time.sleep(0.6 + random.random() * 0.6)  # noqa: S311  no secret
            began = SystemClock().now().timestamp() * 1000
            with worker.begin() as connection:
                connection.execute(_ASK, {"id": asked, "call": random.choice(calls)})  # noqa: S311
            _wait(lambda name=str(asked): bool(page.evaluate("name => window.seen[name]", name)))
            delays.append(page.evaluate("name => window.seen[name]", str(asked)) - began)
            with worker.begin() as connection:
                connection.execute(_CLOSE, {"id": asked})
        browser.close()
    heard = crowd.heard
    crowd.stop()
    delays.sort()
    return {
        "presses": presses,
        "websocket_clients": clients + 1,
        "live_calls": LIVE_CALLS,
        "help_p50_ms": round(statistics.median(delays)),
        "help_p99_ms": round(delays[min(len(delays) - 1, int(len(delays) * 0.99))]),
        "help_max_ms": round(delays[-1]),
        "news_to_others": heard,
        "others_cut_off": crowd.lost,
        "load_before": round(load, 2),
    }


class _Crowd:
    """The others, in a process of their own: they hear everything and count it, and who was cut off."""

    def __init__(self, port: int, cookies: Sequence[str]) -> None:
        spawned = get_context("spawn")
        self._counts = spawned.Array("i", 4)
        self._process = spawned.Process(
            target=_listen_all, args=(port, tuple(cookies), self._counts), daemon=True
        )

    @property
    def connected(self) -> int:
        return self._counts[_CONNECTED]

    @property
    def heard(self) -> int:
        return self._counts[_HEARD]

    @property
    def lost(self) -> int:
        return self._counts[_LOST]

    def start(self) -> None:
        self._process.start()

    def stop(self) -> None:
        self._counts[_OVER] = 1
        self._process.join(10)


def _listen_all(port: int, cookies: Sequence[str], counts: SynchronizedArray[int]) -> None:
    async def listen(cookie: str) -> None:
        origin = f"https://127.0.0.1:{port}"
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        try:
            async with websockets.connect(
                f"wss://127.0.0.1:{port}/ws", ssl=trusting, origin=websockets.Origin(origin),
                additional_headers={"Cookie": f"{COOKIE}={cookie}"}, open_timeout=30,
            ) as line:  # fmt: skip
                counts[_CONNECTED] += 1
                while not counts[_OVER]:
                    try:
                        async with asyncio.timeout(1.0):
                            news = json.loads(await line.recv())
                        counts[_HEARD] += news["topic"] != "heartbeat"
                    except TimeoutError:
                        continue
        except (OSError, websockets.WebSocketException):
            counts[_LOST] += 1

    async def run() -> None:
        await asyncio.gather(*(listen(cookie) for cookie in cookies))

    asyncio.run(run())


def _parts(database: Database, dsn: str) -> ConsoleParts:
    keys = FixedKeys({"vault": b"v" * 32, "numbers": b"n" * 32, "number-hash": b"h" * 32})
    clock = SystemClock()
    return ConsoleParts(
        database=database,
        listen_dsn=dsn,
        vault=Vault(database=database, objects=ObjectStore.at("memory:///"), keys=keys, clock=clock),
        intake=Intake(ObjectStore.at("memory:///"), keys),
        bundles=BundleFiles(ObjectStore.at("memory:///")),
        numbers=CallerNumbers(keys),
        announcer=Announcer({}, {}),
        profile=load_profile(_PROFILE),
        clock=clock,
        settings=ConsoleSettings(),
        sign_in_key=b"k" * 32,
        webhook_key=b"w" * 32,
    )


def _wait(holds: Callable[[], bool], seconds: float = LIMIT_SECONDS) -> None:
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
        return probe.getsockname()[1]
