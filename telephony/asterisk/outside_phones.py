"""Performs what reaches beyond the phones that a call rings: the carrier, and colleagues called by a phone.

Both come as legs that our call names, so that whatever becomes of them is told like that of any other leg.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from core.clock import Clock
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError, AriRefused
from telephony.asterisk.outside_lines import OutsideLines, OutsideNotReachable
from telephony.call import commands as do
from telephony.call.events import CallEvent, Cause, OperatorHungUp

OUTSIDE_COMMANDS = (do.RingOutside, do.LetItRing, do.FetchColleague)

RINGING_TONE = "tone:ring;tonezone=jp"
FETCHED = "__TSUWAROKU_FETCHED"
FETCHING = "Local/fetch@fetch-colleague/n"
"""The dialplan's place that takes a colleague's channel (`asterisk_config/inner_calls.py`)."""

_CHANNEL = re.compile(r"PJSIP/[a-z0-9][a-z0-9-]{0,80}")
_CONFLICT = 409
_NO_SUCH = (400, 500)
"""What Asterisk says of an endpoint that it cannot ring."""


class OutsidePhones:
    """The carrier's side of the telephone system behind ARI. Raises AriError for what Asterisk refuses."""

    def __init__(self, client: AriClient, clock: Clock, lines: OutsideLines | None) -> None:
        """Take the client, the clock, and the ways out of the hall; without them nobody outside is called."""
        self._client = client
        self._clock = clock
        self._lines = lines

    async def perform(self, command: do.Command) -> Sequence[CallEvent]:
        """Perform one of OUTSIDE_COMMANDS."""
        match command:
            case do.LetItRing(bridge=bridge, playback=playback):
                await self._client.play_to_bridge(bridge, playback, RINGING_TONE)
                return ()
            case do.RingOutside():
                return await self._ring(command)
            case do.FetchColleague(channel=channel) if _CHANNEL.fullmatch(channel):
                if command.far:
                    with suppress(AriError):  # that phone's own transfer key then does nothing
                        await self._client.subscribe(f"channel:{command.far}")
                return await self._originate(
                    command, FETCHING, caller_id="", seconds=command.seconds, variables={FETCHED: channel}
                )
            case do.FetchColleague():
                return self._gone(command)
            case _:
                raise TypeError(f"no command for outside: {type(command).__name__}")

    async def _ring(self, command: do.RingOutside) -> Sequence[CallEvent]:
        if self._lines is None:
            return self._gone(command)
        try:
            way = self._lines.way(command.line, command.party, command.sealed)
        except OutsideNotReachable:
            return self._gone(command)
        return await self._originate(
            command, way.endpoint, caller_id=f"<{way.shown}>", seconds=command.seconds
        )

    async def _originate(
        self,
        command: do.RingOutside | do.FetchColleague,
        endpoint: str,
        *,
        caller_id: str,
        seconds: int,
        variables: dict[str, str] | None = None,
    ) -> Sequence[CallEvent]:
        try:
            await self._client.originate(
                command.leg,
                endpoint=endpoint,
                app_args="op,",
                originator=None,
                caller_id=caller_id,
                timeout_seconds=seconds,
                variables=variables,
            )
        except AriRefused as refused:
            if refused.status == _CONFLICT:
                return ()  # this very leg rings already
            if refused.status in _NO_SUCH:
                return self._gone(command)
            raise
        return ()

    def _gone(self, command: do.RingOutside | do.FetchColleague) -> Sequence[CallEvent]:
        return [OperatorHungUp(at=self._clock.now(), leg=command.leg, cause=Cause.UNREACHABLE)]
