"""Says what is odd about a recording. Odd ones are sealed and kept like all others: nothing is judged here.

Lengths are seconds, levels root mean squares of 16-bit samples. Everything here is arithmetic on samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

import numpy as np

from telephony.sound.audio_files import SAMPLE_RATE, Samples

SHORT_SECONDS = 2.0
LENGTH_TOLERANCE_SECONDS = 1.0
LENGTH_TOLERANCE = 0.02

_FRAME = SAMPLE_RATE // 50
_VOICE_LEVEL = 100.0  # -50 dBFS; an idle telephone line stays under 20, soft speech lies at 500
_WRITTEN_LEVEL = 8  # A-law's own zero; an open telephone is never quieter for long
_FELL_SILENT_SECONDS = 10.0  # nobody mutes a telephone for that long and hangs up
_VOICE_FRAMES = 10  # 200 ms: shorter sounds are clicks of the line


class Finding(StrEnum):
    """What can be odd about a recording."""

    EMPTY = "empty"
    SHORT = "short"
    SILENT = "silent"  # neither side holds a voice, nor even the announcement
    ONE_SIDED = "one-sided"  # they talked, and one side is silent
    HALL_FELL_SILENT = "hall-fell-silent"  # nothing at all is written of that side up to the end
    LENGTH_DIFFERS = "length-differs"  # from the duration of the call
    SALVAGED = "salvaged"  # read past a header that a dead server never finished
    MISSING_TRACK = "missing-track"
    UNREADABLE_TRACK = "unreadable-track"  # a file is there, and it is no telephone audio
    PADDED = "padded"  # one side ended earlier and was filled with silence
    BEYOND_CEILING = "beyond-ceiling"  # made while more calls went on than were ever measured here


WORTH_AN_ALARM = frozenset(Finding) - {Finding.SHORT, Finding.PADDED, Finding.BEYOND_CEILING}
"""Short calls are everyday; unequal ends are milliseconds, and what they cost shows as another finding; of
too many calls at once there is one alarm, not one for each."""


class SoundWatch:
    """Looks at both sides while they pass, in blocks of shape (n, 2): the caller left, the town hall right.

    Args:
        talked_from: seconds from the first sample after which both could talk; None if they never could.
            Before it the town hall's side holds the announcement, which is no voice of an operator.
    """

    def __init__(self, talked_from: float | None) -> None:
        self._talked = talked_from is not None
        self._caller, self._hall = VoiceWatch(), VoiceWatch()
        self._operator = VoiceWatch(skip=max(0, round((talked_from or 0.0) * SAMPLE_RATE)))
        self._samples = 0
        self._nothing = 0
        """Samples without anything on the hall's side, up to now."""

    def through(self, sound: Iterable[Samples]) -> Iterator[Samples]:
        """Hand blocks on."""
        for both in sound:
            self._samples += len(both)
            self._caller.hear(both[:, 0])
            self._hall.hear(both[:, 1])
            self._operator.hear(both[:, 1])
            written = np.flatnonzero(np.abs(both[:, 1].astype(np.int32)) > _WRITTEN_LEVEL)
            self._nothing = len(both) - 1 - int(written[-1]) if len(written) else self._nothing + len(both)
            yield both

    @property
    def findings(self) -> set[Finding]:
        """What is odd about everything that has passed."""
        if not self._samples:
            return {Finding.EMPTY}
        found: set[Finding] = set()
        if self._samples < SHORT_SECONDS * SAMPLE_RATE:
            found.add(Finding.SHORT)
        if not self._caller.heard and not self._hall.heard:
            found.add(Finding.SILENT)
        elif self._talked and not (self._caller.heard and self._operator.heard):
            found.add(Finding.ONE_SIDED)
        elif self._talked and self._nothing >= _FELL_SILENT_SECONDS * SAMPLE_RATE:
            found.add(Finding.HALL_FELL_SILENT)
        return found


class VoiceWatch:
    """Says whether a side holds anything that could be a voice (music and tones count too).

    Args:
        skip: samples at the front that are not listened to
    """

    def __init__(self, skip: int = 0) -> None:
        self._skip = skip
        self._rest: Samples = np.zeros(0, dtype=np.int16)
        self._loud = 0

    @property
    def heard(self) -> bool:
        """Say whether there was a voice in what has passed."""
        return self._loud >= _VOICE_FRAMES

    def hear(self, side: Samples) -> None:
        """Listen to the next samples of a side."""
        skipped = min(self._skip, len(side))
        self._skip -= skipped
        if self.heard:
            return
        waiting = np.concatenate([self._rest, side[skipped:]])
        whole = len(waiting) // _FRAME * _FRAME
        frames = waiting[:whole].reshape(-1, _FRAME).astype(np.float32)
        self._loud += int(np.count_nonzero(np.mean(frames * frames, axis=1) >= _VOICE_LEVEL**2))
        self._rest = waiting[whole:]


def length_differs(seconds: float, expected: float) -> bool:
    """Say whether a recording is longer or shorter than its call by more than clocks and hang-ups explain."""
    return abs(seconds - expected) > max(LENGTH_TOLERANCE_SECONDS, LENGTH_TOLERANCE * expected)
