"""Keeps the processors awake in a bench as the supervisor does in service."""

from __future__ import annotations

import asyncio
from pathlib import Path

from runtime.supervisor import Supervisor
from runtime.wakefulness import Wakefulness


async def stay_awake(leases: Path) -> None:
    """Look whether calls go on, as often as the supervisor looks, until cancelled."""
    awake = Wakefulness(leases)
    try:
        while True:
            awake.look()
            await asyncio.sleep(Supervisor.LOOK_EVERY)
    finally:
        awake.let_go()
