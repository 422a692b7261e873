"""One labelled call: what was said, what is known beside the words, and which signals should come of it.

Whatever is not labelled must not be raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints, with_config

from bench.signal_calls.city import STRICT
from bench.signal_calls.written import read_moment, read_utterance
from incidents.signals.facts import Came, ClockKind
from incidents.signals.signal import Kind
from transcription.utterance import Track

Moment = Annotated[datetime, BeforeValidator(read_moment)]
CallerKey = Annotated[str, StringConstraints(pattern=r"^(n\d{3}|withheld|payphone|unavailable)$")]
"""One number (n101, n102 …), or why there is none; those without a number are no one person."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWords:
    """What one side said in one breath, as a recogniser would write it."""

    number: int
    side: Track
    start: float
    """Seconds from the first sample of the recording."""
    end: float
    db: float = 0.0
    """How much louder than the caller's own beginning; 0 where it does not matter."""
    text: str


def _read_words(written: object) -> SaidWords:
    number, side, start, end, db, text = read_utterance(written)
    return SaidWords(number=number, side=Track(side), start=start, end=end, db=db, text=text)


Said = Annotated[SaidWords, BeforeValidator(_read_words)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCall:
    """A call before this one, of the same number unless it says otherwise."""

    when: Moment
    line: str
    came: Came
    minutes: int
    """Of talk."""
    answered: bool = True
    caller: CallerKey | None = None
    name: str | None = None
    asked: str = ""
    """The caller's words that say what it was about; empty where nobody answered."""
    told: str | None = None
    """The hall's words that matter for this call."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RunClock:
    """A clock of this call, in seconds of the recording."""

    kind: ClockKind
    started: float
    stopped: float
    minutes: int | None = None
    """The slot that was told to the caller; for an agreed time only."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A signal that should be raised; ``words`` are numbers of utterances, none where the call is meant."""

    kind: Kind
    words: tuple[int, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A signal over which fair people differ: raised or not, it counts neither way."""

    kind: Kind
    words: tuple[int, ...] = ()
    why: str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One call with its labels."""

    id: str
    situation: str
    line: str
    when: Moment
    caller: CallerKey
    name: str | None = None
    """What the caller says their name is."""
    shared: bool = False
    """Somebody marked this number as one of several people."""
    baseline_dbfs: float | None = None
    """Level of the caller's own beginning, where it is unusual: a loud voice from the first word on."""
    came: Came = Came.OWN
    seconds: float
    """Of the whole call; the words may be an excerpt of it."""
    held: tuple[tuple[float, float], ...] = ()
    """When the hall let the caller wait with music, in seconds."""
    clocks: tuple[RunClock, ...] = ()
    earlier: tuple[EarlierCall, ...] = ()
    said: tuple[Said, ...]
    expected: tuple[Expected, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    tempts: tuple[Kind, ...] = ()
    """Kinds that a careless rule would raise here, and that must not be."""
    quotes: tuple[str, ...] = ()
    """Sentences of a policy that stand here word for word, on either side."""
    why: str | None = None
    """Why the label is so, where somebody might ask."""

    @property
    def hard_negative(self) -> bool:
        """Whether nothing at all should be raised, though something looks like it."""
        return not self.expected and bool(self.tempts)
