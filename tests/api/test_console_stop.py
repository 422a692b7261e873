"""The console ends when it is asked to, whatever the browsers do."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Generator
from contextlib import suppress
from threading import Thread
from time import monotonic, sleep

import pytest
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from api.certificate import Certificate
from api.server import SECONDS_TO_LEAVE, console_server
from tests.fixtures_console import free_port

LIMIT = SECONDS_TO_LEAVE + 2.0


class Served:
    """A tiny application behind the console's own server."""

    def __init__(self, certificate: Certificate) -> None:
        app = FastAPI()

        @app.websocket("/ws")
        async def listen(page: WebSocket) -> None:
            await page.accept()
            with suppress(WebSocketDisconnect):
                await page.receive_text()

        self.port = free_port()
        self.server = console_server(app, certificate, host="127.0.0.1", port=self.port)
        self.thread = Thread(target=self.server.run, name="served")
        self.thread.start()
        end = monotonic() + 10
        while not self.server.started:
            assert monotonic() < end
            sleep(0.01)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=5)

    def secured(self) -> ssl.SSLSocket:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(self.connect())

    def seconds_to_stop(self) -> float:
        """Ask it to stop, and say how long it took."""
        begun = monotonic()
        self.server.should_exit = True
        self.thread.join(timeout=2 * LIMIT)
        return monotonic() - begun


@pytest.fixture
def served(console_certificate: Certificate) -> Generator[Served]:
    one = Served(console_certificate)
    yield one
    one.seconds_to_stop()
    assert not one.thread.is_alive()


def test_a_browser_that_does_not_say_goodbye_holds_nothing_up(served: Served) -> None:
    with served.secured() as page:
        page.sendall(b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert page.recv(12) == b"HTTP/1.1 404"

        assert served.seconds_to_stop() < LIMIT


def test_a_live_page_that_does_not_answer_the_farewell_holds_nothing_up(served: Served) -> None:
    with served.secured() as page:
        page.sendall(
            b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert page.recv(12) == b"HTTP/1.1 101"

        assert served.seconds_to_stop() < LIMIT


# The connection ends with the process; Python warns that nobody closed it.
@pytest.mark.filterwarnings("ignore:unclosed transport:ResourceWarning")
def test_somebody_who_connects_and_says_nothing_holds_nothing_up(served: Served) -> None:
    with served.connect():
        assert served.seconds_to_stop() < LIMIT
