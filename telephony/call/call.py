"""A call as the machine knows it: the fold of its events, and the names of everything that belongs to it.

Names are made from the call's id alone, so whoever knows the call can name its legs, bridge and playbacks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.ids import CallId, LegId, PhoneId
from core.profile.model import CityProfile, Line
from core.profile.recording import RecordingMode
from telephony.call.events import CallerArrived, Cause, LinePlan
from telephony.call.guest import Guest
from telephony.call.outside import Outsider, Stage
from telephony.call.recording_state import AS_THE_LINE_IS, RecordingState


class Phase(StrEnum):
    """Where a call stands."""

    OFFERED = "offered"  # claimed, the caller's leg not yet in our hands
    ANSWERING = "answering"
    ANNOUNCING = "announcing"  # 録音告知
    CONNECTING = "connecting"  # the operators' phones ring
    JOINING = "joining"  # an operator answered; the bridge is being made
    TALKING = "talking"
    APOLOGISING = "apologising"  # nobody could answer; the caller is told so
    RELEASING = "releasing"  # we asked the caller's leg to hang up
    RETURNED = "returned"  # the dialplan serves the call alone; we only wait for its end
    ENDED = "ended"


class Outcome(StrEnum):
    """How a call ended."""

    TALKED = "talked"
    ABANDONED = "abandoned"  # the caller hung up before anybody answered
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    NOBODY_THERE = "nobody-there"  # every phone unreachable
    UNKNOWN = "unknown"


class ServedBy(StrEnum):
    """Who leads the call."""

    APPLICATION = "application"
    DIALPLAN = "dialplan"


class LegState(StrEnum):
    """Where an operator's leg stands."""

    RINGING = "ringing"
    ANSWERED = "answered"  # the first to answer: at most one at a time
    CONSULTED = "consulted"  # a colleague who was asked first (取次) and talks with the operator alone
    OVER = "over"  # gone by itself, or hung up by us


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorLeg:
    """One phone that was rung for this call."""

    leg: LegId
    phone: PhoneId
    state: LegState = LegState.RINGING
    cause: Cause | None = None
    far: LegId | None = None
    """The phone's own channel, if the leg only leads to it: the phone was fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consult:
    """A colleague is asked before the call is passed on (取次). The phones that ring are operators' legs."""

    joined: bool = False
    """Whether operator and colleague are together in their own bridge."""
    fetching: bool = False
    """A desk phone has asked by itself and hands over (`fetching`): nobody is aside yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """The call is on its way to other phones; whom it comes back to when nobody there takes it."""

    home: PhoneId
    phones: tuple[PhoneId, ...]
    """The phones that ring now."""
    returning: bool = False
    """Nobody took it: the phone it came from rings again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One citizen's contact, from arrival to hang-up. Only ``machine.advance`` makes new values of it."""

    id: CallId
    phase: Phase = Phase.OFFERED
    arrival: CallerArrived | None = None
    playbacks: int = 0
    """How many playbacks were asked for; the last one is the awaited one."""
    attempt: int = 0
    announced_at: datetime | None = None
    """When the announcement ended, as Asterisk said. Proof comes later, from the recording itself."""
    round: int = 0
    """How often phones were rung: a second round happens when an operator vanished before the join."""
    operators: tuple[OperatorLeg, ...] = ()
    join_attempts: int = 0
    operator_phone: PhoneId | None = None
    """The phone of whoever talked to the caller (last)."""
    held_at: datetime | None = None
    """Since when the caller hears music (保留), put there by us."""
    phone_held_at: datetime | None = None
    """Since when the operator's own phone holds the caller."""
    consult: Consult | None = None
    consult_result: str | None = None
    """What became of the last consultation (`transferring`), for the operator to read."""
    transfer: Transfer | None = None
    digits: str = ""
    digit_at: datetime | None = None
    marks: int = 0
    help_calls: int = 0
    """How often help was asked for at the phone."""
    help_asked: tuple[PhoneId, datetime] | None = None
    """Where and when it was asked for last."""
    guests: tuple[Guest, ...] = ()
    """Supervisors on the call."""
    guests_rung: int = 0
    outsiders: tuple[Outsider, ...] = ()
    """Everybody of outside the hall who was called into this call; at most one is not over."""
    words_told: int = 0
    """How many announcements were played into the bridge."""
    recording: RecordingState = AS_THE_LINE_IS
    served_by: ServedBy = ServedBy.APPLICATION
    outcome: Outcome | None = None
    interrupted: bool = False
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def plan(self) -> LinePlan:
        """How the line wants the call served. Raises LookupError before the caller arrived."""
        return self._arrived.plan

    @property
    def leg(self) -> LegId:
        """The caller's leg. Raises LookupError before the caller arrived."""
        return self._arrived.leg

    @property
    def _arrived(self) -> CallerArrived:
        if self.arrival is None:
            raise LookupError("the caller has not arrived yet")
        return self.arrival

    @property
    def announcement_played(self) -> bool:
        """Whether Asterisk said that the announcement was played to its end."""
        return self.announced_at is not None

    @property
    def operator(self) -> OperatorLeg | None:
        """The operator's leg that is up and ours, if there is one."""
        return next((one for one in self.operators if one.state is LegState.ANSWERED), None)

    @property
    def bridge(self) -> str:
        """The name of the call's bridge."""
        return bridge_of(self.id)

    @property
    def playback(self) -> str:
        """The name of the announcement that is awaited, or was last."""
        return playback_of(self.id, self.playbacks)

    @property
    def ringback(self) -> str:
        """The name of the ringing tone's playback."""
        return f"rb-{self.id}"

    @property
    def consult_bridge(self) -> str:
        """The name of the bridge in which operator and colleague talk while the caller is held."""
        return f"cb-{self.id}"

    @property
    def consult_ringback(self) -> str:
        """The name of the ringing tone that the operator hears while a colleague's phone rings."""
        return f"rb-{self.id}-consult"

    @property
    def consulted(self) -> OperatorLeg | None:
        """The colleague who was asked and answered, if there is one."""
        return next((one for one in self.operators if one.state is LegState.CONSULTED), None)

    @property
    def outsider(self) -> Outsider | None:
        """Whoever of outside the hall is on the call, or on the way to it."""
        return next((one for one in self.outsiders if one.stage is not Stage.OVER), None)

    @property
    def outside_tone(self) -> str:
        """The name of the ringing tone that the operator hears while somebody outside is called."""
        return f"rb-{self.id}-outside"

    @property
    def held_since(self) -> datetime | None:
        """Since when the caller is held, by us or by the operator's phone; None while nobody holds them."""
        return self.held_at or self.phone_held_at


def offered(call: CallId) -> Call:
    """Begin: a call nothing has happened to yet."""
    return Call(id=call)


PLAYBACK_SLACK_SECONDS = 10.0
"""How much longer than its sound a playback may take on a busy machine before it is given up."""


def plan_of(
    profile: CityProfile, line: Line, seconds_of: Callable[[str], float | None] = lambda _announcement: None
) -> LinePlan:
    """Take from the profile what a call on this line needs, for as long as the call and its journal live.

    Args:
        profile: the city profile as it stands now
        line: the line that is called
        seconds_of: how long an announcement's sound is; None if that is unknown
    """
    agency = profile.agency_of(line)
    asked = line.recording is RecordingMode.ON_DEMAND
    sounds = [seconds_of(one) for one in (line.announcement, line.no_answer, line.busy)]
    known = [seconds for seconds in sounds if seconds is not None]
    plan = LinePlan(
        line=line.id,
        department=line.department,
        agency=agency.id,
        regime=agency.regime.value,
        announcement="" if asked else line.announcement,
        no_answer=line.no_answer,
        busy=line.busy,
        phones=line.phones,
        ring_seconds=line.ring_seconds,
        mark_code=profile.mark_code,
        help_code=profile.help_code,
        practice=line.practice,
        mode=line.recording.value,
        recording_announcement=line.announcement if asked else "",
        short_announcement=profile.in_disaster.short_announcement if profile.in_disaster else "",
        when_not_wanted=profile.without_recording.then.value,
        recorded_so_far=profile.without_recording.recorded_so_far.value,
        desk_phones=tuple(one.id for one in profile.phones),
        heads=profile.supervision.heads,
        barge_announcement=profile.supervision.barge_announcement,
        sayable=tuple(one.announcement for one in profile.wordings if one.announcement),
        tell_operator=profile.supervision.tell_operator,
        outside=profile.outside.reachable(line.department, practice=line.practice),
        outside_numbers=profile.outside.numbers_typed(line.department, practice=line.practice),
        outside_announcement=profile.outside.announcement,
        outside_ring_seconds=profile.outside.ring_seconds,
    )
    return replace(plan, announcement_limit_seconds=max(known) + PLAYBACK_SLACK_SECONDS) if known else plan


def bridge_of(call: CallId) -> str:
    """Name the bridge of a call."""
    return f"br-{call}"


def playback_of(call: CallId, number: int) -> str:
    """Name the n-th announcement of a call."""
    return f"pb-{call}-{number}"


def operator_leg(call: CallId, phone: PhoneId, ring_round: int = 1) -> LegId:
    """Name the leg of an operator's phone. A second round gets new names: late events speak of the first."""
    again = "" if ring_round == 1 else f"~{ring_round}"
    return LegId(f"op-{call}-{phone}{again}")


_OF_A_CALL = re.compile(r"(?:op|br|cb|pb|rb|sv|sn|sb|ot)-(?P<call>(?:.*?-)?\d+\.\d+)(?:-[^;]*)?", re.DOTALL)


def call_of_name(name: str) -> CallId | None:
    """Read the call's id out of the name of an operator leg, bridge or playback; None if it is not ours.

    ``…;2`` is not: so Asterisk names the far half of a leg that is a Local channel (`fetching`). It lives and
    ends with the half that we named, and whoever hangs it up takes the colleague from the caller.
    """
    match = _OF_A_CALL.fullmatch(name)
    return CallId(match["call"]) if match else None
