"""How long the flag key takes at a desk phone: from the press until its mark is on disk.

The press is made by Asterisk itself (AMI ``PlayDTMF`` with ``Receive``), as if the phone had sent it; the
digit counts when the key is let go, so how long a finger holds it comes on top.
"""

from __future__ import annotations

import asyncio

from core.ids import CallId
from telephony.asterisk_config.plan import AMI_PORT, AMI_USER, PbxPlan
from telephony.leading.driver import CallDriver

HELD_MILLISECONDS = 80
_GAP_SECONDS = 0.15
_LIMIT_SECONDS = 30.0  # a slow press is a figure, not an end of the measurement


async def press_everywhere(plan: PbxPlan, driver: CallDriver) -> list[float]:
    """Press ``*1`` on every operator's phone, all within a second; return milliseconds from press to mark.

    Raises:
        TimeoutError: a press was not marked in time
    """
    reader, writer = await asyncio.open_connection(plan.ami_host, AMI_PORT)
    marks = _Marks(driver)
    try:
        _send(writer, Action="Login", Username=AMI_USER, Secret=plan.ami_password, Events="off")
        await reader.readuntil(b"\r\n\r\n")
        helping = [asyncio.create_task(reader.read()), asyncio.create_task(marks.look())]
        found = await asyncio.gather(*(
            _press(writer, marks, number / len(driver.calls), call, one.operator.leg)
            for number, (call, one) in enumerate(driver.calls.items())
            if one.operator is not None
        ))  # fmt: skip
        for task in helping:
            task.cancel()
        return found
    finally:
        writer.close()


class _Marks:
    """Who waits for a mark on which call. One looks for all: 150 that looked would take the processors."""

    def __init__(self, driver: CallDriver) -> None:
        self._driver = driver
        self._awaited: dict[CallId, tuple[int, asyncio.Future[float]]] = {}

    def await_next(self, call: CallId) -> asyncio.Future[float]:
        """Return what is done with the loop's time when the call has a mark more than now."""
        told: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._awaited[call] = (self._driver.calls[call].marks, told)
        return told

    async def look(self) -> None:
        """Look every millisecond, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            calls = self._driver.calls
            for call, (before, told) in list(self._awaited.items()):
                if call in calls and calls[call].marks > before:
                    del self._awaited[call]
                    if not told.done():
                        told.set_result(loop.time())
            await asyncio.sleep(0.001)


async def _press(writer: asyncio.StreamWriter, marks: _Marks, wait: float, call: CallId, leg: str) -> float:
    await asyncio.sleep(wait)
    loop = asyncio.get_running_loop()
    marked, pressed = marks.await_next(call), loop.time()
    for digit in "*1":
        await asyncio.sleep(_GAP_SECONDS)
        _send(
            writer,
            Action="PlayDTMF",
            Channel=leg,
            Digit=digit,
            Duration=str(HELD_MILLISECONDS),
            Receive="true",
        )
        pressed = loop.time()
    return 1000 * (await asyncio.wait_for(marked, _LIMIT_SECONDS) - pressed)


def _send(writer: asyncio.StreamWriter, **fields: str) -> None:
    writer.write(("".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n").encode())
