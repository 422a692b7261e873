"""Looks four times a second who leads which call: drops what was taken from us, takes what nobody leads.

A call whose leader died is led again within this look and the few milliseconds that adoption takes; one whose
leader froze, when that one's lease is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from core.ids import CallId, LegId
from core.logs import get_log
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriAway, AriError, AriRefused
from telephony.leading.adoption import Adoption
from telephony.leading.driver import CallDriver
from telephony.leading.lease import CallLeases
from telephony.leading.lease_file import Lease
from telephony.leading.process_life import LivingProcesses, Standing

LOOK_SECONDS = 0.25

TRIES = 100
"""How often a call is taken up again that is ours and led by nobody: as long as Asterisk may be away."""

log = get_log()


class LeaseWatch:
    """One process's eye on the others."""

    def __init__(  # noqa: PLR0913  each is one thing that is looked at or asked
        self,
        client: AriClient,
        driver: CallDriver,
        *,
        leases: CallLeases,
        living: LivingProcesses,
        adoption: Adoption,
        compare: Callable[[], Awaitable[None]],
    ) -> None:
        """Take the collaborators; ``compare`` looks for callers of whom no lease tells."""
        self._client = client
        self._driver = driver
        self._leases = leases
        self._living = living
        self._adoption = adoption
        self._compare = compare
        self._standings: dict[str, Standing] = {}
        self._tries: dict[CallId, int] = {}
        self._overheard: set[LegId] = set()
        self._comparing: asyncio.Task[None] | None = None

    async def run(self, connected: Callable[[], bool]) -> None:
        """Look until cancelled; without Asterisk nothing can be taken over."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._living.look()
            self.drop_lost()
            if connected():
                try:
                    await self.look()
                except AriError:
                    continue  # Asterisk is away: what was taken is taken again at the next look
                except Exception:
                    log.exception("lease.look_failed")  # the next look must come, whatever this one met

    def drop_lost(self) -> None:
        """Forget the calls that another process took while we could not move."""
        for call in self._driver.led:
            if not self._leases.is_ours(call):
                self._driver.drop(call)
                if call not in self._driver.led:  # else it is acting right now, and will find out itself
                    log.warning("call.lease_gone", call=call)
                    self._leases.forget(call)

    def hear_anew(self) -> None:
        """Subscribe again: the connection was made anew, and the subscriptions went with the old one."""
        self._overheard.clear()

    async def look(self) -> None:
        """Look once.

        Raises:
            AriError: Asterisk is away.
        """
        leases = self._leases.all()
        self._tries = {call: tries for call, tries in self._tries.items() if call in leases}
        led = set(self._driver.led)
        over = [call for call, lease in leases.items() if call not in led and self._is_over(call, lease)]
        if over:
            await self._adoption.take_over(over)
        standings = self._living.others()
        gone = [
            app
            for app, before in self._standings.items()
            if before is Standing.ALIVE and standings.get(app, Standing.DEAD) is not Standing.ALIVE
        ]
        self._standings = standings
        if gone and (self._comparing is None or self._comparing.done()):
            log.warning("process.gone", count=len(gone))
            # Somebody may just have come to it, of whom nothing is written yet: nobody else sees that caller.
            self._comparing = asyncio.create_task(self._compare_once())
        await self._overhear({call: lease for call, lease in leases.items() if call not in led})

    def _is_over(self, call: CallId, lease: Lease) -> bool:
        if self._adoption.is_over(lease):
            return True
        if not self._leases.is_ours(call):
            return False
        # Ours, and not led: adoption was broken off, or a fault of ours ended its task.
        tries = self._tries[call] = self._tries.get(call, 0) + 1
        if tries == TRIES:
            log.error("lease.call_not_led", call=call)
        return tries < TRIES

    async def _compare_once(self) -> None:
        with suppress(AriError):
            await self._compare()

    async def _overhear(self, elsewhere: dict[CallId, Lease]) -> None:
        """Hear the keys of operators' legs that another process leads: it may be gone when one is pressed."""
        legs = {leg for lease in elsewhere.values() for leg in lease.legs}
        self._overheard &= legs
        for leg in legs - self._overheard:
            try:
                await self._client.subscribe(f"channel:{leg}")
            except AriAway:
                return
            except AriRefused:
                log.info("lease.leg_gone", leg=leg)
            self._overheard.add(leg)
