"""The port to speech recognition: a track and where somebody speaks on it go in, utterances come out.

Nothing behind the port is known in front of it; another recogniser is another file beside whisper.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import TryLater
from transcription.utterance import Span, Track, Utterance

SAMPLE_RATE = 8000
"""Samples per second of a telephone track."""

Samples = NDArray[np.int16]


class ModelMissing(TryLater):
    """音声認識モデルが見つからないか、内容が確認できませんでした。録音は無事です。モデルを用意すると、文字起こしは自動でやり直されます。"""

    code = "model-missing"
    http_status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelIdentity:
    """Which model heard a recording; kept with every transcript."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenTrack:
    """One track of a recording: mono 16-bit samples at 8 kHz, and where somebody speaks on it."""

    track: Track
    samples: Samples
    speech: tuple[Span, ...]
    voiced: tuple[Span, ...] = ()
    """Where voice is to be heard between two pauses, exactly; none: not known."""


class SpeechEngine(Protocol):
    """Turns speech into text."""

    @property
    def options(self) -> Mapping[str, str | int | float | bool]:
        """How the recogniser is set; kept with every transcript."""
        ...

    def model(self) -> ModelIdentity:
        """Say which model listens.

        Raises:
            ModelMissing: there is no model, or it is not the one it should be.
        """
        ...

    def listen(self, spoken: SpokenTrack, vocabulary: tuple[str, ...] = ()) -> list[Utterance]:
        """Write down what is said on a track, in order; each stretch of speech gives at least one utterance.

        The vocabulary is the city's own words, which help with their spelling.

        Raises:
            ModelMissing: there is no model, or it is not the one it should be.
        """
        ...
