"""What is known of a call when its signals are looked for. Plain values, wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from incidents.caller_figures import one_person
from incidents.came import Came
from transcription.utterance import Track


class ClockKind(StrEnum):
    """What an operator started a clock for."""

    DEADLOCK = "deadlock"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one side said in one breath."""

    number: int
    """The utterance's id."""
    side: Track
    start: float
    """Seconds from the first sample of the recording."""
    end: float
    text: str
    sounds: str = ""
    """Its folded reading (transcription/sounds.py); empty where no reader is at hand."""
    db: float = 0.0
    """How much louder than the caller's own beginning."""

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCall:
    """A call of the same number before this one."""

    when: datetime
    department: str
    came: Came
    minutes: float
    """Of talk."""
    answered: bool = True
    name: str | None = None
    """As whom they called, if somebody of ours wrote it down."""
    asked: str = ""
    """The caller's words."""
    read: bool = True
    """Whether the caller's words are known; else nobody can say what it was about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunClock:
    """A clock of this call, in seconds of the recording."""

    kind: ClockKind
    started: float
    stopped: float
    minutes: int | None = None
    """The slot that was told to the caller; of an agreed time only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """One ended call and what came before it."""

    department: str
    when: datetime
    seconds: float
    one_number: bool
    """Whether it came with a number; withheld, payphone and the like are no one person."""
    shared: bool = False
    """Somebody marked this number as one of several people."""
    name: str | None = None
    duty: bool = False
    """The line answers at any hour."""
    came: Came = Came.OWN
    held: tuple[tuple[float, float], ...] = ()
    """When the hall let the caller wait."""
    clocks: tuple[RunClock, ...] = ()
    earlier: tuple[EarlierCall, ...] = ()
    said: tuple[Said, ...] = ()
    read: bool = True
    """Whether the caller's words are known."""

    @property
    def one_person(self) -> bool:
        """Whether calls of before may count together with this one, as one person's."""
        return one_person(number=self.one_number, shared=self.shared, person=self.name)

    @property
    def callers(self) -> tuple[Said, ...]:
        """What the caller said."""
        return tuple(one for one in self.said if one.side is Track.CALLER)

    @property
    def halls(self) -> tuple[Said, ...]:
        """What the hall said."""
        return tuple(one for one in self.said if one.side is Track.HALL)

    @property
    def talk_minutes(self) -> float:
        """Minutes of the call without what the caller was made to wait."""
        return (self.seconds - sum(end - begin for begin, end in self.held)) / 60
