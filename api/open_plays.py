"""Sound on its way to listeners: so many at once in a session, and none that nobody takes.

Whoever opens plays and takes nothing of them would otherwise hold connections of the console for as long as
they like. A paused player loses its connection too, after a while, and asks for the rest when it goes on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from threading import Lock

from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from core.errors import DomainError
from core.logs import get_log

AT_ONCE = 6
"""As many connections as a browser opens to one server."""
SECONDS_TO_TAKE = 120.0
"""For a piece of 64 KiB: six times as long as it lasts."""

log = get_log()


class TooManyPlays(DomainError):
    """So many plays are open in this session that another one has to wait."""

    code = "too-many-plays"
    http_status = 429


class OpenPlays:
    """Counts what is on its way, by session."""

    def __init__(self) -> None:
        self._open: Counter[bytes] = Counter()
        self._lock = Lock()

    def enter(self, session: bytes) -> None:
        """Begin a play.

        Raises:
            TooManyPlays: AT_ONCE are open
        """
        with self._lock:
            if self._open[session] >= AT_ONCE:
                raise TooManyPlays
            self._open[session] += 1

    def leave(self, session: bytes) -> None:
        """End one."""
        with self._lock:
            self._open[session] -= 1
            if self._open[session] <= 0:
                del self._open[session]


class PlayedSound(StreamingResponse):
    """An answer that is sent as it is taken.

    Args:
        plays: where it is counted while it lasts
        session: whose play it is
        pieces: the bytes
        status_code: 200, or 206 for a range
        headers: with the length
        media_type: of the sound
    """

    def __init__(  # noqa: PLR0913  an answer's parts, all named
        self,
        *,
        plays: OpenPlays,
        session: bytes,
        pieces: Iterator[bytes],
        status_code: int,
        headers: Mapping[str, str],
        media_type: str,
    ) -> None:
        super().__init__(pieces, status_code=status_code, headers=headers, media_type=media_type)
        self._plays = plays
        self._session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, unless too many are open; let go of who takes nothing."""

        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(SECONDS_TO_TAKE):
                await send(message)

        self._plays.enter(self._session)
        try:
            await super().__call__(scope, receive, send_in_time)
        except (TimeoutError, ClientDisconnect):
            log.info("play.not_taken")
        finally:
            self._plays.leave(self._session)
