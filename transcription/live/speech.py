"""Follows one side of a call as it comes: where speech begins, grows and ends. Knows samples, no time of day.

Segmentation here is quick and finds too much; what is not speech of this side (tones, echo) is cut out of a
stretch before it is heard (`speech_detection.detect`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from uuid import UUID, uuid4

import numpy as np
import webrtcvad

from transcription.engine import SAMPLE_RATE, Samples

_FRAME = 240  # samples, 30 ms
_BYTES = 2 * _FRAME
_AGGRESSIVENESS = 2
_GATE = 32768 * 10 ** (-55 / 20)  # rms
_VOTES, _VOTERS = 3, 5
_PAD = SAMPLE_RATE // 5  # 0.2 s kept before and after
_PAUSE = SAMPLE_RATE // 2  # a shorter one ends no stretch
_LONGEST = 9 * SAMPLE_RATE  # the ear's window is ten seconds
_CUT_FROM = 5 * SAMPLE_RATE  # a stretch that is too long is cut where it is quietest after this
_QUIET = 7  # frames, 0.2 s: a breath, not a consonant
_KEPT = 45 * SAMPLE_RATE
_ROOM = 10 * SAMPLE_RATE  # the buffer is moved when it is full, not with every frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Speech from sample to sample of its side; the id stays while it grows."""

    id: UUID
    start: int
    end: int


class SpeechOnLine:
    """One side of a call. Feed it what Asterisk sends; ask what is being said, and cut it out."""

    def __init__(self) -> None:
        self._detector = webrtcvad.Vad(_AGGRESSIVENESS)  # it remembers what it heard: one for each side
        self._rest = b""
        self._votes: deque[bool] = deque(maxlen=_VOTERS)
        self._sound = np.zeros(_KEPT + _ROOM, dtype=np.int16)
        self._first = 0
        self._id: UUID | None = None
        self._start = 0
        self._voiced = 0
        self._over = 0
        self.samples = 0
        """How many samples came so far."""

    @property
    def open(self) -> Stretch | None:
        """What is being said now, as far as it came; None in a pause."""
        if self._id is None:
            return None
        return Stretch(id=self._id, start=self._start, end=min(self.samples, self._voiced + _PAD))

    def feed(self, sound: bytes) -> list[Stretch]:
        """Take sound (16 bit, 8 kHz, little endian) and return the stretches that ended with it."""
        told = self._rest + sound
        whole = len(told) // _BYTES * _BYTES
        self._rest = told[whole:]
        heard = [self._frame(told[at : at + _BYTES]) for at in range(0, whole, _BYTES)]
        return [stretch for stretch in heard if stretch is not None]

    def end(self) -> list[Stretch]:
        """Return what was being said when the line was cut."""
        return [self._close(min(self.samples, self._voiced + _PAD))] if self._id is not None else []

    def cut(self, start: int, end: int) -> Samples:
        """Return samples of this side; what is long ago, or did not come yet, is silence."""
        piece = np.zeros(max(0, end - start), dtype=np.int16)
        low, high = max(start, self._first), min(end, self.samples)
        if low < high:
            piece[low - start : high - start] = self._sound[low - self._first : high - self._first]
        return piece

    def _frame(self, sound: bytes) -> Stretch | None:
        samples = np.frombuffer(sound, dtype="<i2")
        self._keep(samples)
        loud = float(np.sqrt(np.mean(samples.astype(np.float32) ** 2))) > _GATE
        self._votes.append(loud and self._detector.is_speech(sound, SAMPLE_RATE))
        if sum(self._votes) >= _VOTES:
            self._voiced = self.samples
            if self._id is None:
                self._id = uuid4()
                self._start = max(self._over, self.samples - _VOTERS * _FRAME - _PAD)
        if self._id is None:
            return None
        if self.samples - self._voiced >= _PAUSE:
            return self._close(self._voiced + _PAD)
        if self.samples - self._start >= _LONGEST:
            return self._cut_in_two()
        return None

    def _keep(self, samples: Samples) -> None:
        filled = self.samples - self._first
        if filled + len(samples) > len(self._sound):
            self._sound[:_KEPT] = self._sound[filled - _KEPT : filled].copy()
            self._first += filled - _KEPT
            filled = _KEPT
        self._sound[filled : filled + len(samples)] = samples
        self.samples += len(samples)

    def _close(self, end: int) -> Stretch:
        if self._id is None:
            raise ValueError("nobody speaks")
        stretch = Stretch(id=self._id, start=self._start, end=end)
        self._id, self._over = None, end
        return stretch

    def _cut_in_two(self) -> Stretch:
        """Cut where it is quietest, not in the middle of a word; the rest goes on as a stretch of its own."""
        low = self._start + _CUT_FROM
        frames = self.cut(low, self.samples).astype(np.float32)
        frames = frames[: len(frames) // _FRAME * _FRAME].reshape(-1, _FRAME)
        quiet = np.convolve(np.mean(frames**2, axis=1), np.ones(_QUIET), mode="valid")
        middle = low + int(quiet.argmin()) * _FRAME + _QUIET * _FRAME // 2
        stretch = self._close(middle)
        self._id, self._start = uuid4(), middle
        return stretch
