"""Brings the sound of watched calls to the recogniser, each side by a channel of its own that nobody hears.

It never touches a call: nothing here enters a call's queue or journal, what Asterisk refuses is left, and the
channel that listens is handed to the dialplan, which brings it to the recogniser and ends it with the stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, Protocol
from uuid import uuid4

from core.ids import CallId, LegId
from core.logs import get_log
from core.profile.model import CityProfile
from storage.database import DatabaseAway
from storage.live_streams import StreamSecret, Watched
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError
from telephony.call.call import Call
from telephony.live.heard_legs import heard_legs
from telephony.live.live_legs import is_live_leg, live_leg

LOOK_SECONDS = 0.5
CONTEXT = "live-text"
"""The dialplan's context that brings a channel to the recogniser (`asterisk_config/live_text.py`)."""

STREAM, LISTENER = "TSUWAROKU_STREAM", "TSUWAROKU_LISTENER"

LedCalls = Callable[[], Mapping[CallId, Call]]

log = get_log()


class Rows(Protocol):
    """Who watches, and the permitted streams (`storage.live_streams`). Every call may raise DatabaseAway."""

    def look(self, led: Collection[CallId], *, always: bool) -> Watched:
        """Say which of these calls somebody watches, and what is open for them."""
        ...

    def begin(self, secret: StreamSecret, call: CallId, track: str) -> bool:
        """Permit a stream; False when the call is over."""
        ...

    def end(self, calls: Collection[CallId]) -> None:
        """Take back the permission of every stream of these calls."""
        ...


class LiveCalls:
    """Opens and ends the streams of the calls that this process leads, as long as `run` runs.

    Args:
        rows: who watches which call
        profile: which lines may be read along
        client: bears this process's application
        calls: what this process leads
        listener: where the recogniser takes sound, ``host:port``
    """

    def __init__(
        self, rows: Rows, profile: CityProfile, client: AriClient, calls: LedCalls, listener: str
    ) -> None:
        self._rows = rows
        self._profile = profile
        self._client = client
        self._calls = calls
        self._listener = listener
        self._entering: dict[str, StreamSecret] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look for calls that somebody watches, until cancelled."""
        if not self._profile.live_text.anybody:
            return
        while True:
            try:
                await self._look()
            except DatabaseAway:
                pass  # the recogniser, which sees no permission any more, ends what flows
            except Exception:
                log.exception("live_text.look_failed")  # no fault here may end the process that leads calls
            await asyncio.sleep(LOOK_SECONDS)

    def hear(self, told: Mapping[str, Any]) -> bool:
        """Take what Asterisk says of a channel of ours; False for everything else."""
        channel = told.get("channel")
        leg = channel.get("id") if isinstance(channel, dict) else None
        if not isinstance(leg, str) or not is_live_leg(leg):
            return False
        secret = self._entering.pop(leg, None)
        if secret is not None and told.get("type") == "StasisStart":
            task = asyncio.create_task(self._bring(leg, secret))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return True

    async def _look(self) -> None:
        led = self._calls()
        if not led:
            return
        seen = await asyncio.to_thread(self._rows.look, list(led), always=self._profile.live_text.always)
        heard: dict[CallId, Mapping[str, LegId]] = {}
        for call, flagged in seen.flagged.items():
            if call in led:
                heard[call] = self._legs(led[call], flagged=flagged)
        over = {call for call, _ in seen.open if not heard.get(call)}
        if over:
            await asyncio.to_thread(self._rows.end, over)
        for call, legs in heard.items():
            for track, leg in legs.items():
                if (call, track) not in seen.open:
                    await self._open(call, track, leg)

    def _legs(self, call: Call, *, flagged: bool) -> Mapping[str, LegId]:
        line = self._profile.line(call.plan.line) if call.arrival is not None else None
        return heard_legs(call, line, flagged=flagged)

    async def _open(self, call: CallId, track: str, leg: LegId) -> None:
        secret = StreamSecret(uuid4())
        if not await asyncio.to_thread(self._rows.begin, secret, call, track):
            return
        name = live_leg(call, track, secret.hex[-6:])
        self._entering[name] = secret
        try:
            await self._client.snoop_in(leg, name, app_args="live")
        except AriError:
            self._entering.pop(name, None)  # the row is swept, and then it is tried again

    async def _bring(self, leg: str, secret: StreamSecret) -> None:
        try:
            await self._client.set_variable(leg, STREAM, str(secret))
            await self._client.set_variable(leg, LISTENER, self._listener)
            await self._client.return_to_dialplan(leg, context=CONTEXT, extension="s")
        except AriError:
            with suppress(AriError):
                await self._client.hang_up(leg)


class NoLiveCalls:
    """Brings no sound anywhere: no words are made of calls that go on."""

    def __init__(self, _client: AriClient, _calls: LedCalls) -> None:
        """Take what `LiveCalls` needs."""

    async def run(self) -> None:
        """Do nothing."""

    def hear(self, told: Mapping[str, Any]) -> bool:  # noqa: ARG002  nothing is ours
        """Leave everything to others."""
        return False
