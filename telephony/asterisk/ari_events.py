"""Listens to Asterisk over one WebSocket, for as long as the process lives.

Each message is handed on in the order it came, by a call that may only enqueue. Lost connections are made
again; what happened meanwhile is never told again, so whoever listens compares with Asterisk on each connect.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from secrets import token_hex
from typing import Any

import aiohttp

from core.logs import get_log
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_errors import ApplicationTakenOver

FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0
HEARTBEAT_SECONDS = 5.0

HEARD = (
    "ApplicationReplaced",
    "CallBroadcast",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "ChannelHold",
    "ChannelTransfer",
    "ChannelUnhold",
    "PlaybackFinished",
    "StasisStart",
)
"""The events we use; Asterisk sends no others (`AriClient.hear_only`)."""

log = get_log()


def application_prefix(instance: str) -> str:
    """Return what every application name of an instance begins with; the dialplan broadcasts to it."""
    return f"tsuwaroku-{instance}-"


def new_application_name(instance: str) -> str:
    """Name a process's application. A name used twice would leave the first process deaf."""
    return application_prefix(instance) + token_hex(6)


class AriEvents:
    """One WebSocket to Asterisk, kept up."""

    def __init__(
        self,
        address: AriAddress,
        app: str,
        *,
        on_event: Callable[[Mapping[str, Any]], None],
        on_connect: Callable[[], Awaitable[None]],
    ) -> None:
        self._address = address
        self._app = app
        self._on_event = on_event
        self._on_connect = on_connect
        self._session: aiohttp.ClientSession | None = None
        self.connected = asyncio.Event()

    async def listen(self) -> None:
        """Listen until cancelled.

        Raises:
            ApplicationTakenOver: another process uses our application's name; we are deaf and must end.
        """
        wait = FIRST_WAIT_SECONDS
        async with aiohttp.ClientSession(headers=self._address.headers()) as session:
            while True:
                try:
                    if await self._listen_once(session):
                        wait = FIRST_WAIT_SECONDS
                except (aiohttp.ClientError, OSError, TimeoutError):
                    log.warning("asterisk.away", milliseconds=round(wait * 1000))
                finally:
                    self.connected.clear()
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    async def _listen_once(self, session: aiohttp.ClientSession) -> bool:
        url = self._address.path("events")
        params = {"app": self._app, "subscribeAll": "false"}
        async with (
            asyncio.timeout(LONGEST_WAIT_SECONDS) as connecting,
            session.ws_connect(url, params=params, heartbeat=HEARTBEAT_SECONDS, max_msg_size=0) as socket,
        ):
            connecting.reschedule(None)
            self.connected.set()
            log.info("asterisk.connected")
            greeting = asyncio.create_task(self._greet())
            try:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._hand_on(message.data)
            finally:
                greeting.cancel()
        return True

    async def _greet(self) -> None:
        try:
            await self._on_connect()
        except Exception:
            # The comparison is made again; the socket must be read meanwhile.
            log.exception("asterisk.greeting_failed")

    def _hand_on(self, text: str) -> None:
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            log.warning("asterisk.unreadable_event")
            return
        if not isinstance(told, dict):
            log.warning("asterisk.unreadable_event")
            return
        if told.get("type") == "ApplicationReplaced":
            raise ApplicationTakenOver
        try:
            self._on_event(told)
        except Exception:
            # One event that cannot be handled must not stop all calls.
            log.exception("asterisk.event_not_handled")
