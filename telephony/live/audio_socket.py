"""Takes sound that Asterisk brings over TCP (AudioSocket): first a secret, then frames, on loopback alone.

A message is a kind, a length of two bytes and so many bytes. Whoever does not begin with a permitted secret
is cut off at once and told nothing. What is heard is handed on and kept nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol
from uuid import UUID

from core.logs import get_log
from storage.live_streams import StreamSecret

HOST = "127.0.0.1"
FIRST_SECONDS = 3.0
"""A connection says who it is within this time, or ends."""

_END, _WHO, _SOUND = 0x00, 0x01, 0x10
_UUID_BYTES = 16

log = get_log()


class Listener(Protocol):
    """Hears one stream. Both calls return at once."""

    def hear(self, sound: bytes) -> None:
        """Take sound: mono, 16 bit, 8 kHz, little endian."""
        ...

    def over(self) -> None:
        """The stream has ended."""
        ...


Admit = Callable[[StreamSecret], Awaitable[Listener | None]]
"""Says who hears a stream; None: its secret is not permitted."""


class AudioSocket:
    """The server, from ``start`` to ``stop``."""

    def __init__(self, port: int, admit: Admit) -> None:
        """Take the port (0: a free one) and who says whether a stream is permitted."""
        self._port = port
        self._admit = admit
        self._server: asyncio.Server | None = None
        self._streams: dict[StreamSecret, asyncio.StreamWriter] = {}

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    @property
    def streams(self) -> frozenset[StreamSecret]:
        """The streams that flow."""
        return frozenset(self._streams)

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: another program holds the port
        """
        self._server = await asyncio.start_server(self._take, HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut every stream off and listen no more."""
        if self._server is not None:
            self._server.close()
        for secret in list(self._streams):
            self.cut_off(secret)

    def cut_off(self, secret: StreamSecret) -> None:
        """End a stream: Asterisk then hangs up the channel that brought it."""
        writer = self._streams.pop(secret, None)
        if writer is not None:
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secret: StreamSecret | None = None
        listener: Listener | None = None
        try:
            async with asyncio.timeout(FIRST_SECONDS):
                kind, told = await _message(reader)
                if kind == _WHO and len(told) == _UUID_BYTES:
                    secret = StreamSecret(UUID(bytes=told))
                    listener = await self._admit(secret) if secret not in self._streams else None
            if secret is None or listener is None:
                log.warning("live_text.stream_refused")
                return
            self._streams[secret] = writer
            while True:
                kind, told = await _message(reader)
                if kind == _SOUND:
                    listener.hear(told)
                elif kind == _END:
                    return
        except (OSError, EOFError, TimeoutError):
            return
        finally:
            if secret is not None and listener is not None:
                self._streams.pop(secret, None)
                listener.over()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _message(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readexactly(3)
    length = int.from_bytes(head[1:], "big")
    return head[0], await reader.readexactly(length) if length else b""
