"""Leads calls on that nobody leads any more: takes the lease, reads the journal, moves the legs, goes on.

In that order. With the lease in hand nobody else writes of the call or acts on it, so what is read then is
all that its leader knew; and what Asterisk has is looked at after that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.clock import Clock
from core.ids import CallId, LegId
from core.logs import get_log
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError
from telephony.asterisk.ari_messages import MOVED
from telephony.call import events as on
from telephony.call.call import Call, Phase
from telephony.journal.journal_files import JournalledCall
from telephony.leading.differences import Seen
from telephony.leading.driver import CallDriver
from telephony.leading.lease import DIALPLAN, CallLeases, LeaseBusy
from telephony.leading.lease_file import Lease
from telephony.leading.process_life import LivingProcesses, Standing

PHONE_HOLDS = "CHANNEL(rtp,hold)"
"""Asterisk's own knowledge of a SIP phone's hold, ``1`` or ``0`` (function CHANNEL, PJSIP's item rtp)."""

LOOKS_BEFORE_KILL = 2
LOOKS_BEFORE_BREAK = 10
"""How often a call's lock may be met held: a process acts for milliseconds, a frozen one for ever."""

log = get_log()


class Papers(Protocol):
    """The journal, as whoever takes a call over needs it."""

    def open_calls(self) -> Sequence[Call]:
        """Rebuild every call that has not ended and whose writer is dead. Reads files."""
        ...

    def read_open(self, calls: Collection[CallId]) -> Sequence[JournalledCall]:
        """Rebuild those of these calls that have not ended. Reads files."""
        ...

    def take_over(self, journalled: JournalledCall, term: int) -> None:
        """Begin a new term of a call's entries."""
        ...


class Adoption:
    """Takes calls over from processes that are dead, frozen or leaving."""

    def __init__(  # noqa: PLR0913  each is one part of what a call is made of
        self,
        client: AriClient,
        driver: CallDriver,
        *,
        journal: Papers,
        leases: CallLeases,
        living: LivingProcesses,
        clock: Clock,
        hand_back: Callable[[LegId], Awaitable[None]],
        keys_since: Callable[[CallId, datetime | None], Sequence[on.DigitPressed]] = lambda _call, _at: (),
    ) -> None:
        """Take the collaborators.

        ``hand_back`` gives a caller's leg of which nothing was written to the dialplan; ``keys_since`` tells
        the keys we heard on a call's legs ourselves, after a moment.
        """
        self._client = client
        self._driver = driver
        self._journal = journal
        self._leases = leases
        self._living = living
        self._clock = clock
        self._hand_back = hand_back
        self._keys_since = keys_since
        self._turn = asyncio.Lock()
        self._busy: dict[CallId, int] = {}
        self._stopped = False

    def stop(self) -> None:
        """Take nothing over any more: this process leaves."""
        self._stopped = True

    async def take_all(self) -> None:
        """Take over everything that nobody leads, also what only a dead process's journal knows.

        Raises:
            AriError: Asterisk is away; try again.
        """
        written = await asyncio.to_thread(self._journal.open_calls)
        left = {call for call, lease in self._leases.all().items() if self.is_over(lease)}
        await self.take_over(left | {call.id for call in written})

    def is_over(self, lease: Lease) -> bool:
        """Say whether nobody who lives and moves leads the call."""
        return lease.owner != DIALPLAN and self._living.standing(lease.owner) is not Standing.ALIVE

    async def take_over(self, calls: Collection[CallId]) -> None:
        """Take over those of these calls that nobody else leads.

        Raises:
            AriError: Asterisk is away. What was taken is ours, and led by nobody yet; take it again.
        """
        if self._stopped:
            return
        async with self._turn:
            led = set(self._driver.led)
            terms = {call: term for call in calls if call not in led and (term := self._take(call))}
            if not terms:
                return
            read = await asyncio.to_thread(self._journal.read_open, frozenset(terms))
            written = {one.call.id: one for one in read}
            seen = await look(self._client)
            await asyncio.gather(
                *(self._lead_on(call, term, written.get(call), seen) for call, term in terms.items())
            )

    def _take(self, call: CallId) -> int | None:
        try:
            term = self._leases.take(call, lambda owner: self.is_over(Lease(owner=owner)))
        except LeaseBusy:
            self._insist(call)
            return None
        self._busy.pop(call, None)
        return term

    def _insist(self, call: CallId) -> None:
        """Somebody holds the lock of a call whose leader is gone: it froze in the very middle of acting."""
        held = self._busy[call] = self._busy.get(call, 0) + 1
        if held == LOOKS_BEFORE_KILL:
            lease = self._leases.all().get(call)
            if lease is not None:
                self._living.end_frozen(lease.owner)
        elif held >= LOOKS_BEFORE_BREAK:
            del self._busy[call]
            self._leases.break_lock(call)

    async def _lead_on(self, call: CallId, term: int, written: JournalledCall | None, seen: Seen) -> None:
        if written is None or written.call.arrival is None:
            await self._nothing_written(call, seen)
            return
        log.info("reconciliation.adopted", call=call, phase=written.call.phase.value, count=term)
        self._journal.take_over(written, term)
        holding = await holding_phones(self._client, (written.call,), seen)
        now = self._clock.now()
        found = found_of(written.call, seen, now, ringing_is_ours=False, holding=holding)
        if written.call.leg in seen.channels:
            await self._bring_here(written.call, seen)
        self._driver.resume(written.call, found, *self._keys_since(call, written.last_key_at))

    async def _nothing_written(self, call: CallId, seen: Seen) -> None:
        """Nobody can go on with a call of which nothing is known; the dialplan can serve it."""
        if call not in seen.channels:
            self._leases.finish(call)
            return
        log.warning("reconciliation.caller_without_journal", call=call)
        await self._try(self._hand_back(LegId(call)))
        self._leases.leave_to_dialplan(call)

    async def _bring_here(self, call: Call, seen: Seen) -> None:
        """Bring a call's legs into our application, and hear what happens to them."""
        legs = seen.legs_of(call.id)
        # A phone that rings for another application would go there when it is answered: it rings anew.
        await asyncio.gather(*(self._try(self._client.hang_up(leg)) for leg in legs if not seen.up(leg)))
        here = (call.leg, *(leg for leg in legs if seen.up(leg)))
        await asyncio.gather(*(self._bring(leg, call) for leg in here))
        far = (one.far for one in call.operators if one.far is not None and one.far in seen.channels)
        await asyncio.gather(*(self._try(self._client.subscribe(f"channel:{one}")) for one in far))

    async def _bring(self, leg: LegId, call: Call) -> None:
        await self._try(self._client.subscribe(f"channel:{leg}"))
        if call.phase is not Phase.RETURNED:
            await self._try(self._client.move_here(leg, f"{MOVED},{call.id}"))

    async def _try(self, action: Awaitable[object]) -> None:
        try:
            await action
        except AriError:
            log.warning("reconciliation.refused")


def found_of(
    call: Call, seen: Seen, now: datetime, *, ringing_is_ours: bool, holding: Collection[LegId] = ()
) -> on.CallEvent:
    """Say what of a call still exists.

    Args:
        call: as it was known
        seen: what Asterisk has
        now: when that was seen
        ringing_is_ours: who answers a ringing phone comes to us
        holding: the operators' legs whose own phone holds (`holding_phones`)
    """
    up = call.leg in seen.channels
    if not up and call.arrival is not None and call.arrival.at < seen.started_at:
        return on.CallLost(at=now)
    legs = seen.operator_legs(call.id)
    members = seen.bridges.get(call.bridge, frozenset())
    return on.Adopted(
        at=now,
        caller_up=up,
        answered=tuple(leg for leg in legs if seen.up(leg)),
        ringing=tuple(leg for leg in legs if ringing_is_ours and not seen.up(leg)),
        joined=tuple(leg for leg in legs if call.leg in members and leg in members),
        holding=tuple(leg for leg in legs if leg in holding),
    )


async def holding_phones(client: AriClient, calls: Iterable[Call], seen: Seen) -> frozenset[LegId]:
    """Ask which operators' own phones hold their caller; a phone of which nothing can be learnt does not."""
    legs = [call.operator.leg for call in calls if call.operator and seen.is_phone(call.operator.leg)]
    told = await asyncio.gather(*(client.variable(leg, PHONE_HOLDS) for leg in legs), return_exceptions=True)
    for one in told:
        if isinstance(one, BaseException) and not isinstance(one, AriError):
            raise one
    return frozenset(leg for leg, one in zip(legs, told, strict=True) if one == "1")


async def look(client: AriClient) -> Seen:
    """Ask Asterisk for everything at once.

    Raises:
        AriError: it refused or did not answer.
    """
    channels, bridges, applications, started_at = await asyncio.gather(
        client.channels(), client.bridges(), client.applications(), client.started_at()
    )
    return Seen(
        channels={str(one.get("id")): one for one in channels},
        bridges={str(one.get("id")): frozenset(map(str, one.get("channels", ()))) for one in bridges},
        applications=_applications(applications),
        started_at=started_at,
    )


def _applications(told: Sequence[Mapping[str, object]]) -> Mapping[str, frozenset[str]]:
    found = dict[str, frozenset[str]]()
    for one in told:
        legs = one.get("channel_ids")
        found[str(one.get("name"))] = frozenset(map(str, legs)) if isinstance(legs, list) else frozenset()
    return found
