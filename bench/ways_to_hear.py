"""Three ways to write a call down: ours, and the two a person would try first with the same model.

Each gives words with their track and seconds, so that all three are judged by the same scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soxr
from numpy.typing import NDArray

from bench.labelled_call import LabelledCall
from transcription.engine import SAMPLE_RATE, Samples, SpokenTrack
from transcription.packs import MODEL_RATE
from transcription.speech_detection import detect
from transcription.utterance import CALL_TRACKS, Track, Word
from transcription.whisper import WhisperEngine

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """A word and whose it is said to be."""

    track: Track
    word: Word


Way = Callable[[LabelledCall], list[HeardWord]]
"""Words of a call, in the order in which they were written down, one track after the other."""


def library_model(folder: Path) -> WhisperModel:
    """Load a model as the library does it, set as ours is: whole numbers, one thread."""
    from faster_whisper import WhisperModel

    return WhisperModel(str(folder), compute_type="int8", cpu_threads=1, local_files_only=True)


def our_way(engine: WhisperEngine, vocabulary: tuple[str, ...]) -> Way:
    """Each track by itself, as the service does it."""

    def hear(call: LabelledCall) -> list[HeardWord]:
        words = list[HeardWord]()
        for track, own in call.sides.items():
            found = detect(own, call.other(track))
            spoken = SpokenTrack(track=track, samples=own, speech=found.speech, voiced=found.clear)
            said = engine.listen(spoken, vocabulary) if found.speech else []
            words += [HeardWord(track=track, word=word) for one in said if one.heard for word in one.words]
        return words

    return hear


def mono_way(model: WhisperModel) -> Way:
    """Mix both tracks, transcribe with the library's own settings; each word goes to the louder track."""

    def hear(call: LabelledCall) -> list[HeardWord]:
        caller, hall = call.sides[Track.CALLER], call.sides[Track.HALL]
        segments, _ = model.transcribe(
            _at_model_rate((caller.astype(np.float32) + hall.astype(np.float32)) * np.float32(0.5)),
            language="ja",
            beam_size=5,
            word_timestamps=True,
        )
        words = [HeardWord(track=_louder(call, word), word=word) for word in _words(segments)]
        return [one for track in CALL_TRACKS for one in words if one.track is track]

    return hear


def library_vad_way(model: WhisperModel) -> Way:
    """Each track by itself with the library's neural speech detector."""

    def hear(call: LabelledCall) -> list[HeardWord]:
        words = list[HeardWord]()
        for track, own in call.sides.items():
            segments, _ = model.transcribe(
                _at_model_rate(own.astype(np.float32)),
                language="ja",
                beam_size=5,
                word_timestamps=True,
                vad_filter=True,
            )
            words += [HeardWord(track=track, word=word) for word in _words(segments)]
        return words

    return hear


def _at_model_rate(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return soxr.resample(samples / np.float32(32768), SAMPLE_RATE, MODEL_RATE).astype(np.float32)


def _words(segments: Iterable[Segment]) -> list[Word]:
    return [
        Word(
            text=word.word,
            start=float(word.start),
            end=float(word.end),
            probability=float(word.probability),
        )
        for segment in segments
        for word in segment.words or ()
    ]


def _louder(call: LabelledCall, word: Word) -> Track:
    begin, end = int(word.start * SAMPLE_RATE), int(word.end * SAMPLE_RATE) + 1
    return max(call.sides, key=lambda track: _energy(call.sides[track][begin:end]))


def _energy(samples: Samples) -> float:
    return float(np.square(samples.astype(np.float64)).sum())
