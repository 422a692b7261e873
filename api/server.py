"""Runs the console: HTTPS, one process, gone within three seconds of being asked.

No access log is written: addresses and query strings are nobody's business. The access log of the vault says
who opened what.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from api.certificate import Certificate
from api.prompt_http import PromptHttp

SECONDS_TO_LEAVE = 3
SECONDS_TO_GREET = 10.0
SECONDS_TO_PART = 1.0


class PatientWebSocket(WebSocketsSansIOProtocol):
    """The server's WebSocket; a page that is leaving at the very moment of the shutdown does not break it."""

    def shutdown(self) -> None:
        """Say goodbye, or let go if the page said it first."""
        try:
            super().shutdown()
        except InvalidState:
            self.transport.close()


class ConsoleLoop(asyncio.SelectorEventLoop):
    """An event loop that waits for no browser longer than a moment, neither at its coming nor at its going.

    uvloop, which the server would take otherwise, does not end before every connection has; a page that does
    not answer the farewell of TLS then holds the whole console for as long as it likes.
    """

    async def create_server(self, *args: Any, **options: Any) -> asyncio.Server:  # noqa: ANN401  all of asyncio's
        """Serve TLS with limits for a stranger's silence, in seconds."""
        limits = {"ssl_handshake_timeout": SECONDS_TO_GREET, "ssl_shutdown_timeout": SECONDS_TO_PART}
        return await super().create_server(*args, **{**options, **limits})


def console_server(app: FastAPI, certificate: Certificate, *, host: str, port: int) -> uvicorn.Server:
    """Return a server for the console that is ready to ``run()``; ``should_exit = True`` stops it."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="api.server:ConsoleLoop",
        http=PromptHttp,  # h11: httptools, taken if it is there, keeps a header of any length in memory
        ssl_certfile=certificate.certificate,
        ssl_keyfile=certificate.key,
        access_log=False,
        log_config=None,  # the program's own logging: name and kind of an error, never its words
        log_level="warning",
        server_header=False,
        date_header=True,
        ws=PatientWebSocket,
        ws_max_size=1024,
        ws_ping_interval=15.0,
        ws_ping_timeout=15.0,
        timeout_graceful_shutdown=SECONDS_TO_LEAVE,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=16 * 1024,
        proxy_headers=False,
    )
    return uvicorn.Server(config)
