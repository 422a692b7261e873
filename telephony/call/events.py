"""What can happen to a call. Past tense, frozen, with the aware time at which it happened.

No number in clear ever stands in an event: the caller arrives already sealed. Everything a call needs to be
replayed years later (the line's plan included) comes in with its events, never from the profile of the day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict, with_config

from core.ids import CallId, DepartmentId, LegId, LineId, PhoneId
from telephony.call.event_codes import Action, Cause, Refusal, Timer


class CallerClass(StrEnum):
    """What is known of who calls. Only ``number`` may ever be counted as one caller."""

    NUMBER = "number"
    WITHHELD = "withheld"  # 非通知
    PAYPHONE = "payphone"  # 公衆電話
    UNAVAILABLE = "unavailable"  # 表示圏外
    UNREADABLE = "unreadable"  # something came that is no telephone number


@with_config(ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))
@dataclass(frozen=True, slots=True, kw_only=True)
class CallerIdentity:
    """The caller, sealed: encrypted number and keyed hash, both None unless the class is ``number``."""

    kind: CallerClass
    sealed: bytes | None = None
    hash: bytes | None = None

    def __post_init__(self) -> None:
        if self.kind is not CallerClass.NUMBER and (self.sealed is not None or self.hash is not None):
            raise ValueError("a caller without a number has neither a sealed number nor a hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlan:
    """How the line wants this call served, as the city profile stood when it came in.

    ``announcement``, ``no_answer`` and ``busy`` are announcement ids of the profile.
    """

    line: LineId
    department: DepartmentId
    agency: str
    regime: str
    announcement: str
    no_answer: str
    busy: str
    phones: tuple[PhoneId, ...]
    ring_seconds: int
    mark_code: str
    practice: bool
    help_code: str = "*2"
    announcement_limit_seconds: float = 30.0
    """A playback that has not ended by then is taken as failed: prompt length and a few seconds."""
    mode: str = "always"
    """How the line is recorded (`core.profile.recording.RecordingMode`)."""
    recording_announcement: str = ""
    """Words to both when a recording on request begins."""
    short_announcement: str = ""
    when_not_wanted: str = "stop"
    recorded_so_far: str = "keep"
    desk_phones: tuple[PhoneId, ...] = ()
    """Every desk phone of the city; what people order may ring these only."""
    heads: tuple[PhoneId, ...] = ()
    """Phones of those with power of decision, who are reminded before they take a call over."""
    barge_announcement: str = ""
    """Told to the caller before a supervisor comes in; without it nobody does."""
    sayable: tuple[str, ...] = ()
    """Announcements that the profile lets be played into a talk."""
    tell_operator: bool = True
    """Whether the operator sees that somebody listens."""
    outside: tuple[str, ...] = ()
    """Whom of outside the hall operators of this line may bring in, by the profile's ids."""
    outside_numbers: bool = False
    """Whether they may also type a number."""
    outside_announcement: str = ""
    """Told to whoever is brought in; without it nobody is."""
    outside_ring_seconds: int = 40
    second: tuple[PhoneId, ...] = ()  # `second_ring`: phones of the line that are not asked first
    second_after: int = 0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """Something that happened to one call, at an aware time."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("events carry aware times")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerArrived(CallEvent):
    """We hold the caller's leg (claimed, and StasisStart seen). The first event of every call."""

    call: CallId
    leg: LegId
    caller: CallerIdentity
    plan: LinePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerAnswered(CallEvent):
    """Asterisk answered the caller's leg for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementEnded(CallEvent):
    """A playback ended. ``played`` is what Asterisk says (state ``done``); it proves nothing yet."""

    playback: str
    played: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAnswered(CallEvent):
    """An operator's phone was picked up: the leg is up and in our hands."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorHungUp(CallEvent):
    """An operator's leg is gone, whether it had been answered or not."""

    leg: LegId
    cause: Cause = Cause.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class LegsJoined(CallEvent):
    """Caller and operator are both in the bridge and can talk."""

    operator: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerHungUp(CallEvent):
    """The caller's leg is gone from Asterisk (not: has merely left our application)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLost(CallEvent):
    """The telephone server died under the call; nobody can say when exactly it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitPressed(CallEvent):
    """A key was pressed on one of the legs."""

    leg: LegId
    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(CallEvent):
    """A time limit that the machine set has passed."""

    timer: Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRefused(CallEvent):
    """Asterisk did not do what a command asked.

    ``leg`` is the leg the command was about; for ``join-legs`` it is the leg that was not there, None if that
    is unknown. ``playback`` is set for announcements.
    """

    action: Action
    reason: Refusal
    leg: LegId | None = None
    playback: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted(CallEvent):
    """After a restart or a take-over: what of this call still exists in Asterisk, found by reconciliation.

    ``answered`` and ``ringing`` are operator legs of this call, ``joined`` those of them that share the
    bridge with the caller, ``holding`` those whose own phone holds whoever it talks with.
    """

    caller_up: bool
    answered: tuple[LegId, ...] = ()
    ringing: tuple[LegId, ...] = ()
    joined: tuple[LegId, ...] = ()
    holding: tuple[LegId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleSeen(CallEvent):
    """Something around the call went wrong that people must hear of, but that does not change the call.

    ``code`` becomes the code of the alarm, e.g. ``journal-late``.
    """

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered(CallEvent):
    """Somebody ordered something of this call (`orders.py`). ``body`` holds ids and codes by name."""

    order: str
    kind: str
    by: str | None = None
    body: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestPlaced(CallEvent):
    """A supervisor's leg is where it was asked to be: beside the operator's leg, or in the call's bridge."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPerformed(CallEvent):
    """What an order asked of Asterisk was done or refused; ``result`` as in `orders.py`."""

    order: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultJoined(CallEvent):
    """Operator and consulted colleague are together in their own bridge; the caller does not hear them."""

    target: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneHeld(CallEvent):
    """The operator's own phone put the caller on hold; Asterisk plays the music."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneResumed(CallEvent):
    """The operator's own phone took the caller back."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferAsked(CallEvent):
    """A desk phone asked to pass its call on (REFER). ``phones``: whom it named, as far as we know them."""

    leg: LegId
    phones: tuple[PhoneId, ...] = ()
    fetched: str = ""  # the channel of the colleague whom the phone has called by itself before (Replaces)
    party: str = ""  # somebody outside the hall (`outside.Outsider`), as the next one
    sealed: str = ""
    joins: bool = False  # the phone wants its two calls joined (Replaces)
    far: str = ""  # the id of the channel that ``fetched`` names


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchAsked(CallEvent):
    """A colleague's phone wants the call while it rings elsewhere (代理応答).

    ``channel`` names the phone's channel, ``far`` is its id; ``rings_at``: the phones it may fetch from.
    """

    far: str = ""
    channel: str
    phone: PhoneId
    rings_at: tuple[PhoneId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingBegan(CallEvent):
    """Asterisk records this call from now on, on request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStopped(CallEvent):
    """Asterisk stopped recording this call, because it was not wanted."""


EVENTS: tuple[type[CallEvent], ...] = (
    CallerArrived, CallerAnswered, AnnouncementEnded, OperatorAnswered, OperatorHungUp, LegsJoined,
    CallerHungUp, CallLost, DigitPressed, TimerFired, ActionRefused, Adopted, TroubleSeen, Ordered,
    ConsultJoined, PhoneHeld, PhoneResumed, ReferAsked, FetchAsked,
    GuestPlaced, OrderPerformed,
    RecordingBegan, RecordingStopped,
)  # fmt: skip
