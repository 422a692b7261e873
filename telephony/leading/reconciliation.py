"""Compares what Asterisk has with what we know, on every connect and every 30 seconds, and mends it.

Events that happened while nobody listened are never told again. A caller whose process died hears silence for
ever unless somebody else takes the call on; an operator's leg stays up alone; bridges never vanish.
What is seen once may just be under way; except for a dead process's calls, only what is seen twice is mended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping

from core.clock import Clock
from core.ids import CallId, LegId
from core.logs import get_log
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError
from telephony.call import events as on
from telephony.call.call import Call, call_of_name
from telephony.help.help_legs import is_help_leg
from telephony.leading.adoption import Adoption, found_of, holding_phones, look
from telephony.leading.differences import Difference, Seen, Sighting, differences
from telephony.leading.driver import CallDriver
from telephony.leading.lease import DIALPLAN, CallLeases
from telephony.leading.lease_file import Lease
from telephony.live.live_legs import is_live_leg

LOOK_AGAIN_SECONDS = 1.0

LOOKS = 20
LOOK_BETWEEN_SECONDS = 0.2
"""How often, and how far apart, we look for a moment in which a call stands still."""

log = get_log()


class Reconciliation:
    """Keeps our calls and Asterisk's channels the same."""

    def __init__(  # noqa: PLR0913  each is one side of the comparison
        self,
        client: AriClient,
        driver: CallDriver,
        leases: CallLeases,
        adoption: Adoption,
        clock: Clock,
        *,
        prefix: str,
        hand_back: Callable[[LegId], Awaitable[None]],
    ) -> None:
        """Take both sides, who leads which call, and the prefix of our applications' names.

        ``hand_back`` gives a caller's leg that belongs to no call to the dialplan; it is awaited.
        """
        self._client = client
        self._driver = driver
        self._leases = leases
        self._adoption = adoption
        self._clock = clock
        self._prefix = prefix
        self._hand_back = hand_back
        self._turn = asyncio.Lock()
        self._took_all = False

    async def after_connect(self) -> None:
        """Compare after a connection was made: nobody told us what happened before it.

        Raises:
            AriError: Asterisk is away again, or too slow; compare again.
        """
        async with self._turn:
            await self._tell_ours_what_is_left()
            if not self._took_all:
                await self._adoption.take_all()
                self._took_all = True
        await self.compare()

    async def _tell_ours_what_is_left(self) -> None:
        """Deliver to each of our calls what was found of it, unless something happened while we looked.

        What is told too late would undo it: of an operator who just answered it would say that nobody had.
        """
        waiting = {call.id for call in self._driver.calls.values() if call.arrival is not None}
        log.info("reconciliation.connected", count=len(waiting))
        for _ in range(LOOKS):
            before = [call for name, call in self._driver.calls.items() if name in waiting]
            if not before:
                return
            seen = await look(self._client)
            holding = await holding_phones(self._client, before, seen)
            told = [call for call in before if self._driver.is_untouched(call)]
            for call in told:
                now = self._clock.now()
                found = found_of(call, seen, now, ringing_is_ours=True, holding=holding)
                self._driver.deliver(call.id, found)
            waiting = {call.id for call in before} - {call.id for call in told}
            if waiting:
                await asyncio.sleep(LOOK_BETWEEN_SECONDS)

    async def compare(self) -> None:
        """Compare twice, and mend what differed both times.

        Raises:
            AriError: Asterisk is away or too slow; compare again.
        """
        async with self._turn:
            calls = self._ours()
            seen = await look(self._client)
            self._clear_leases(seen)
            left = self._left_by_the_dead(seen)
            if left:
                await self._adoption.take_over(left)
            once = set(self._differences(calls, seen))
            if not once:
                return
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            calls = self._ours()
            seen = await look(self._client)
            for difference in self._differences(calls, seen):
                if difference in once:
                    await self._mend(difference, calls, seen)

    def _ours(self) -> Mapping[CallId, Call]:
        """List the calls that are ours at this very moment; another process may have taken some."""
        return {call: one for call, one in self._driver.calls.items() if self._leases.is_ours(call)}

    def _left_by_the_dead(self, seen: Seen) -> frozenset[CallId]:
        """Name the callers under applications of ours whose process is gone, and that nobody leads."""
        leases = self._leases.all()
        return frozenset(
            CallId(leg)
            for name, legs in seen.applications.items()
            if name.startswith(self._prefix) and self._adoption.is_over(Lease(owner=name))
            for leg in legs
            if call_of_name(leg) is None
            and not is_help_leg(leg)
            and not is_live_leg(leg)
            and leg not in self._driver.led
            and ((lease := leases.get(CallId(leg))) is None or self._adoption.is_over(lease))
        )

    def _clear_leases(self, seen: Seen) -> None:
        """Forget the callers whom the dialplan served, once they are gone."""
        for call, lease in self._leases.all().items():
            if lease.owner == DIALPLAN and call not in seen.channels:
                self._leases.clear(call)

    def _differences(self, calls: Mapping[CallId, Call], seen: Seen) -> Iterator[Sighting]:
        others = [
            name
            for name in seen.applications
            if name != self._client.app and not self._adoption.is_over(Lease(owner=name))
        ]
        led = {leg for name in others for leg in seen.applications[name]}
        # A call that is led elsewhere, or that waits to be taken over: none of its legs is an orphan.
        leased = {call for call, lease in self._leases.all().items() if lease.owner != DIALPLAN}
        mine = seen.applications.get(self._client.app, frozenset())
        return differences(calls, seen, mine=mine, led_elsewhere=led | (leased - calls.keys()))

    async def _mend(self, difference: Sighting, calls: Mapping[CallId, Call], seen: Seen) -> None:
        kind, name = difference
        log.warning("reconciliation.mended", kind=kind.value)
        match kind:
            case Difference.CALLER_GONE:
                now = self._clock.now()
                found = found_of(calls[CallId(name)], seen, now, ringing_is_ours=True)
                lost = isinstance(found, on.CallLost)
                self._driver.deliver(CallId(name), found if lost else on.CallerHungUp(at=now))
            case Difference.LEG_GONE:
                call = call_of_name(name)
                if call is not None:
                    self._driver.deliver(call, on.OperatorHungUp(at=self._clock.now(), leg=LegId(name)))
            case Difference.ORPHAN_LEG:
                await self._try(self._client.hang_up(name))
            case Difference.STRAY_CALLER:
                await self._try(self._hand_back(LegId(name)))
            case Difference.EMPTY_BRIDGE:
                await self._try(self._client.destroy_bridge(name))

    async def _try(self, action: Awaitable[object]) -> None:
        """Do what can be done; what is refused is compared again in half a minute."""
        try:
            await action
        except AriError:
            log.warning("reconciliation.refused")
