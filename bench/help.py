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
import ssl
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.sharedctypes import SynchronizedArray
from typing import Any
from uuid import uuid4

import websockets
from sqlalchemy import text

from api.sessions import COOKIE
from bench.console import DEPARTMENT, BenchConsole, running_console, wait_until
from core.actors import Role
from core.clock import SystemClock

LIVE_CALLS = 30

_CONNECTED, _HEARD, _LOST, _OVER = range(4)  # what the crowd counts, and whether it may go

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
    with running_console() as console:
        return _measure(console, options.clients, options.presses)


def _measure(console: BenchConsole, clients: int, presses: int) -> dict[str, Any]:
    account = console.account("kanri", Role.SUPERVISOR)
    calls = [f"bench-{number}.0" for number in range(LIVE_CALLS)]
    worker = console.worker
    with worker.begin() as connection:
        for call in calls:
            connection.execute(_CALL, {"id": call, "department": DEPARTMENT})
    cookies = [console.session(account) for _ in range(clients + 1)]
    crowd = _Crowd(console.port, cookies[1:])
    crowd.start()
    delays: list[float] = []
    load = os.getloadavg()[0]
    with console.browser(cookies[0]) as page:
        page.goto(f"{console.url}/live")
        wait_until(lambda: page.evaluate("document.body.dataset.connection") == "ok")
        wait_until(lambda: crowd.connected == clients, seconds=60.0)
        page.evaluate(_WATCH)
        for _ in range(presses):
            asked = uuid4()
            # Off the beat of anything that looks twice a second.
            time.sleep(0.6 + random.random() * 0.6)  # noqa: S311  no secret
            began = SystemClock().now().timestamp() * 1000
            with worker.begin() as connection:
                connection.execute(_ASK, {"id": asked, "call": random.choice(calls)})  # noqa: S311
            wait_until(lambda name=str(asked): bool(page.evaluate("name => window.seen[name]", name)))
            delays.append(page.evaluate("name => window.seen[name]", str(asked)) - began)
            with worker.begin() as connection:
                connection.execute(_CLOSE, {"id": asked})
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
