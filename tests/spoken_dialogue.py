"""Finds the words of a practice dialogue in a sound: what was said must be what was heard and what was kept.

Passages are of dialogue d3, early in it: the operator greets, then the caller speaks.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from runtime.practice.order import PracticeOutcome
from runtime.practice.scenario import RATE, Samples, load_scenario

DIALOGUE = "d3"
SECONDS = 8.0
"""Of the dialogue: both have spoken by then."""

OPERATOR_WORDS = (1.0, 3.2)
CALLER_WORDS = (4.1, 7.3)
"""Seconds of the dialogue."""

PIECE_SECONDS = 0.16
PIECE_ALIKE = 0.8
"""A piece that was heard is at least so like what was said (1.0: the same), whatever the codec made of it."""

QUIET = 150.0
"""Root of the mean square, in steps of the sample: what is less is a pause, and stands everywhere."""

JUMPS_SECONDS = 0.5
"""How far the pieces of one passage may have been moved apart by packets that were late or lost."""

ALIKE = 0.4
"""So much of a passage was heard. Torn every third of a second by packets lost or late, half of it is found;
of anything else that is said or played here, a tenth at most."""


def words_of_operator() -> Samples:
    return _cut(load_scenario(DIALOGUE).operator, OPERATOR_WORDS)


def words_of_caller() -> Samples:
    return _cut(load_scenario(DIALOGUE).caller, CALLER_WORDS)


def place(sound: Samples, wanted: Samples) -> tuple[float, float]:
    """Where in seconds a sound stands in another one, and how much of it stands there (0 to 1).

    It is looked for in short pieces: a phone on a busy machine drops or waits for a packet, and a single such
    jump of 20 ms leaves of two seconds that were heard well nothing to correlate as a whole. Pieces that are
    found anywhere else than the most of them do not count.
    """
    length = int(PIECE_SECONDS * RATE)
    begins = range(0, max(len(wanted) - length, 0) + 1, length)
    loud = [at for at in begins if _loudness(wanted[at : at + length]) > QUIET]
    found = [(at, *_place_whole(sound, wanted[at : at + length])) for at in loud]
    starts = [where - at / RATE for at, where, alike in found if alike > PIECE_ALIKE]
    if not starts:
        return 0.0, 0.0
    near = [[other for other in starts if abs(other - start) < JUMPS_SECONDS] for start in starts]
    most = max(near, key=len)
    return float(np.median(most)), len(most) / len(loud)


def _place_whole(sound: Samples, wanted: Samples) -> tuple[float, float]:
    long, short = sound.astype(float), wanted.astype(float)
    if len(long) < len(short):
        return 0.0, 0.0
    size = 1 << (len(long) + len(short)).bit_length()
    products = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size)), size)
    sums = np.concatenate(([0.0], np.cumsum(long**2)))
    energy = np.sqrt(np.maximum(sums[len(short) :] - sums[: -len(short)], 1.0))
    likeness = products[: len(energy)] / (energy * np.linalg.norm(short))
    best = int(np.argmax(likeness))
    return best / RATE, float(likeness[best])


def _loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples.astype(float) ** 2)))


def assert_both_heard_each_other(outcome: PracticeOutcome) -> None:
    """The caller heard the operator and the operator the caller."""
    assert outcome.connected
    assert place(_heard(outcome.caller_heard), words_of_operator())[1] > ALIKE
    assert place(_heard(outcome.operator_heard), words_of_caller())[1] > ALIKE


def assert_both_are_kept(sound: Samples) -> None:
    """A recording (left the caller, right the hall) holds both, in step and on the right sides."""
    caller, like_caller = place(sound[:, 0], words_of_caller())
    # A phone sends when its machine lets it: on a busy one, as late as the pieces of one passage may be.
    # Looked for there alone: a long call says the dialogue again, and the same words stand in it twice.
    begin = max(caller - (CALLER_WORDS[0] - OPERATOR_WORDS[0]) - JUMPS_SECONDS, 0.0)
    end = begin + OPERATOR_WORDS[1] - OPERATOR_WORDS[0] + 2 * JUMPS_SECONDS
    _, like_operator = place(sound[int(begin * RATE) : int(end * RATE), 1], words_of_operator())
    assert min(like_caller, like_operator) > ALIKE


def _heard(file: str | None) -> Samples:
    assert file is not None
    samples, rate = soundfile.read(Path(file), dtype="int16")
    assert rate == RATE
    return np.asarray(samples, dtype=np.int16)


def _cut(track: Samples, seconds: tuple[float, float]) -> Samples:
    return track[int(seconds[0] * RATE) : int(seconds[1] * RATE)]
