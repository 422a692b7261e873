"""Performs what supervisors on a call need of Asterisk: snoops, their own bridges, words to both, loudness.

A whisper goes to the operator's telephone alone: the snoop writes into what is sent to that leg, while the
recording hangs on the caller's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from core.clock import Clock
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError, AriRefused
from telephony.asterisk.bridging import put_in
from telephony.call import commands as do
from telephony.call.events import CallEvent, GuestPlaced, OrderPerformed
from telephony.call.orders import DONE, NOT_POSSIBLE

CONFLICT = 409
NOT_YET = (400, 409, 422)
"""What Asterisk says of a snoop that has not entered our application yet (milliseconds)."""

ENTER_TRIES = 50
ENTER_BETWEEN_SECONDS = 0.02

FACTORS = (0, -2, -4, -8)
"""Step → VOLUME(TX): 0 leaves it, -n divides by n; each step is 6 dB softer."""

GUEST_COMMANDS = (do.ListenIn, do.SetAside, do.JoinGuest, do.TellBoth, do.SetLoudness)


class GuestPhones:
    """Supervisors' side of the telephone system behind ARI. Raises AriError for what Asterisk refuses."""

    def __init__(self, client: AriClient, clock: Clock, prompt: Callable[[str], str]) -> None:
        """Take the client, the clock, and where Asterisk finds an announcement."""
        self._client = client
        self._clock = clock
        self._prompt = prompt

    async def perform(self, command: do.Command) -> Sequence[CallEvent]:
        """Perform one of GUEST_COMMANDS."""
        client = self._client
        match command:
            case do.ListenIn():
                return await self._listen_in(command)
            case do.SetAside(leg=leg, bridge=bridge):
                await put_in(client, bridge, leg)
            case do.JoinGuest(leg=leg, bridge=bridge):
                await client.add_to_bridge(bridge, leg, absorb_dtmf=True)
                return [GuestPlaced(at=self._clock.now(), leg=leg)]
            case do.TellBoth(order=None):
                await self._tell(command)
            case do.TellBoth(order=order):
                return [await self._answer(order or "", self._tell(command))]
            case do.SetLoudness(leg=leg, step=step, order=order):
                factor = str(FACTORS[step])
                return [await self._answer(order, client.set_variable(leg, "VOLUME(TX)", factor))]
            case _:
                raise TypeError(f"no command for supervisors: {type(command).__name__}")
        return ()

    async def _listen_in(self, command: do.ListenIn) -> Sequence[CallEvent]:
        client = self._client
        try:
            await put_in(client, command.bridge, command.leg)
            await self._snoop(command)
            await self._add_snoop(command)
        except AriError:
            with suppress(AriError):
                await client.hang_up(command.snoop)
            raise
        return [GuestPlaced(at=self._clock.now(), leg=command.leg)]

    async def _snoop(self, command: do.ListenIn) -> None:
        try:
            await self._client.snoop(command.operator, command.snoop, whisper=command.whisper)
        except AriRefused as refused:
            if refused.status != CONFLICT:  # this very snoop is there already
                raise

    async def _add_snoop(self, command: do.ListenIn) -> None:
        for again in range(ENTER_TRIES):
            try:
                await self._client.add_to_bridge(command.bridge, command.snoop, absorb_dtmf=False)
            except AriRefused as refused:
                if refused.status not in NOT_YET or again == ENTER_TRIES - 1:
                    raise
                await asyncio.sleep(ENTER_BETWEEN_SECONDS)
            else:
                return

    async def _tell(self, command: do.TellBoth) -> None:
        media = f"sound:{self._prompt(command.announcement)}"
        with suppress(AriError):
            # A bridge that a process made which has died since tells us nothing of its playback otherwise.
            await self._client.subscribe(f"bridge:{command.bridge}")
        await self._client.play_to_bridge(command.bridge, command.playback, media)

    async def _answer(self, order: str, work: Awaitable[None]) -> OrderPerformed:
        """Say of an order whether Asterisk did it."""
        result = DONE
        try:
            await work
        except AriError:
            result = NOT_POSSIBLE
        return OrderPerformed(at=self._clock.now(), order=order, result=result)
