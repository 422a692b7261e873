"""Finds where somebody speaks, so that silence, ring-back and music reach no recogniser.

A miss here deletes evidence; a false find only costs time. So the detector is set to find too much
(webrtcvad, which missed no phrase where a neural one deleted shouted threats), and what is
certainly no speech of this side is cut out of its findings: tones, music, and echo of the other track.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import webrtcvad
from numpy.typing import NDArray

from transcription.echo_cut import echo_frames
from transcription.engine import SAMPLE_RATE, Samples
from transcription.foreground import foreground_frames
from transcription.tone_cut import tone_frames
from transcription.utterance import Span

VERSION = "webrtcvad-2 tone-1 echo-1"
"""Which rules found the speech; kept with every transcript."""

_FRAME_SECONDS = 0.03
_FRAME = int(SAMPLE_RATE * _FRAME_SECONDS)
_AGGRESSIVENESS = 2
_GATE = 32768 * 10 ** (-55 / 20)  # rms; quieter than -55 dBFS nobody understands anything
_VOTES, _VOTERS = 3, 5
_HANG = 8  # frames, 240 ms: the end of a word is quiet
_PAD = 0.2  # seconds kept before and after
_JOINED = 0.5  # a shorter pause does not end an utterance
_LONGEST = 28.0  # seconds; the recogniser hears 30 at a time
_SHORTEST_REST = 0.35  # what a cut leaves over must be this long to be speech
_SHORTEST_PAUSE = 0.15  # a shorter gap is a consonant
_SHORTEST_CLEAR_PAUSE = 0.17  # by loudness a consonant is as long as five frames
_SHORTEST_VOICE = 0.09  # a shorter sound is a click


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What was found on a track, in order."""

    speech: tuple[Span, ...]
    """Stretches that are listened to, with room around them, each at most 28 s."""
    voiced: tuple[Span, ...]
    """Where voice is to be heard between two pauses, exactly, to 30 ms."""
    clear: tuple[Span, ...]
    """Where that voice stands out of what is behind it: pauses also in a room full of people."""


def find_speech(samples: Samples, other: Samples | None = None) -> tuple[Span, ...]:
    """Find the stretches of speech on one track (mono, 16 bit, 8 kHz), in order, each at most 28 s.

    ``other`` is the other track of the same call, so that its echo can be told apart.
    """
    return detect(samples, other).speech


def detect(samples: Samples, other: Samples | None = None) -> Detected:
    """Find the stretches of speech on one track, and where exactly there is voice in them.

    ``other`` is the other track of the same call, so that its echo can be told apart.
    """
    exact = _voiced_frames(samples)
    if not exact.any():
        return Detected(speech=(), voiced=(), clear=())
    cut = tone_frames(samples)
    if other is not None:
        cut = cut | echo_frames(samples, other)
    return Detected(
        speech=_spans(_without(_hanging(exact), cut), samples),
        voiced=_between_pauses(exact & ~cut, _SHORTEST_PAUSE),
        clear=_between_pauses(exact & ~cut & foreground_frames(samples), _SHORTEST_CLEAR_PAUSE),
    )


def _voiced_frames(samples: Samples) -> NDArray[np.bool_]:
    count = len(samples) // _FRAME
    frames = np.ascontiguousarray(samples[: count * _FRAME], dtype="<i2").reshape(count, _FRAME)
    loud = np.sqrt(np.mean(frames.astype(np.float32) ** 2, axis=1)) > _GATE if count else np.zeros(0, bool)
    detector = webrtcvad.Vad(_AGGRESSIVENESS)  # it remembers what it heard: one for each track and call
    speech = np.fromiter(
        (detector.is_speech(frame.tobytes(), SAMPLE_RATE) for frame in frames), dtype=bool, count=count
    )
    votes = np.convolve(speech & loud, np.ones(_VOTERS, dtype=int), mode="same")[:count] if count else speech
    return votes >= _VOTES


def _hanging(voiced: NDArray[np.bool_]) -> NDArray[np.bool_]:
    longer = voiced.copy()
    for later in range(1, _HANG + 1):
        longer[later:] |= voiced[:-later]
    return longer


def _without(voiced: NDArray[np.bool_], cut: NDArray[np.bool_]) -> NDArray[np.bool_]:
    kept = voiced & ~cut
    for begin, end in _runs(kept):
        touched = (begin > 0 and voiced[begin - 1]) or (end < len(voiced) and voiced[end])
        if touched and (end - begin) * _FRAME_SECONDS < _SHORTEST_REST:
            kept[begin:end] = False
    return kept


def _between_pauses(exact: NDArray[np.bool_], shortest_pause: float) -> tuple[Span, ...]:
    joined: list[tuple[float, float]] = []
    for begin, end in _runs(exact):
        start, stop = begin * _FRAME_SECONDS, end * _FRAME_SECONDS
        if stop - start < _SHORTEST_VOICE - _FRAME_SECONDS / 2:
            continue
        if joined and start - joined[-1][1] < shortest_pause:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return tuple(Span(start=start, end=stop) for start, stop in joined)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _spans(kept: NDArray[np.bool_], samples: Samples) -> tuple[Span, ...]:
    whole = len(samples) / SAMPLE_RATE
    joined: list[tuple[float, float]] = []
    for begin, end in _runs(kept):
        start = max(0.0, begin * _FRAME_SECONDS - _PAD)
        stop = min(whole, end * _FRAME_SECONDS + _PAD)
        if joined and start - joined[-1][1] < _JOINED - 2 * _PAD:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return tuple(piece for start, stop in joined for piece in _split(start, stop, samples))


def _split(start: float, stop: float, samples: Samples) -> list[Span]:
    pieces: list[Span] = []
    while stop - start > _LONGEST:
        # Cut where it is quietest in the second half, not in the middle of a word.
        low = int((start + _LONGEST / 2) * SAMPLE_RATE) // _FRAME
        high = int((start + _LONGEST) * SAMPLE_RATE) // _FRAME
        frames = samples[low * _FRAME : high * _FRAME].astype(np.float32).reshape(-1, _FRAME)
        quietest = low + int(np.mean(frames**2, axis=1).argmin())
        middle = quietest * _FRAME_SECONDS + _FRAME_SECONDS / 2
        pieces.append(Span(start=start, end=middle))
        start = middle
    pieces.append(Span(start=start, end=stop))
    return pieces
