"""応援 that no screen accepts rings telephones down the chain, one after another, until one accepts.

It never touches the citizen's call: the telephones that ring here are legs of their own, in no bridge. Which
process takes a step is decided by the row, so any number of processes may run this.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from core.clock import Clock
from core.ids import CallId, DepartmentId, PhoneId
from core.logs import get_log
from core.profile.model import CityProfile
from core.profile.supervision import HelpChain
from storage.database import DatabaseAway
from storage.help_ringing import WaitingHelp
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError
from telephony.call.call import Call
from telephony.help.help_legs import help_leg, is_help_leg

LOOK_SECONDS = 0.5
ROUNDS = 3
"""How often a chain is rung through. After that only the screens still call."""

SLACK = timedelta(seconds=3)
"""A phone that should long be silent was rung by a process that died: the next one rings."""

DECIDE_SECONDS = timedelta(seconds=20)
"""So long whoever picked up may think; then the next phone rings."""

ACCEPT_KEY = "1"

LedCalls = Callable[[], Mapping[CallId, Call]]
"""Returns the calls that this process leads, as they stand; from any thread."""

log = get_log()


class Rows(Protocol):
    """Who waits for help (`storage.help_ringing`). Every call may raise DatabaseAway."""

    def waiting(self) -> Sequence[WaitingHelp]:
        """Return the open requests that nobody accepted."""
        ...

    def claim(self, waiting: WaitingHelp, phone: PhoneId, at: datetime) -> bool:
        """Take the next step; False when another process was faster."""
        ...

    def silent(self, request: UUID, tried: int) -> None:
        """Write that the phone tried last rings no more."""
        ...

    def picked_up(self, request: UUID, tried: int, at: datetime) -> None:
        """Write that somebody picked up and is being asked."""
        ...

    def accept(self, request: UUID, phone: PhoneId, at: datetime) -> bool:
        """Accept at a phone; False when it is no longer wanted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """One telephone that we ring for help."""

    request: UUID
    phone: PhoneId
    tried: int
    announcement: str
    picked_up_at: datetime | None = None


class HelpCalls:
    """Rings telephones for help, as long as `run` runs.

    Args:
        rows: who waits for help
        profile: the chains, and how long each step takes
        client: bears this process's application
        clock: for the steps' times
        prompt: where Asterisk finds an announcement
    """

    def __init__(
        self, rows: Rows, profile: CityProfile, client: AriClient, clock: Clock, prompt: Callable[[str], str]
    ) -> None:
        self._rows = rows
        self._profile = profile
        self._client = client
        self._clock = clock
        self._prompt = prompt
        self._ringing: dict[str, Ringing] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look for help that nobody accepts until cancelled. While the database is away nobody is rung."""
        while True:
            try:
                await self._look()
            except DatabaseAway:
                log.warning("help.database_away")
            except AriError:
                log.warning("help.asterisk_away")
            except Exception:
                log.exception("help.look_failed")  # no fault here may end the process that leads calls
            await asyncio.sleep(LOOK_SECONDS)

    def hear(self, told: Mapping[str, Any]) -> bool:
        """Take what Asterisk says of a telephone that rings for help; False for everything else."""
        channel = told.get("channel")
        leg = channel.get("id") if isinstance(channel, dict) else None
        if not isinstance(leg, str) or not is_help_leg(leg):
            return False
        ringing = self._ringing.get(leg)
        match told.get("type"):
            case _ if ringing is None:
                pass
            case "StasisStart":
                self._start(self._picked_up(leg, ringing))
            case "ChannelDtmfReceived" if told.get("digit") == ACCEPT_KEY:
                self._start(self._accepted(leg, ringing))
            case "ChannelDestroyed":
                self._start(self._gone(leg, ringing))
            case _:
                pass
        return True

    # Looking ---------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        waiting = await asyncio.to_thread(self._rows.waiting)
        now = self._clock.now()
        wanted = {one.id for one in waiting}
        for leg, ringing in list(self._ringing.items()):
            thought = ringing.picked_up_at is not None and now - ringing.picked_up_at > DECIDE_SECONDS
            if ringing.request not in wanted or thought:
                await self._hang_up(leg)
        for one in waiting:
            await self._step(one, now)

    async def _step(self, one: WaitingHelp, now: datetime) -> None:
        chain = self._profile.help.chain(one.department)
        if chain is None or now < self._due(one):
            return
        phone = next_phone(one, chain)
        if phone is None:
            if one.ringing_since is not None:
                await asyncio.to_thread(self._rows.silent, one.id, len(one.rung))
            return
        if await asyncio.to_thread(self._rows.claim, one, phone, now):
            await self._ring(one, phone, chain)

    def _due(self, one: WaitingHelp) -> datetime:
        """Say when the next phone may ring."""
        plan = self._profile.help
        if one.ringing_since is not None:
            return one.ringing_since + max(timedelta(seconds=plan.ring_seconds), DECIDE_SECONDS) + SLACK
        return one.asked_at if one.rung else one.asked_at + timedelta(seconds=plan.accept_seconds)

    # Ringing ---------------------------------------------------------------------------------------------

    async def _ring(self, one: WaitingHelp, phone: PhoneId, chain: HelpChain) -> None:
        tried = len(one.rung) + 1
        leg = help_leg(one.id, tried)
        self._ringing[leg] = Ringing(
            request=one.id, phone=phone, tried=tried, announcement=chain.announcement
        )
        log.info("help.rings", call=one.call, count=tried)
        try:
            await self._client.originate(
                leg,
                endpoint=f"PJSIP/{phone}",
                app_args="help",
                originator=None,
                caller_id=self._shown(chain.department, one.asker),
                timeout_seconds=self._profile.help.ring_seconds,
            )
        except AriError:
            # Not registered, or not reached: the next one, at the next look.
            await self._gone(leg, self._ringing[leg])

    def _shown(self, department: DepartmentId, asker: PhoneId | None) -> str:
        """Say on the telephone's display that this is a call for help, and from which desk."""
        named = self._profile.phone(asker) if asker is not None else None
        name = named.name if named is not None else self._profile.department(department).name
        return f'"応援 {"".join(one for one in name if one not in _UNSHOWN)}" <{asker or ""}>'

    async def _picked_up(self, leg: str, ringing: Ringing) -> None:
        now = self._clock.now()
        self._ringing[leg] = replace(ringing, picked_up_at=now)
        try:
            await asyncio.to_thread(self._rows.picked_up, ringing.request, ringing.tried, now)
        except DatabaseAway:
            log.warning("help.database_away")
        words = f"sound:{self._prompt(ringing.announcement)}"
        await self._try(self._client.play(leg, f"{leg}-words", words))

    async def _accepted(self, leg: str, ringing: Ringing) -> None:
        try:
            accepted = await asyncio.to_thread(
                self._rows.accept, ringing.request, ringing.phone, self._clock.now()
            )
        except DatabaseAway:
            log.warning("help.database_away")
            return  # The key may be pressed again; nobody is told that help comes before it is written.
        log.info("help.accepted" if accepted else "help.accepted_late", count=ringing.tried)
        await self._hang_up(leg)

    async def _gone(self, leg: str, ringing: Ringing) -> None:
        self._ringing.pop(leg, None)
        try:
            await asyncio.to_thread(self._rows.silent, ringing.request, ringing.tried)
        except DatabaseAway:
            log.warning("help.database_away")

    async def _hang_up(self, leg: str) -> None:
        await self._try(self._client.hang_up(leg))

    async def _try(self, work: Awaitable[None]) -> None:
        try:
            await work
        except AriError:
            return

    def _start(self, work: Any) -> None:  # noqa: ANN401  a coroutine of ours; none returns anything
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


class NoHelpCalls:
    """Rings nobody: only screens call for help."""

    def __init__(self, _client: AriClient, _calls: LedCalls) -> None:
        """Take what `HelpCalls` needs."""

    async def run(self) -> None:
        """Do nothing."""

    def hear(self, told: Mapping[str, Any]) -> bool:  # noqa: ARG002  nothing is ours
        """Leave everything to others."""
        return False


_UNSHOWN = '"<>\\'


def next_phone(one: WaitingHelp, chain: HelpChain) -> PhoneId | None:
    """Name the telephone that rings next: never the one where help is needed; None after ROUNDS."""
    phones = [phone for phone in chain.phones if phone != one.asker]
    tried = len(one.rung)
    return phones[tried % len(phones)] if phones and tried < ROUNDS * len(phones) else None
