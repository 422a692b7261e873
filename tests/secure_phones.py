"""Agents that encrypt, in a process of their own; spoken to like those of ``sip_phones``.

Besides what those say: ``NAME refused STATUS`` for one that was to register and may not.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

from baresip.errors import CallFailed, RegistrationError

from tests.secure_sip import secure_agent, start_secure_sip
from tests.sip_phones import Phone, obey_orders, say


class TryingPhone(Phone):
    """A phone that can also say how a call was refused: ``try NUMBER``."""

    async def obey(self, order: str, *words: str) -> None:
        if order != "try":
            await super().obey(order, *words)
            return
        call = await self.agent.dial(words[0])
        try:
            await call.wait_established(5.0)
        except CallFailed as failure:
            say(self.name, "refused", failure.status)
        else:
            say(self.name, "through")
            await call.hangup()


async def main() -> None:
    told: Mapping[str, Any] = json.loads(sys.stdin.readline())
    runtime = await start_secure_sip(told)
    phones: dict[str, Phone] = {}
    for name, account in told["phones"].items():
        try:
            phones[name] = TryingPhone(name, await secure_agent(runtime, account))
        except RegistrationError as error:
            say(name, "refused", error.status)
    await obey_orders(phones)
    await runtime.close()


if __name__ == "__main__":
    asyncio.run(main())
