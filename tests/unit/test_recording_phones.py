"""A recording that is stopped twice, because a process died between the two, was stopped, and no fault."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from core.clock import SystemClock
from core.ids import LegId
from telephony.asterisk.ami_client import AmiAway, AmiClient, AmiRefused
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.recording_phones import NAME, RecordingPhones
from telephony.call import commands as do
from telephony.call import events as on

CALLER = LegId("city-1795290506.0")


class _Killed(Exception):
    """Nobody is there any more to say that it was stopped."""


class _Channel:
    """What stands on the caller's channel."""

    def __init__(self) -> None:
        self.variables = {NAME: "0x55"}

    async def variable(self, _leg: str, name: str) -> str | None:
        return self.variables.get(name)

    async def set_variable(self, _leg: str, name: str, value: str) -> None:
        self.variables[name] = value


class _Recorder:
    """Asterisk's manager interface as far as stopping goes: what is not recorded cannot be stopped."""

    def __init__(self) -> None:
        self.recording = True
        self.dies_after_stopping = False
        self.away = False

    def stop_recording(self, _channel: str, _name: str) -> None:
        if self.away:
            raise AmiAway
        if not self.recording:
            raise AmiRefused
        self.recording = False
        if self.dies_after_stopping:
            raise _Killed


def stop(channel: _Channel, recorder: _Recorder) -> on.CallEvent:
    phones = RecordingPhones(
        cast("AriClient", channel), cast("AmiClient", recorder), Path("/recording"), SystemClock()
    )
    (event,) = asyncio.run(phones.perform(do.StopRecording(leg=CALLER)))
    return event


def test_whoever_asks_again_after_a_kill_hears_that_it_was_stopped() -> None:
    channel, recorder = _Channel(), _Recorder()
    recorder.dies_after_stopping = True
    with pytest.raises(_Killed):
        stop(channel, recorder)

    assert isinstance(stop(channel, recorder), on.RecordingStopped)


def test_what_was_never_recorded_is_not_said_to_be_stopped_however_often_it_is_asked() -> None:
    channel, recorder = _Channel(), _Recorder()
    recorder.recording = False

    assert isinstance(stop(channel, recorder), on.ActionRefused)
    assert isinstance(stop(channel, recorder), on.ActionRefused)


def test_nobody_who_could_not_be_asked_is_said_to_have_stopped() -> None:
    channel, recorder = _Channel(), _Recorder()
    recorder.away = True

    assert isinstance(stop(channel, recorder), on.ActionRefused)
    assert isinstance(stop(channel, recorder), on.ActionRefused)
