"""SIP phones of one test, in a process of their own: told what to do line by line, they say what happens.

The SIP stack is native code with one runtime per process. The first line is a JSON object with the server and
the accounts; then ``NAME dial NUMBER``, ``answer``, ``reject``, ``hang-up``, ``press DIGITS``, ``say HERTZ``,
``hear HERTZ`` (0: anything at all), ``hold``, ``resume``, ``refer URI``, ``ask URI`` (hold, and call somebody
beside it) and ``hand-over`` (join the two: REFER with Replaces). Said are ``NAME ringing``,
``up``, ``over``, ``digit D``, ``hears HERTZ SHARE``, ``passed``, ``refused`` and ``cannot ORDER``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import numpy as np
from baresip.call import Call, CallState
from baresip.errors import BaresipError

from runtime.practice.scenario import RATE
from runtime.practice.sip_agent import SipAgent, start_sip

SECONDS_HEARD = 0.4
SECONDS_OF_NOTHING = 0.5
SECONDS_UNDER_WAY = 5.0


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201  this is how it talks to the test


def tone(hertz: float, seconds: float) -> np.ndarray[Any, np.dtype[np.int16]]:
    moments = np.arange(int(RATE * seconds)) / RATE
    return (8000 * np.sin(2 * np.pi * hertz * moments)).astype(np.int16)


def share_of_tone(samples: np.ndarray[Any, Any], hertz: float) -> float:
    """How much of what was heard last is this tone, 0 to 1; near silence is 0."""
    last = samples[-int(RATE * SECONDS_HEARD) :].astype(float)
    energy = float((last**2).sum())
    if len(last) < RATE * SECONDS_HEARD / 2 or energy < len(last) * 100**2:
        return 0.0
    turning = np.exp(-2j * np.pi * hertz * np.arange(len(last)) / RATE)
    return float(2 * abs((last * turning).sum()) ** 2 / (len(last) * energy))


def loudness(samples: np.ndarray[Any, Any]) -> float:
    """How loud the last second and a half was: root of the mean square, in steps of the sample."""
    last = samples[-int(RATE * 1.5) :].astype(float)
    return float(np.sqrt((last**2).mean())) // 50 if len(last) else 0.0


class Phone:
    """One phone that does what it is told."""

    def __init__(self, name: str, agent: SipAgent) -> None:
        self.name = name
        self.agent = agent
        self.ringing: Call | None = None
        self.held: Call | None = None
        self._watching: set[asyncio.Task[None]] = set()
        self._grown = (0, time.monotonic())
        agent.on_ring(self._ring)

    def _ring(self, call: Call) -> None:
        self.ringing = call
        say(self.name, "ringing")
        self._watch(call)

    def _watch(self, call: Call) -> None:
        task = asyncio.create_task(self._tell(call))
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    async def _tell(self, call: Call) -> None:
        up, digits = False, 0
        while call.state is not CallState.CLOSED:
            if call.state is CallState.ESTABLISHED and not up:
                up = True
                self.agent.start_sound()
                say(self.name, "up")
            for digit in self.agent.digits[digits:]:
                say(self.name, "digit", digit)
            digits = len(self.agent.digits)
            await asyncio.sleep(0.01)
        say(self.name, "over")

    def _share(self, hertz: float) -> float:
        """How much of what is heard now is a tone; 0 when for half a second nothing came at all."""
        heard, now = self.agent.heard(), time.monotonic()
        if len(heard) != self._grown[0]:
            self._grown = (len(heard), now)
        if now - self._grown[1] > SECONDS_OF_NOTHING:
            return 0.0
        return share_of_tone(heard, hertz) if hertz else loudness(heard)

    async def _refer(self, call: Call, uri: str) -> None:
        try:
            await call.transfer(uri)
            say(self.name, "passed")
        except BaresipError:
            say(self.name, "refused")

    async def _hand_over(self, held: Call, asked: Call) -> None:
        try:
            await held.attended_transfer(asked)
            say(self.name, "passed")
        except BaresipError:
            say(self.name, "refused")

    async def obey(self, order: str, *words: str) -> None:  # noqa: C901, PLR0912  one case per order
        match order:
            case "dial":
                self._watch(await self.agent.dial(words[0]))
            case "answer" if self.ringing is not None:
                await self.agent.answer(self.ringing)
            case "reject" if self.ringing is not None:
                await self.ringing.reject()
            case "hang-up":
                await self.agent.hang_up()
            case "hold" if self.agent.call is not None:
                await when_free(self.agent.call.hold)
            case "resume" if self.agent.call is not None:
                await when_free(self.agent.call.resume)
            case "refer" if self.agent.call is not None:
                task = asyncio.create_task(self._refer(self.agent.call, words[0]))
                self._watching.add(task)
                task.add_done_callback(self._watching.discard)
            case "ask" if self.agent.call is not None:
                self.held = self.agent.call
                await when_free(self.held.hold)
                self._watch(await self.agent.dial(words[0]))
            case "hand-over" if self.agent.call is not None and self.held is not None:
                task = asyncio.create_task(self._hand_over(self.held, self.agent.call))
                self._watching.add(task)
                task.add_done_callback(self._watching.discard)
            case "press":
                await self.agent.press(words[0])
            case "say":
                self.agent.say(tone(float(words[0]), 60.0))
            case "loudness":
                last = self.agent.heard()[-int(RATE * SECONDS_HEARD) :].astype(float)
                say(self.name, "loudness", f"{np.sqrt((last**2).mean()) if len(last) else 0:.0f}")
            case "hear":
                share = self._share(float(words[0]))
                say(self.name, "hears", words[0], f"{share:.2f}")
            case _:
                say(self.name, "cannot", order)


async def when_free(ask: Callable[[], Awaitable[None]]) -> None:
    """Ask anew while the last re-INVITE is under way: Asterisk tells of it before it has answered."""
    end = time.monotonic() + SECONDS_UNDER_WAY
    while True:
        try:
            return await ask()
        except BaresipError:
            if time.monotonic() > end:
                raise
        await asyncio.sleep(0.05)


async def main() -> None:
    told: Mapping[str, Any] = json.loads(sys.stdin.readline())
    runtime = await start_sip("127.0.0.1")
    phones = {
        name: Phone(
            name,
            await SipAgent.create(
                runtime, account["user"], account["password"], told["server"], register=account["register"]
            ),
        )
        for name, account in told["phones"].items()
    }
    await obey_orders(phones)
    await runtime.close()


async def obey_orders(phones: Mapping[str, Phone]) -> None:
    """Do what is told until nothing is told any more."""
    say("ready")
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().split():
        try:
            await phones[line[0]].obey(*line[1:])
        except BaresipError:
            say(line[0], "cannot", line[1])


if __name__ == "__main__":
    asyncio.run(main())
