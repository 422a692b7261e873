"""HTTP for people who ask promptly: whoever takes long over one request loses the connection.

A request that comes letter by letter, or never ends, would otherwise hold its connection for ever, and some
hundred of them would keep everybody else out of the console.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from core.logs import get_log

log = get_log()
SECONDS_TO_ASK = 15.0
"""From the first byte of a request, or from the greeting, to the last byte of its form (96 KiB at most)."""

SECONDS_OF_SILENCE = 60.0
"""Between two blocks of a file that somebody who is signed in brings (api/routes/import_files.py)."""


class PromptHttp(H11Protocol):
    """The server's HTTP/1.1 with a limit for the time that one request may take to arrive."""

    _limit: asyncio.TimerHandle | None = None
    _handed_over = False
    _patient = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Greet a client, who has so long to ask for something."""
        super().connection_made(transport)
        self._limit = self.loop.call_later(SECONDS_TO_ASK, self._hang_up)

    def data_received(self, data: bytes) -> None:
        """Read on; the time runs while a request is incomplete."""
        super().data_received(data)
        scope = cast("dict[str, Any] | None", self.scope)
        if scope is not None:
            # One request, for somebody known: a file may take longer, as long as it comes at all.
            scope.setdefault("extensions", {})["tsuwaroku.patient"] = self._be_patient
        # A request that became a WebSocket looks unfinished for ever: it would be hung up on in mid-talk.
        if self._handed_over or not self._is_incomplete():
            self._let_go()
            self._patient = False
        elif self._patient:
            self._let_go()
            self._limit = self.loop.call_later(SECONDS_OF_SILENCE, self._hang_up)
        elif self._limit is None and not self.transport.is_closing():
            self._limit = self.loop.call_later(SECONDS_TO_ASK, self._hang_up)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand over to the WebSocket, which lasts as long as its session."""
        self._handed_over = True
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a client who left."""
        self._let_go()
        super().connection_lost(exc)

    def _be_patient(self) -> None:
        if self._is_incomplete():
            self._patient = True
            self._let_go()
            self._limit = self.loop.call_later(SECONDS_OF_SILENCE, self._hang_up)

    def _hang_up(self) -> None:
        log.warning("console.hung_up", reason="too-slow")
        self.transport.abort()

    def _is_incomplete(self) -> bool:
        if self.conn.their_state is h11.IDLE:
            return bool(self.conn.trailing_data[0])  # the beginning of a header
        return self.conn.their_state is h11.SEND_BODY

    def _let_go(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
