"""Performs what the call machine asks for, through ARI. What Asterisk refuses comes back as an event.

Every id is given by the command, so a second performance meets the first one's result and is no fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from core.clock import Clock
from core.ids import CallId, LegId
from core.logs import get_log
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError, AriRefused
from telephony.asterisk.bridging import put_in, put_together, why_not_in
from telephony.asterisk.guest_phones import GUEST_COMMANDS, GuestPhones
from telephony.asterisk.outside_lines import OutsideLines
from telephony.asterisk.outside_phones import OUTSIDE_COMMANDS, RINGING_TONE, OutsidePhones
from telephony.asterisk.recording_phones import RECORDING_COMMANDS, RecordingPhones
from telephony.asterisk.refused_actions import ACTIONS, ENDINGS, refusal_of
from telephony.call import commands as do
from telephony.call.call import playback_of
from telephony.call.callers import read_caller
from telephony.call.events import (
    Action,
    ActionRefused,
    CallerAnswered,
    CallerClass,
    CallEvent,
    Cause,
    ConsultJoined,
    LegsJoined,
    OperatorHungUp,
    Refusal,
)

ANNOUNCED = "TSUWAROKU_ANNOUNCED"
SERVE_ALONE = "serve-alone"
"""The dialplan's context that serves a call without us; its extensions are the lines."""

PLAYBACKS = range(1, 6)
"""Numbers of the announcements a call can have: two attempts, a second time after an adoption, an apology."""

BAD_REQUEST = 400
CONFLICT = 409
SERVER_FAULT = 500

_SHOWN = {
    CallerClass.WITHHELD: '"非通知" <anonymous>',
    CallerClass.PAYPHONE: '"公衆電話" <anonymous>',
    CallerClass.UNAVAILABLE: '"表示圏外" <anonymous>',
    CallerClass.UNREADABLE: '"番号不明" <anonymous>',
}

log = get_log()


class AriPhones:
    """The telephone system behind ARI."""

    def __init__(  # noqa: PLR0913  each is one side of the telephone system
        self,
        client: AriClient,
        clock: Clock,
        *,
        prompt: Callable[[str], str],
        trunk_of_phone: str = "PJSIP",
        recorder: RecordingPhones | None = None,
        outside: OutsideLines | None = None,
    ) -> None:
        """Take the client, the clock, and where Asterisk finds an announcement.

        ``prompt`` turns an announcement's id into the absolute path of its sound file as Asterisk sees it,
        without extension: with one, Asterisk plays nothing.
        """
        self._client = client
        self._clock = clock
        self._prompt = prompt
        self._technology = trunk_of_phone
        self._guests = GuestPhones(client, clock, prompt)
        self._outside = OutsidePhones(client, clock, outside)
        self._recorder = recorder or RecordingPhones(client, None, Path(), clock)

    async def perform(self, command: do.Command) -> Sequence[CallEvent]:
        """Perform a command and return what became of it. Timers, marks and alarms are not performed here."""
        try:
            return await self._perform(command)
        except AriError as error:
            return self._refused(command, error)

    async def _perform(  # noqa: C901, PLR0911, PLR0912  one case per command
        self, command: do.Command
    ) -> Sequence[CallEvent]:
        client = self._client
        match command:
            case do.AnswerCaller(leg=leg):
                await client.answer(leg)
                return [CallerAnswered(at=self._clock.now())]
            case do.PlayAnnouncement(leg=leg, playback=playback, announcement=announcement):
                await client.play(leg, playback, f"sound:{self._prompt(announcement)}")
            case do.StartRingback(leg=leg, playback=playback):
                await client.play(leg, playback, RINGING_TONE)
            case do.StopAnnouncement(playback=playback) | do.StopRingback(playback=playback):
                await client.stop_playback(playback)
            case do.RingOperator():
                return await self._ring(command)
            case do.JoinLegs():
                return await self._join(command)
            case do.HangUpLeg(leg=leg):
                await client.hang_up(leg)
            case do.RemoveBridge(bridge=bridge):
                await client.destroy_bridge(bridge)
            case do.HoldCaller() | do.StopMusic() | do.LeaveBridge() | do.JoinConsult() | do.AnswerRefer():
                return await self._set_aside(command)
            case do.ReturnToDialplan(leg=leg, announced=announced):
                await self.return_to_dialplan(leg, announced=announced)
            case _ if isinstance(command, RECORDING_COMMANDS):
                return await self._recorder.perform(command)
            case _ if isinstance(command, GUEST_COMMANDS):
                return await self._guests.perform(command)
            case _ if isinstance(command, OUTSIDE_COMMANDS):
                return await self._outside.perform(command)
            case _:
                raise TypeError(f"no command for the telephone system: {type(command).__name__}")
        return ()

    async def return_to_dialplan(self, leg: LegId, *, announced: bool) -> None:
        """Let the dialplan serve a call alone, with or without its own announcement."""
        # What plays, a ringing tone without end above all, would hold the channel back.
        playing = (f"rb-{leg}", *(playback_of(CallId(leg), one) for one in PLAYBACKS))
        await asyncio.gather(
            self._client.stop_music(leg),
            *(self._client.stop_playback(one) for one in playing),
            return_exceptions=True,
        )
        line = await self._client.variable(leg, "TSUWAROKU_LINE")
        await self._client.set_variable(leg, ANNOUNCED, "1" if announced else "0")
        await self._client.return_to_dialplan(leg, context=SERVE_ALONE, extension=line or "")

    async def _ring(self, command: do.RingOperator) -> Sequence[CallEvent]:
        shown = await self._shown_to_operator(command.caller_leg)
        try:
            await self._client.originate(
                command.leg,
                endpoint=f"{self._technology}/{command.phone}",
                app_args=f"op,{command.phone}",
                originator=command.caller_leg,
                caller_id=shown,
                timeout_seconds=command.seconds,
            )
        except AriRefused as refused:
            if refused.status == CONFLICT:
                return ()  # this very leg rings already
            if refused.status in (BAD_REQUEST, SERVER_FAULT):
                # So Asterisk says that the phone is not registered or does not exist.
                gone = OperatorHungUp(at=self._clock.now(), leg=command.leg, cause=Cause.UNREACHABLE)
                return [gone]
            raise
        return ()

    async def _shown_to_operator(self, caller_leg: LegId) -> str:
        """Say what the operator's phone displays: the number, never one that its owner withheld.

        The display name is a stranger's words: only read for why a number is missing, never shown.
        """
        try:
            number, name, presentation = await asyncio.gather(
                self._client.variable(caller_leg, "CALLERID(num)"),
                self._client.variable(caller_leg, "CALLERID(name)"),
                self._client.variable(caller_leg, "TSUWAROKU_PRESENTATION"),
            )
        except AriError:
            return _SHOWN[CallerClass.UNREADABLE]  # the phone must ring all the same
        caller = read_caller(number or "", name or "", presentation or "")
        return f"<{_as_dialled(caller.e164)}>" if caller.e164 else _SHOWN[caller.kind]

    async def _join(self, command: do.JoinLegs) -> Sequence[CallEvent]:
        caller, operator = command.caller, command.operator
        failures = await put_together(self._client, command.bridge, caller, operator, heard_dialling=caller)
        for leg, other, failure in zip((caller, operator), (operator, caller), failures, strict=True):
            if failure is not None:
                await self._leave(command.bridge, other)
                return [self._join_refused(leg, failure)]
        return [LegsJoined(at=self._clock.now(), operator=command.operator)]

    async def _set_aside(
        self, command: do.HoldCaller | do.StopMusic | do.LeaveBridge | do.JoinConsult | do.AnswerRefer
    ) -> Sequence[CallEvent]:
        client = self._client
        match command:
            case do.HoldCaller(bridge=bridge, leg=leg):
                await self._leave(bridge, leg)
                await client.start_music(leg)
            case do.StopMusic(leg=leg):
                await client.stop_music(leg)
            case do.LeaveBridge(bridge=bridge, leg=leg):
                await self._leave(bridge, leg)
            case do.AnswerRefer(leg=leg, accepted=accepted):
                await client.tell_transfer(leg, "channel_answered" if accepted else "channel_declined")
            case do.JoinConsult():
                return await self._join_aside(command)
        return ()

    async def _join_aside(self, command: do.JoinConsult) -> Sequence[CallEvent]:
        """Operator and colleague together, both with their keys absorbed: the operator's flag key counts."""
        await put_in(self._client, command.bridge, command.operator, command.target)
        return [ConsultJoined(at=self._clock.now(), target=command.target)]

    async def _leave(self, bridge: str, leg: LegId) -> None:
        """Take the leg that did come out again: alone in a bridge it would hear nothing."""
        try:
            await self._client.remove_from_bridge(bridge, leg)
        except AriError:
            return

    def _join_refused(self, leg: LegId, error: AriError) -> ActionRefused:
        reason = why_not_in(error, refusal_of(error))
        log.warning("asterisk.refused", code=Action.JOIN_LEGS.value, reason=reason.value)
        gone = leg if reason is Refusal.GONE else None
        return ActionRefused(at=self._clock.now(), action=Action.JOIN_LEGS, reason=reason, leg=gone)

    def _refused(self, command: do.Command, error: AriError) -> Sequence[CallEvent]:
        action = ACTIONS[type(command)]
        reason = refusal_of(error)
        if not (reason is Refusal.GONE and action in ENDINGS):
            log.warning("asterisk.refused", code=action.value, reason=reason.value)
        return [
            ActionRefused(
                at=self._clock.now(),
                action=action,
                reason=reason,
                leg=None if isinstance(command, do.JoinLegs) else getattr(command, "leg", None),
                playback=getattr(command, "playback", None),
            )
        ]


def _as_dialled(e164: str) -> str:
    """Write a number as people in Japan dial it."""
    return f"0{e164[3:]}" if e164.startswith("+81") else e164
