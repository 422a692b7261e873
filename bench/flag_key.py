"""How long the flag key takes at a desk phone: from the press until its mark is on disk.

The press is made by Asterisk itself (AMI ``PlayDTMF`` with ``Receive``), as if the phone had sent it; the
digit counts when the key is let go, so how long a finger holds it comes on top.
"""

from __future__ import annotations

import asyncio

from telephony.asterisk_config.plan import AMI_PORT, AMI_USER, PbxPlan
from telephony.leading.driver import CallDriver

HELD_MILLISECONDS = 80
_GAP_SECONDS = 0.15
_LIMIT_SECONDS = 5.0


async def press_everywhere(plan: PbxPlan, driver: CallDriver) -> list[float]:
    """Press ``*1`` on every operator's phone, all within a second; return milliseconds from press to mark.

    Raises:
        TimeoutError: a press was not marked in time
    """
    reader, writer = await asyncio.open_connection(plan.ami_host, AMI_PORT)
    try:
        _send(writer, Action="Login", Username=AMI_USER, Secret=plan.ami_password, Events="off")
        await reader.readuntil(b"\r\n\r\n")
        draining = asyncio.create_task(reader.read())
        found = await asyncio.gather(*(
            _press(writer, driver, number / len(driver.calls), call, one.operator.leg)
            for number, (call, one) in enumerate(driver.calls.items())
            if one.operator is not None
        ))  # fmt: skip
        draining.cancel()
        return found
    finally:
        writer.close()


async def _press(writer: asyncio.StreamWriter, driver: CallDriver, wait: float, call: str, leg: str) -> float:
    await asyncio.sleep(wait)
    loop = asyncio.get_running_loop()
    before, pressed = _marks(driver, call), loop.time()
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
    async with asyncio.timeout(_LIMIT_SECONDS):
        while _marks(driver, call) == before:  # noqa: ASYNC110  asked from outside, with a limit
            await asyncio.sleep(0.001)
    return 1000 * (loop.time() - pressed)


def _marks(driver: CallDriver, call: str) -> int:
    return next((one.marks for name, one in driver.calls.items() if name == call), 0)


def _send(writer: asyncio.StreamWriter, **fields: str) -> None:
    writer.write(("".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n").encode())
