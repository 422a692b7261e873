"""The process of live text: takes the permitted streams, has them heard, and lets go of what nobody permits.

It holds no key and leads no call. When it dies the streams end, the calls go on, and whoever starts next is
brought new streams. While the database cannot be asked what is permitted, nothing is taken in.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from core.ids import CallId
from core.logs import get_log
from storage.database import DatabaseAway
from storage.live_streams import Stream, StreamSecret
from storage.live_text import Following
from telephony.live.audio_socket import AudioSocket, Listener
from transcription.live.listening import LiveListening, Side
from transcription.live.pace import Need

LOOK_SECONDS = 0.5
TELL_SECONDS = 2.0
SWEEP_SECONDS = 10.0
BLIND_SECONDS = 5.0
"""So long streams flow on while the database does not say whether they are still permitted."""

log = get_log()


class Streams(Protocol):
    """The permitted streams (`storage.live_streams`). Every call may raise DatabaseAway."""

    def all(self) -> Sequence[Stream]:
        """Return every permitted stream."""
        ...

    def forget(self, secrets: Collection[StreamSecret]) -> None:
        """Take out streams that ended, or that never came."""
        ...

    def forget_all(self) -> None:
        """Take out every stream."""
        ...


class States(Protocol):
    """Where it is said how calls are followed (`storage.live_text`). Every call may raise DatabaseAway."""

    def tell(self, states: Mapping[CallId, Following], changed: Collection[CallId]) -> None:
        """Say how calls are followed."""
        ...

    def sweep(self) -> None:
        """Delete what belongs to calls that are over."""
        ...


class _Heard:
    """One stream on its way into the listening."""

    def __init__(self, service: LiveTextService, stream: Stream, side: Side) -> None:
        self._service = service
        self._stream = stream
        self._side = side

    def hear(self, sound: bytes) -> None:
        self._service.listening.hear(self._side, sound)

    def over(self) -> None:
        self._service.listening.leave(self._side)
        self._service.ended(self._stream.secret)


class LiveTextService:
    """Build it, then `serve` until cancelled."""

    def __init__(self, streams: Streams, states: States, listening: LiveListening, port: int) -> None:
        """Take the rows, who hears, and the port on loopback."""
        self.listening = listening
        self._streams = streams
        self._states = states
        self._socket = AudioSocket(port, self._admit)
        self._ended: set[StreamSecret] = set()
        self._told: Mapping[CallId, Following] = {}
        self._told_at = self._swept_at = 0.0
        self._seen_at = 0.0

    @property
    def port(self) -> int:
        """Where sound is taken."""
        return self._socket.port

    def ended(self, secret: StreamSecret) -> None:
        """Note that a stream is over; its permission goes with the next look."""
        self._ended.add(secret)

    async def serve(self) -> None:
        """Serve until cancelled.

        Raises:
            OSError: another program holds the port
        """
        stop = threading.Event()
        hearing = threading.Thread(target=self.listening.run, args=(stop,), name="live-text", daemon=True)
        await self._begin_with_none()
        await self._socket.start()
        log.info("live_text.listening", port=self._socket.port)
        hearing.start()
        try:
            while True:
                await self._look_once()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            stop.set()
            await self._socket.stop()

    async def _begin_with_none(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._streams.forget_all)
            except DatabaseAway:
                await asyncio.sleep(LOOK_SECONDS)
            else:
                return

    async def _admit(self, secret: StreamSecret) -> Listener | None:
        try:
            permitted = await asyncio.to_thread(self._streams.all)
        except DatabaseAway:
            return None
        stream = next((one for one in permitted if one.secret == secret), None)
        if stream is None:
            return None
        return _Heard(self, stream, self.listening.listen_to(stream))

    async def _look_once(self) -> None:
        now = asyncio.get_running_loop().time()
        try:
            await self._look(now)
            self._seen_at = now
        except DatabaseAway:
            if now - self._seen_at > BLIND_SECONDS:
                for secret in self._socket.streams:
                    self._socket.cut_off(secret)
        except Exception:
            log.exception("live_text.look_failed")

    async def _look(self, now: float) -> None:
        ended, self._ended = self._ended, set()
        await asyncio.to_thread(self._streams.forget, ended)
        permitted = await asyncio.to_thread(self._streams.all)
        flowing = self._socket.streams
        never_came = [one.secret for one in permitted if one.old and one.secret not in flowing]
        await asyncio.to_thread(self._streams.forget, never_came)
        known = {one.secret for one in permitted}
        for secret in flowing - known:
            self._socket.cut_off(secret)
        needs = {one.call: Need(call=one.call, helped=one.helped, flagged=one.flagged) for one in permitted}
        self.listening.need(list(needs.values()))
        states = self.listening.states
        changed = [call for call, state in states.items() if self._told.get(call) is not state]
        gone = self._told.keys() - states.keys()
        if changed or gone or now - self._told_at >= TELL_SECONDS:
            await asyncio.to_thread(self._states.tell, states, changed)
            self._told, self._told_at = states, now
        if gone or now - self._swept_at >= SWEEP_SECONDS:
            await asyncio.to_thread(self._states.sweep)
            self._swept_at = now
