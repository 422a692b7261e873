"""Starts and stops recordings in a running call: AMI for the act, ARI for what stands on the channel.

Asterisk leaves the recording's own name on the channel, so a second start meets the first one and starts
nothing: two recordings into one file would tear both apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from core.clock import Clock
from telephony.asterisk.ami_client import AmiAway, AmiClient, AmiRefused
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk_config.plan import recording_name
from telephony.call import commands as do
from telephony.call.events import Action, ActionRefused, CallEvent, RecordingBegan, RecordingStopped, Refusal

NAME = "TSUWAROKU_MIXMONITOR"
RECORDED_FROM = "TSUWAROKU_RECORDED_FROM"
STOP_ASKED = "TSUWAROKU_STOP_ASKED"
"""Set before a recording is stopped: to whoever asks again, Asterisk's no means that it is done."""

RECORDING_COMMANDS = (do.StartRecording, do.StopRecording)


class RecordingPhones:
    """Performs RECORDING_COMMANDS.

    Args:
        client: our ARI
        ami: None where AMI cannot be reached: then nothing can be started or stopped, and people are told
        recordings: where tracks are written, as Asterisk sees it
        clock: when a recording began
    """

    def __init__(self, client: AriClient, ami: AmiClient | None, recordings: Path, clock: Clock) -> None:
        self._client = client
        self._ami = ami
        self._recordings = recordings
        self._clock = clock

    async def perform(self, command: do.Command) -> Sequence[CallEvent]:
        """Perform a command. Raises AriError for what ARI refuses."""
        match command:
            case do.StartRecording():
                return [await self._start(command)]
            case do.StopRecording():
                return [await self._stop(command)]
            case _:
                raise TypeError(f"no command for recordings: {type(command).__name__}")

    async def _start(self, command: do.StartRecording) -> CallEvent:
        if await self._client.variable(command.leg, NAME):
            return RecordingBegan(at=self._clock.now())
        base = self._recordings / recording_name(command.line, command.leg)
        began = self._clock.now()
        try:
            await asyncio.to_thread(
                self._reached().start_recording,
                command.leg,
                options=f"r({base}_r.wav)t({base}_t.wav)i({NAME})",
            )
        except (AmiAway, AmiRefused) as failure:
            return self._refused(Action.START_RECORDING, failure)
        await self._client.set_variable(command.leg, RECORDED_FROM, f"{began.timestamp():.3f}")
        return RecordingBegan(at=began)

    async def _stop(self, command: do.StopRecording) -> CallEvent:
        name = await self._client.variable(command.leg, NAME)
        again = await self._client.variable(command.leg, STOP_ASKED)
        await self._client.set_variable(command.leg, STOP_ASKED, "1")
        try:
            await asyncio.to_thread(self._reached().stop_recording, command.leg, name or "")
        except AmiRefused as failure:
            if not again:
                await self._client.set_variable(command.leg, STOP_ASKED, "")
                return self._refused(Action.STOP_RECORDING, failure)
        except AmiAway as failure:
            return self._refused(Action.STOP_RECORDING, failure)
        return RecordingStopped(at=self._clock.now())

    def _reached(self) -> AmiClient:
        if self._ami is None:
            raise AmiAway
        return self._ami

    def _refused(self, action: Action, failure: AmiAway | AmiRefused) -> ActionRefused:
        reason = Refusal.TIMEOUT if isinstance(failure, AmiAway) else Refusal.GONE
        return ActionRefused(at=self._clock.now(), action=action, reason=reason)
