"""One SIP phone made of software: it calls or is called, plays its track and keeps what it hears.

The SIP stack is native code with one runtime per process, so whatever uses this file runs in a process of
its own (see ``__main__``).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import numpy as np
from baresip.call import Call, CallState, DigitEvent
from baresip.config import Account, Config
from baresip.errors import AudioNotActive, AudioRestarted, BaresipError
from baresip.events import StackEvent
from baresip.runtime import Runtime
from baresip.ua import UserAgent

from runtime.practice.scenario import RATE, Samples

_REGISTER_SECONDS = 5.0
_FRAME_SECONDS = 0.01
_AHEAD_BYTES = RATE * 2 // 10  # 100 ms are queued, so that a busy machine does not tear the speech
_READ_BYTES = 64_000
_NO_SAMPLES = np.zeros(0, dtype=np.int16)


async def start_sip(local_address: str | None) -> Runtime:
    """Start the stack. Loopback must be given as ``local_address``: the stack does not find it by itself."""
    runtime = Runtime(native_log_level="error")
    await runtime.start(
        Config(
            net_interface=local_address,
            max_concurrent_calls=4,
            native_log_level="error",
            extra_config_text=f"sip_listen {local_address or '0.0.0.0'}:0\nrtp_ports 10000-15000\n"  # noqa: S104  a phone is called from outside
            "audio_buffer 20-160\n",
        )
    )
    return runtime


class SipAgent:
    """One phone."""

    def __init__(self, agent: UserAgent) -> None:
        self._agent = agent
        self._unspoken = _NO_SAMPLES
        self._heard: list[Samples] = []
        self._sound: asyncio.Task[None] | None = None
        self.call: Call | None = None
        self.digits: list[str] = []
        self.closed = asyncio.Event()

    @classmethod
    async def create(
        cls, runtime: Runtime, user: str, password: str, server: str, *, register: bool
    ) -> SipAgent:
        """Make a phone for an account at ``host:port``; a phone that is to be called must register."""
        account = Account(
            user=user,
            domain=server,
            password=password,
            reg_interval=60 if register else 0,
            audio_codecs=("pcmu", "pcma"),
        )
        agent = await UserAgent.create(runtime, account, transfer_policy="reject")
        if register:
            await agent.register(timeout=_REGISTER_SECONDS)
        return cls(agent)

    def on_ring(self, ring: Callable[[Call], None]) -> None:
        """Hand over each call that comes in."""
        self._agent.on_incoming(ring)

    async def dial(self, uri: str) -> Call:
        """Call somebody; returns as soon as the call is on its way."""
        call = await self._agent.dial(uri)
        self._take(call)
        return call

    async def answer(self, call: Call) -> None:
        """Pick up."""
        self._take(call)
        await call.answer()

    def _take(self, call: Call) -> None:
        self.call = call
        self.closed.clear()
        call.on_dtmf(self._on_digit)
        call.on(self._on_event)

    def _on_digit(self, digit: DigitEvent) -> None:
        self.digits.append(digit.digit)

    def _on_event(self, _event: StackEvent) -> None:
        if self.call is not None and self.call.state is CallState.CLOSED:
            self.closed.set()

    def start_sound(self) -> None:
        """Begin to listen and to speak. Whoever has nothing to say sends silence."""
        if self._sound is None or self._sound.done():
            self._sound = asyncio.create_task(self._run_sound())

    def say(self, samples: Samples) -> None:
        """Speak these samples from now on."""
        self._unspoken = samples

    @property
    def unspoken_seconds(self) -> float:
        """How much is still to be said."""
        return len(self._unspoken) / RATE

    def heard(self) -> Samples:
        """Return everything heard so far."""
        return np.concatenate(self._heard) if self._heard else _NO_SAMPLES

    async def press(self, digits: str) -> None:
        """Press keys."""
        if self.call is not None:
            await self.call.send_dtmf(digits)

    async def hang_up(self) -> None:
        """Hang up; a call that is gone already is no fault."""
        if self.call is not None and self.call.state is not CallState.CLOSED:
            with contextlib.suppress(BaresipError):
                await self.call.hangup()

    async def stop_sound(self) -> None:
        """Stop listening and speaking."""
        if self._sound is not None:
            self._sound.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sound

    async def _run_sound(self) -> None:
        while not self.closed.is_set():
            with contextlib.suppress(AudioNotActive, AudioRestarted):
                self._exchange()
            await asyncio.sleep(_FRAME_SECONDS)

    def _exchange(self) -> None:
        if self.call is None:
            return
        audio = self.call.audio
        if got := audio.read(_READ_BYTES):
            self._heard.append(np.frombuffer(got, dtype=np.int16).copy())
        room = _AHEAD_BYTES - audio.info().tx_buffered
        if len(self._unspoken) and room > 0:
            taken = audio.write(self._unspoken[: room // 2].tobytes()) // 2
            self._unspoken = self._unspoken[taken:]
