"""A process that hears Asterisk's events and says how late the worst of them came, whenever it is asked.

Run with one JSON object on standard input, then one line for each question.
"""

from __future__ import annotations

import asyncio
import json
import sys

from core.clock import SystemClock
from core.logs import start_logging
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_events import AriEvents
from telephony.asterisk.event_lag import EventLag


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def run(told: dict[str, str]) -> None:
    lag, clock = EventLag(), SystemClock()

    async def connected() -> None:
        say("ready")

    def hear(event: object) -> None:
        if isinstance(event, dict):
            lag.hear(event, clock.now())
            say(f"heard {event.get('type')}")

    address = AriAddress(url=told["url"], user=told["user"], password=told["password"])
    events = AriEvents(address, told["app"], on_event=hear, on_connect=connected)
    listening = asyncio.create_task(events.listen())
    while await asyncio.to_thread(sys.stdin.readline):
        say(f"lag {lag.take_worst():.3f}")
    listening.cancel()


if __name__ == "__main__":
    start_logging("lag")
    asyncio.run(run(json.loads(sys.stdin.readline())))
