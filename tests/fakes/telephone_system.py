"""A telephone system in memory: knows which legs exist, does what it is told, refuses what cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from telephony.call import commands as do
from telephony.call import events as on

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


class FakeTelephoneSystem:
    """Legs, bridges and playbacks by name. ``registered`` phones ring, others are unreachable."""

    def __init__(self, *legs: str, registered: Sequence[str] = ()) -> None:
        self.legs = set(legs)
        self.registered = set(registered)
        self.playbacks: set[str] = set()
        self.with_music: set[str] = set()
        self.bridges: dict[str, set[str]] = {}
        self.returned: dict[str, bool] = {}
        self.performed: list[do.Command] = []
        self.fails_on: type[do.Command] | None = None

    async def perform(self, command: do.Command) -> Sequence[on.CallEvent]:
        self.performed.append(command)
        if self.fails_on is not None and isinstance(command, self.fails_on):
            raise RuntimeError("a fault of ours")
        return self._perform(command)

    def _perform(  # noqa: C901, PLR0911, PLR0912  one match over every command
        self, command: do.Command
    ) -> Sequence[on.CallEvent]:
        match command:
            case do.AnswerCaller(leg=leg):
                if leg not in self.legs:
                    return [_gone(on.Action.ANSWER_CALLER, leg=leg)]
                return [on.CallerAnswered(at=NOON)]
            case do.PlayAnnouncement(leg=leg, playback=playback):
                if leg not in self.legs:
                    return [_gone(on.Action.PLAY_ANNOUNCEMENT, leg=leg, playback=playback)]
                self.playbacks.add(playback)
            case do.StartRingback(leg=leg, playback=playback):
                if leg not in self.legs:
                    return [_gone(on.Action.START_RINGBACK, leg=leg, playback=playback)]
                self.playbacks.add(playback)
            case do.StopAnnouncement(playback=playback):
                return self._stop(on.Action.STOP_ANNOUNCEMENT, playback)
            case do.StopRingback(leg=leg, playback=playback):
                return self._stop(on.Action.STOP_RINGBACK, playback, leg)
            case do.RingOperator(leg=leg, phone=phone):
                if phone not in self.registered:
                    return [on.OperatorHungUp(at=NOON, leg=leg, cause=on.Cause.UNREACHABLE)]
                self.legs.add(leg)
            case do.JoinLegs():
                return self._join(command)
            case do.HangUpLeg(leg=leg):
                if leg not in self.legs:
                    return [_gone(on.Action.HANG_UP_LEG, leg=leg)]
                self.legs.discard(leg)
            case do.RemoveBridge(bridge=bridge):
                if self.bridges.pop(bridge, None) is None:
                    return [_gone(on.Action.REMOVE_BRIDGE)]
            case do.HoldCaller(bridge=bridge, leg=leg):
                if leg not in self.legs:
                    return [_gone(on.Action.HOLD_CALLER, leg=leg)]
                self.bridges.get(bridge, set[str]()).discard(leg)
                self.with_music.add(leg)
            case do.StopMusic(leg=leg):
                self.with_music.discard(leg)
            case do.LeaveBridge(bridge=bridge, leg=leg):
                self.bridges.get(bridge, set[str]()).discard(leg)
            case do.JoinConsult(bridge=bridge, operator=operator, target=target):
                for one in (operator, target):
                    if one not in self.legs:
                        return [_gone(on.Action.JOIN_CONSULT, leg=one)]
                self.bridges.setdefault(bridge, set()).update((operator, target))
                return [on.ConsultJoined(at=NOON, target=target)]
            case do.AnswerRefer():
                pass
            case do.ReturnToDialplan(leg=leg, announced=announced):
                if leg not in self.legs:
                    return [_gone(on.Action.RETURN_TO_DIALPLAN, leg=leg)]
                self.returned[leg] = announced
            case do.RingOutside(leg=leg):
                self.legs.add(leg)
            case do.LetItRing():
                pass
            case _:
                raise TypeError(type(command).__name__)
        return ()

    def _stop(self, action: on.Action, playback: str, leg: on.LegId | None = None) -> Sequence[on.CallEvent]:
        if playback not in self.playbacks:
            return [_gone(action, leg=leg, playback=playback)]
        self.playbacks.discard(playback)
        return ()

    def _join(self, command: do.JoinLegs) -> Sequence[on.CallEvent]:
        members = self.bridges.setdefault(command.bridge, set())
        for leg in (command.caller, command.operator):
            if leg not in self.legs:
                members.clear()
                return [_gone(on.Action.JOIN_LEGS, leg=leg)]
        members.update((command.caller, command.operator))
        return [on.LegsJoined(at=NOON, operator=command.operator)]


def _gone(action: on.Action, *, leg: on.LegId | None = None, playback: str | None = None) -> on.ActionRefused:
    return on.ActionRefused(at=NOON, action=action, reason=on.Refusal.GONE, leg=leg, playback=playback)
