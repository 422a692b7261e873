"""A page's WebSocket lasts as long as its session: the time for asking is over once it was asked."""

from __future__ import annotations

import ssl
from time import monotonic

import pytest
import websockets
from websockets.sync.client import connect

from api import prompt_http
from api.routes import live
from api.sessions import COOKIE, Sessions
from core.actors import Role
from tests.fixtures_console import Console

pytestmark = pytest.mark.real
LIMIT = 0.3


def test_a_page_that_only_listens_is_not_hung_up_on(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompt_http, "SECONDS_TO_ASK", LIMIT)
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", LIMIT)
    parts = console.office.parts
    kanri = console.office.account("kanri", Role.SUPERVISOR)
    cookie = Sessions(parts.database, parts.clock, parts.settings).open(kanri)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    began = monotonic()

    with connect(
        console.url.replace("https", "wss") + "/ws", ssl=trusting, origin=websockets.Origin(console.url),
        additional_headers={"Cookie": f"{COOKIE}={cookie}"},
    ) as line:  # fmt: skip
        heard = [line.recv(timeout=10) for _ in range(5)]

    assert heard == ['{"topic":"heartbeat","id":""}'] * 5
    assert monotonic() - began > 3 * LIMIT
