"""What the call machine asks for. Imperative, frozen, idempotent: doing one twice is like doing it once.

Every id is made from the call's own id, so a second performance meets the first one's result (and a restarted
process finds what its predecessor made). A command that Asterisk refuses comes back as ``ActionRefused``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.ids import LegId, LineId, PhoneId
from telephony.call.events import Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to be done for one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCaller(Command):
    """Answer the caller's leg; success comes back as ``CallerAnswered``."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayAnnouncement(Command):
    """Play an announcement of the profile to the caller; its end comes back as ``AnnouncementEnded``."""

    leg: LegId
    playback: str
    announcement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAnnouncement(Command):
    """Stop a playback that did not end in time. It may be gone already."""

    playback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRingback(Command):
    """Let the caller hear ringing."""

    leg: LegId
    playback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRingback(Command):
    """Let the ringing end. It may have ended already."""

    leg: LegId
    playback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOperator(Command):
    """Ring one phone for at most ``seconds``. All phones of a line are asked at once, one command each."""

    leg: LegId
    phone: PhoneId
    caller_leg: LegId
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinLegs(Command):
    """Put both legs into the mixing bridge, the operator with DTMF absorbed; success is ``LegsJoined``."""

    bridge: str
    caller: LegId
    operator: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpLeg(Command):
    """Hang a leg up, ringing or answered. It may be gone already."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBridge(Command):
    """Remove the call's bridge; who is in it leaves it. It may be gone already."""

    bridge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnToDialplan(Command):
    """Last resort: the dialplan serves the call alone. ``announced``: the notice has been played already."""

    leg: LegId
    announced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer(Command):
    """Start (or restart) a timer of this call; it comes back as ``TimerFired``."""

    timer: Timer
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimer(Command):
    """Stop a timer of this call, if it runs."""

    timer: Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMark(Command):
    """The operator placed mark ``number`` (1, 2, …) of this call. Written by the journal's copy."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForHelp(Command):
    """The operator asked for help at the phone (応援). Written by the journal's copy."""

    phone: PhoneId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlarm(Command):
    """People must look at this. Written by the journal's copy; ``code`` is stable."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeOrder(Command):
    """An order got its answer. Written by the journal's copy; ``result`` is ``done`` or a stable code."""

    order: str
    result: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenIn(Command):
    """Let a supervisor's leg hear the operator's leg, and only with ``whisper`` be heard by the operator.

    ``bridge`` is the supervisor's own; success comes back as ``GuestPlaced``.
    """

    leg: LegId
    bridge: str
    snoop: LegId
    operator: LegId
    whisper: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside(Command):
    """Put a supervisor's leg into its own bridge, alone: out of the call's, hearing nothing."""

    leg: LegId
    bridge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinGuest(Command):
    """Put a supervisor's leg into the call's bridge, with DTMF absorbed; success is ``GuestPlaced``."""

    leg: LegId
    bridge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellBoth(Command):
    """Play an announcement into the call's bridge; with ``order``, its start comes as ``OrderPerformed``."""

    bridge: str
    playback: str
    announcement: str
    order: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLoudness(Command):
    """Let the operator hear the caller softer: 0 as it comes, then halved ``step`` times.

    The recording is on the caller's leg and stays as it is. The answer comes as ``OrderPerformed``.
    """

    leg: LegId
    step: int
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCaller(Command):
    """Take the caller out of the bridge and let them hear music. The recording goes on."""

    bridge: str
    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMusic(Command):
    """Let the caller's music end. It may have ended already."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveBridge(Command):
    """Take a leg out of a bridge; it may not be in it (any more)."""

    bridge: str
    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinConsult(Command):
    """Put operator and colleague into a bridge of their own; success is ``ConsultJoined``."""

    bridge: str
    operator: LegId
    target: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRefer(Command):
    """Tell a desk phone what becomes of its wish to pass the call on."""

    leg: LegId
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchColleague(Command):
    """Take a colleague out of the call that a desk phone made by itself; who comes is an operator's leg.

    ``channel`` is that colleague's channel, ``far`` its id. What becomes of it is told as of a rung phone.
    """

    leg: LegId
    channel: str
    seconds: int
    far: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOutside(Command):
    """Call somebody outside the hall through the carrier, for at most ``seconds``.

    The number stands sealed in it, in base64; it is opened only where it is dialled.
    """

    leg: LegId
    line: LineId
    party: str
    sealed: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetItRing(Command):
    """Play the ringing tone into the call's bridge, in which the operator waits alone."""

    bridge: str
    playback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRecording(Command):
    """Record the caller's leg from now on; success comes back as ``RecordingBegan``."""

    leg: LegId
    line: LineId


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRecording(Command):
    """Record the caller's leg no longer; success comes back as ``RecordingStopped``."""

    leg: LegId


COMMANDS: tuple[type[Command], ...] = (
    AnswerCaller, PlayAnnouncement, StopAnnouncement, StartRingback, StopRingback, RingOperator, JoinLegs,
    HangUpLeg, RemoveBridge, ReturnToDialplan, SetTimer, CancelTimer, RecordMark, AskForHelp,
    RaiseAlarm, ConcludeOrder, HoldCaller, StopMusic, LeaveBridge, JoinConsult, AnswerRefer,
    ListenIn, SetAside, JoinGuest, TellBoth, SetLoudness,
    FetchColleague, RingOutside, LetItRing,
    StartRecording, StopRecording,
)  # fmt: skip
