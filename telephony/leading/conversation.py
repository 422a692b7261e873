"""One call under way: its queue, its timers, its task; what is done about it is done under its lease.

What another process took over is left alone: that is found before anything is written or done.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Protocol

from core.clock import Clock
from core.ids import CallId, LegId
from core.logs import get_log
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, LegState, Phase
from telephony.call.machine import UnexpectedEvent, advance
from telephony.call.outside import Stage
from telephony.leading.lease import LeaseGone
from telephony.leading.telephone_system import TelephoneSystem

JOURNAL_LATE = "journal-late"
DRIVER_FAILED = "call-driver-failed"

log = get_log()


class Leases(Protocol):
    """Says of each call whether we still lead it (`CallLeases`)."""

    def acting(self, call: CallId) -> AbstractAsyncContextManager[None]:
        """Hold a call while something is done about it; raises LeaseGone when another process leads it."""
        ...

    def tell_legs(self, call: CallId, legs: Collection[LegId]) -> None:
        """Name the legs whose keys count, so that other processes hear them too."""
        ...

    def finish(self, call: CallId) -> None:
        """Forget a call that is over."""
        ...

    def forget(self, call: CallId) -> None:
        """Let go of a call that another process leads."""
        ...


class AlwaysOurs:
    """The leases of a process that serves alone: nobody else could take a call."""

    @asynccontextmanager
    async def acting(self, call: CallId) -> AsyncGenerator[None]:  # noqa: ARG002  every call alike
        """Act."""
        yield

    def tell_legs(self, call: CallId, legs: Collection[LegId]) -> None:
        """Tell nobody."""

    def finish(self, call: CallId) -> None:
        """Keep nothing."""

    def forget(self, call: CallId) -> None:
        """Keep nothing."""


class Conversation:
    """One call: its queue, its timers, its task."""

    def __init__(
        self,
        call: Call,
        *,
        phones: TelephoneSystem,
        clock: Clock,
        write: Callable[[CallId, on.CallEvent, bool], Awaitable[bool]],
        leases: Leases,
    ) -> None:
        self.call = call
        self.queue: asyncio.Queue[on.CallEvent] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None
        self._phones = phones
        self._clock = clock
        self._write = write
        self._leases = leases
        self._timers: dict[on.Timer, asyncio.TimerHandle] = {}
        self._passed: dict[on.Timer, on.TimerFired] = {}
        self._alarms: set[str] = set()
        self._busy = False
        self._broken = False
        self._returned = False

    @property
    def rests(self) -> bool:
        """Whether no event waits or is being dealt with."""
        return self.queue.empty() and not self._busy

    @property
    def busy(self) -> bool:
        """Whether an event is being dealt with right now."""
        return self._busy

    def stop(self) -> None:
        """Stop at once, with whatever is under way."""
        if self.task is not None:
            self.task.cancel()

    async def run(self) -> None:
        """Deal with events until the call has ended, or is another process's."""
        try:
            while self.call.phase is not Phase.ENDED:
                self._busy = False
                event = await self.queue.get()
                self._busy = True
                if isinstance(event, on.TimerFired) and self._passed.pop(event.timer, None) is not event:
                    continue  # the limit was lifted, or set anew, while its news was waiting
                async with self._leases.acting(self.call.id):
                    over = await self._act(event)
                if over:
                    self._leases.finish(self.call.id)
                    return
            async with self._leases.acting(self.call.id):
                await self._write_rest()
            self._leases.finish(self.call.id)
        except LeaseGone:
            # Found before anything was done or written: whoever leads the call now does all of it.
            log.warning("call.lease_gone", call=self.call.id, phase=self.call.phase.value)
            self._leases.forget(self.call.id)
        finally:
            for timer in self._timers.values():
                timer.cancel()

    async def _act(self, event: on.CallEvent) -> bool:
        """Deal with an event of a call that is ours; True when a call that broke is over."""
        try:
            await self._take(event)
            self._leases.tell_legs(self.call.id, self._listened())
        except Exception:
            log.exception("call.driver_failed", call=self.call.id, phase=self.call.phase.value)
            await self._last_resort()
        if self._broken and isinstance(event, (on.CallerHungUp, on.CallLost)):
            await self._clear_away()
            return True
        return False

    def _listened(self) -> tuple[LegId, ...]:
        return tuple(one.leg for one in self.call.operators if one.state is LegState.ANSWERED)

    async def _take(self, event: on.CallEvent) -> None:
        try:
            if self._broken and isinstance(event, (on.Ordered, on.ReferAsked, on.OperatorAnswered)):
                # Half of it would be done: the operator gone, and nobody rung or joined.
                raise UnexpectedEvent  # noqa: TRY301  refused like any other
            call, commands = advance(self.call, event)
            refused = False
        except UnexpectedEvent:
            log.info("call.event_refused", call=self.call.id, phase=self.call.phase.value, kind=_kind(event))
            call, commands, refused = self.call, (), True
        written = await self._write(self.call.id, event, refused)
        self.call = call
        if not written:
            self._raise_alarm(JOURNAL_LATE)
        for command in commands:
            if self._may(command):
                await self._carry_out(command)

    def _may(self, command: do.Command) -> bool:
        """After a fault of ours only what ends a talk is still done, and nothing once the dialplan serves."""
        ending = isinstance(command, (do.HangUpLeg, do.RemoveBridge))
        return not self._broken or (ending and not self._returned)

    async def _carry_out(self, command: do.Command) -> None:
        match command:
            case do.SetTimer(timer=timer, seconds=seconds):
                self._stop_timer(timer)
                loop = asyncio.get_running_loop()
                self._timers[timer] = loop.call_later(seconds, self._fire, timer)
            case do.CancelTimer(timer=timer):
                self._stop_timer(timer)
            case do.RecordMark():
                log.info("call.marked", call=self.call.id, count=command.number)
            case do.AskForHelp():
                log.info("call.help", call=self.call.id)
            case do.RaiseAlarm(code=code):
                log.warning("call.alarm", call=self.call.id, code=code)
            case do.ConcludeOrder(result=result):
                log.info("call.order", call=self.call.id, code=result)
            case _:
                for result in await self._phones.perform(command):
                    self.queue.put_nowait(result)

    def _fire(self, timer: on.Timer) -> None:
        self._timers.pop(timer, None)
        self._passed[timer] = on.TimerFired(at=self._clock.now(), timer=timer)
        self.queue.put_nowait(self._passed[timer])

    def _stop_timer(self, timer: on.Timer) -> None:
        self._passed.pop(timer, None)
        running = self._timers.pop(timer, None)
        if running is not None:
            running.cancel()

    def _raise_alarm(self, code: str) -> None:
        """Say once per call that something around it is wrong; an alarm on each event would bury people."""
        if code not in self._alarms:
            self._alarms.add(code)
            self.queue.put_nowait(on.TroubleSeen(at=self._clock.now(), code=code))

    async def _write_rest(self) -> None:
        """Write the alarms that are still waiting; what else comes after the end is of no interest."""
        while not self.queue.empty():
            event = self.queue.get_nowait()
            if isinstance(event, on.TroubleSeen):
                await self._write(self.call.id, event, False)  # noqa: FBT003  not refused

    async def _last_resort(self) -> None:
        """Something of ours broke: who talks goes on talking, everybody else is served by the dialplan."""
        if self._broken:
            return
        self._broken = True
        for timer in on.Timer:
            self._stop_timer(timer)
        self._raise_alarm(DRIVER_FAILED)
        if self.call.phase is Phase.TALKING and self.call.held_at is None:
            # Whoever is only on the way would never be let in, nor told anything.
            await self._perform(do.HangUpLeg(leg=leg) for leg in _on_the_way(self.call))
            return
        self._returned = True
        # The caller's leg bears the call's name, also before its arrival was written down.
        back = do.ReturnToDialplan(leg=LegId(self.call.id), announced=self.call.announcement_played)
        await self._perform((back,))
        await self._clear_away()

    async def _clear_away(self) -> None:
        """Leave no phone ringing, and neither an operator nor anybody from outside alone in a bridge."""
        guests, outsider = self.call.guests, self.call.outsider
        legs = [one.leg for one in self.call.operators if one.state is not LegState.OVER]
        legs += [leg for one in guests for leg in (one.snoop, one.leg) if leg is not None]
        legs += [] if outsider is None else [outsider.leg]
        bridges = (self.call.bridge, self.call.consult_bridge, *(one.bridge for one in guests))
        await self._perform(do.HangUpLeg(leg=leg) for leg in legs)
        await self._perform(do.RemoveBridge(bridge=bridge) for bridge in bridges)

    async def _perform(self, commands: Iterable[do.Command]) -> None:
        """Do what can still be done; nothing of it keeps the rest from being done."""
        for command in commands:
            with suppress(Exception):
                await self._phones.perform(command)


def _on_the_way(call: Call) -> list[LegId]:
    """Name the legs that were called into a talk and are not in it yet."""
    legs = [one.leg for one in call.operators if one.state is LegState.RINGING]
    legs += [one.leg for one in call.guests if not one.up]
    return legs + [one.leg for one in call.outsiders if one.stage not in (Stage.HERE, Stage.OVER)]


def _kind(event: on.CallEvent) -> str:
    return type(event).__name__
