"""Hears a few seconds at once: a window as long as it must be, a quick guess, and text that can be believed.

The encoder costs the same for silence as for speech, so its window is cut to ten seconds instead of thirty
for a guess: a third of the time. What stays is heard in one of fifteen: はい does not become はいはい there.
Beside whisper.py the only file that knows faster-whisper.
"""

from __future__ import annotations

import os
import zlib
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
import soxr

from core.logs import get_log
from transcription.belief import Figures, is_believable
from transcription.engine import SAMPLE_RATE, ModelMissing, Samples
from transcription.model_files import ModelFiles

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

LONGEST_SECONDS = 10
QUICK_WINDOW, SURE_WINDOW = 10, 15
"""Seconds (docs/decisions/0030 says why not less for text that stays)."""
QUICK_BEAM, SURE_BEAM = 1, 5
REPETITION_PENALTY = 1.1
_MODEL_RATE = 16000
_TOKENS_A_SECOND = 12  # nobody speaks faster; a loop does
_FEWEST_TOKENS = 16

log = get_log()


class Ear(Protocol):
    """Turns a short sound into text."""

    def hear(self, sound: Samples, *, sure: bool) -> str | None:
        """Write down a sound of at most LONGEST_SECONDS (mono, 16 bit, 8 kHz).

        Args:
            sound: one stretch of speech
            sure: take more time, for text that stays

        Returns:
            the text, "" for none, None for text that is not to be believed

        Raises:
            ModelMissing: there is no model, or it is not the one it should be
        """
        ...

    def prepare(self) -> None:
        """Load what is needed to hear.

        Raises:
            ModelMissing: there is no model, or it is not the one it should be
        """
        ...


class WhisperEar:
    """The ear on faster-whisper. Used by one thread; the model is loaded when it is first needed."""

    def __init__(self, files: ModelFiles, *, device: str = "cpu", compute_type: str = "int8") -> None:
        """Take the model's files and where it runs."""
        self._files = files
        self._device = device
        self._compute_type = compute_type
        self._lock = Lock()
        self._loaded: tuple[WhisperModel, Tokenizer] | None = None

    def hear(self, sound: Samples, *, sure: bool) -> str | None:
        """Write down a sound (`Ear.hear`)."""
        model, tokenizer = self._model()
        seconds = min(len(sound) / SAMPLE_RATE, LONGEST_SECONDS)
        narrow = sound[: LONGEST_SECONDS * SAMPLE_RATE].astype(np.float32) / 32768
        features = model.feature_extractor(soxr.resample(narrow, SAMPLE_RATE, _MODEL_RATE))
        frames = (SURE_WINDOW if sure else QUICK_WINDOW) * int(model.frames_per_second)
        window = np.zeros((features.shape[0], frames), dtype=np.float32)
        window[:, : min(frames, features.shape[1])] = features[:, :frames]
        (result,) = model.model.generate(
            model.encode(window),
            [[*tokenizer.sot_sequence, tokenizer.no_timestamps]],
            beam_size=SURE_BEAM if sure else QUICK_BEAM,
            repetition_penalty=REPETITION_PENALTY,
            max_length=_FEWEST_TOKENS + int(seconds * _TOKENS_A_SECOND),
            suppress_blank=True,
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = result.sequences_ids[0]
        text = str(tokenizer.decode(tokens)).strip()
        length = len(tokens)
        figures = Figures(
            log_probability=float(result.scores[0]) * length / (length + 1),
            silence=float(result.no_speech_prob),
            compression=_compression(text),
        )
        return text if not text or is_believable(text, figures) else None

    def prepare(self) -> None:
        """Load the model."""
        self._model()

    def _model(self) -> tuple[WhisperModel, Tokenizer]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> tuple[WhisperModel, Tokenizer]:
        folder = self._files.verified().path
        os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is looked up anywhere
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer

        try:
            model = WhisperModel(
                str(folder),
                device=self._device,
                compute_type=self._compute_type,
                cpu_threads=1,
                local_files_only=True,
            )
            tokens = Tokenizer(
                model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language="ja"
            )
        except MemoryError:
            raise
        except Exception:  # what a broken file makes the libraries raise is not documented
            log.exception("model.broken")
            raise ModelMissing from None
        return model, tokens


def _compression(text: str) -> float:
    told = text.encode()
    return len(told) / len(zlib.compress(told)) if told else 0.0
