"""Hands a process's calls over before it ends: those that talk at once, others when their moment has passed.

An announcement would be heard twice, and a phone would fall silent and ring anew; so these calls are led on
until they talk, as long as there is time. Where no other process lives, nothing is handed over: the calls go
on in Asterisk, and whoever starts next takes them.
"""

from __future__ import annotations

import asyncio

from core.ids import CallId
from core.logs import get_log
from telephony.call.call import Call, Phase
from telephony.leading.adoption import Adoption
from telephony.leading.driver import CallDriver
from telephony.leading.lease import NOBODY, CallLeases
from telephony.leading.process_life import LivingProcesses, Standing

PATIENCE_SECONDS = 4.0
"""How long calls in a delicate moment are led on. The supervisor waits eight seconds for our end."""

TAKEN_SECONDS = 1.5
LOOK_SECONDS = 0.05

_DELICATE = frozenset({Phase.OFFERED, Phase.ANSWERING, Phase.ANNOUNCING, Phase.CONNECTING, Phase.JOINING})

log = get_log()


class Farewell:
    """How a process goes."""

    def __init__(
        self, driver: CallDriver, leases: CallLeases, living: LivingProcesses, adoption: Adoption
    ) -> None:
        """Take the calls, the leases, the other processes, and what would take our calls back."""
        self._adoption = adoption
        self._driver = driver
        self._leases = leases
        self._living = living
        self._given: set[CallId] = set()
        self.said = False

    async def hand_over(self) -> None:
        """Claim nothing more, and let every call go to a process that lives; returns when they were taken."""
        self.said = True
        self._adoption.stop()
        left = PATIENCE_SECONDS
        while self._driver.led and self._somebody_lives():
            for call in self._driver.calls.values():
                patient = left > 0 and _is_delicate(call)
                if not patient and self._driver.let_go(call.id):
                    self._leases.release(call.id)
                    self._given.add(call.id)
            left -= LOOK_SECONDS
            if left <= -TAKEN_SECONDS:
                break
            await asyncio.sleep(LOOK_SECONDS)
        await self._until_taken()
        log.info("process.leaves", count=len(self._given))

    async def _until_taken(self) -> None:
        left = TAKEN_SECONDS
        while left > 0 and self._somebody_lives():
            leases = self._leases.all()
            if not any(leases[call].owner == NOBODY for call in self._given if call in leases):
                return
            left -= LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)

    def _somebody_lives(self) -> bool:
        return Standing.ALIVE in self._living.others().values()


def _is_delicate(call: Call) -> bool:
    """Say whether a change of hands would be heard, also by a colleague whose phone rings to be asked."""
    return call.phase in _DELICATE or (call.consult is not None and not call.consult.joined)
