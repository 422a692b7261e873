"""Speech recognition by faster-whisper. This is the only file that knows it.

The stretches of one track are packed into windows of at most 28 s with short silences between, decoded in
batches, and every word is brought back to the moment it was said. Batch decoding applies none of Whisper's
own checks, so what is not believable (belief.py) is listened to once more and then given up.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from core.logs import get_log
from transcription.belief import Figures, is_believable, recites
from transcription.engine import ModelIdentity, ModelMissing, SpokenTrack
from transcription.foreground import VERSION as FOREGROUND
from transcription.model_files import ModelFiles
from transcription.packs import LONGEST, MODEL_RATE, SILENCE, Pack, pack_up
from transcription.sentences import utterances
from transcription.settled_words import VERSION as WORD_TIMES
from transcription.settled_words import settled
from transcription.unworded import VERSION as UNWORDED
from transcription.utterance import Span, Utterance, Word
from transcription.window_sound import VERSION as WINDOW_SOUND
from transcription.window_sound import window_sound

if TYPE_CHECKING:
    from faster_whisper import BatchedInferencePipeline, WhisperModel
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import TranscriptionOptions

BEAM = 5
REPETITION_PENALTY = 1.1  # keeps batch decoding out of loops at a tenth of the cost of decoding again
BATCH = 2  # larger is no faster on a CPU and takes 100 MB more for each window
RULES = "belief-3 again-2"  # which rules refused text and asked again; kept with every transcript
PROMPT_TOKENS = 100  # longer prompts leak into silence
SHORTEST_WINDOW = 15  # seconds; in a shorter one はい becomes はいはい, in one of 30 it is missed more often
SURER = "surer-1"  # which rules heard an unsure window a second way; kept with every transcript
UNSURE = -0.8  # mean log probability; below, a window is heard as it is too, and the surer text is kept
WINDOW_STEP = 5  # seconds; a window is so much longer than the next shorter one

_SEEK_STEP = 0.02  # seconds; the library names a window by its start, rounded down to 10 ms

log = get_log()


class _Heard(Protocol):
    """What we read of faster-whisper's Segment."""

    text: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardPack:
    """A window and what was heard in it; None stands for text the decoder did not believe itself."""

    pack: Pack
    words: list[Word] | None
    log_probability: float


class WhisperEngine:
    """The SpeechEngine on faster-whisper. May be used by several threads; the model is loaded once."""

    def __init__(
        self, files: ModelFiles, *, device: str = "cpu", compute_type: str = "int8", workers: int = 1
    ) -> None:
        """Take the model's files and how many recognitions run at the same time, one core each."""
        self._files = files
        self._device = device
        self._compute_type = compute_type
        self._workers = workers
        self._loaded: WhisperModel | None = None
        self._lock = Lock()

    @property
    def options(self) -> Mapping[str, str | int | float | bool]:
        """How the recogniser is set; kept with every transcript."""
        return {
            "engine": f"faster-whisper {version('faster-whisper')} ctranslate2 {version('ctranslate2')}",
            "device": self._device,
            "compute_type": self._compute_type,
            "beam": BEAM,
            "shortest_window": SHORTEST_WINDOW,
            "window_step": WINDOW_STEP,
            "longest_window": LONGEST,
            "window_silence": SILENCE,
            "prompt_tokens": PROMPT_TOKENS,
            "window_sound": f"{WINDOW_SOUND} {SURER}",
            "repetition_penalty": REPETITION_PENALTY,
            "rules": f"{RULES} {UNWORDED}",
            "word_times": f"{WORD_TIMES} {FOREGROUND}",
        }

    def model(self) -> ModelIdentity:
        """Say which model listens."""
        return self._files.verified().identity

    def listen(self, spoken: SpokenTrack, vocabulary: tuple[str, ...] = ()) -> list[Utterance]:
        """Write down what is said on a track."""
        model = self._model()
        prompt = _prompt(model, vocabulary)
        heard: dict[Span, list[Word] | None] = {}
        again: dict[Span, Span] = {}
        for pack, words in self._decode(model, spoken, pack_up(spoken.speech), prompt):
            placed = pack.to_spans(words)
            heard |= placed
            again |= {rest: span for span, rest in pack.left_over(placed, alone_too=prompt is not None)}
        # A window's text may end before its sound does, and one bad stretch spoils its neighbours. What was
        # left over is listened to once more, alone and without the city's words, which a recogniser recites
        # where it hears nothing. Only who has heard it without them before must be surer this time.
        fresh = [rest for rest, span in again.items() if prompt is not None and rest == span]
        doubted = [rest for rest in again if rest not in fresh]
        for rests, doubtful in ((fresh, False), (doubted, True)):
            alone = [Pack.of(rest) for rest in rests]
            for pack, words in self._decode(model, spoken, alone, None, doubtful=doubtful):
                for rest, found in pack.to_spans(words).items():
                    span = again[rest]
                    heard[span] = found if rest == span else [*(heard[span] or ()), *(found or ())]
        return [
            utterance
            for span in spoken.speech
            for utterance in utterances(
                spoken.track, span, _settled(heard.get(span, []), spoken), spoken.voiced
            )
        ]

    def _model(self) -> WhisperModel:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load(self._files.verified().path)
            return self._loaded

    def _load(self, folder: Path) -> WhisperModel:
        os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is looked up anywhere
        from faster_whisper import WhisperModel

        try:
            return WhisperModel(
                str(folder),
                device=self._device,
                compute_type=self._compute_type,
                cpu_threads=1,
                num_workers=self._workers,
                local_files_only=True,
            )
        except MemoryError:
            raise
        except Exception:  # what a broken file makes the libraries raise is not documented
            # A folder of the city's own may hold all files and still be no model, or none for this device.
            log.exception("model.broken")
            raise ModelMissing from None

    def _decode(
        self,
        model: WhisperModel,
        spoken: SpokenTrack,
        packs: list[Pack],
        prompt: str | None,
        *,
        doubtful: bool = False,
    ) -> Iterator[tuple[Pack, list[Word] | None]]:
        """Decode packs; None stands for text the decoder did not believe itself.

        What lies in long pauses is made quieter first. Where a room is as loud as the voice that may take a
        sentence away, so a window of unsure text is heard as it is too, and the text it is surer of is kept.
        """
        heard = self._hear(model, spoken, packs, prompt, doubtful=doubtful, hush=True)
        unsure = [] if doubtful else [one.pack for one in heard if one.log_probability < UNSURE]
        plainly = self._hear(model, spoken, unsure, prompt, doubtful=doubtful, hush=False)
        other = {one.pack: one for one in plainly}
        for one in heard:
            yield one.pack, _surer(one, other.get(one.pack, one))

    def _hear(  # noqa: PLR0913  what is heard, and how
        self,
        model: WhisperModel,
        spoken: SpokenTrack,
        packs: list[Pack],
        prompt: str | None,
        *,
        doubtful: bool,
        hush: bool,
    ) -> list[HeardPack]:
        if not packs:
            return []
        # Windows of one length together: the longest of a batch decides what the others cost.
        packs = sorted(packs, key=_length)
        pieces = [window_sound(pack, spoken.samples, spoken.voiced if hush else ()) for pack in packs]
        ends = np.cumsum([len(piece) for piece in pieces])
        # Half a sample is added because the library cuts the fraction off.
        clips = [
            {"start": (int(end) - len(piece) + 0.5) / MODEL_RATE, "end": (int(end) + 0.5) / MODEL_RATE}
            for piece, end in zip(pieces, ends, strict=True)
        ]
        segments, _ = _fitting_pipeline(model).transcribe(
            np.concatenate(pieces),
            language="ja",
            beam_size=BEAM,
            repetition_penalty=REPETITION_PENALTY,
            word_timestamps=True,
            initial_prompt=prompt,
            clip_timestamps=clips,
            batch_size=BATCH,
        )
        starts = [(int(end) - len(piece)) / MODEL_RATE for piece, end in zip(pieces, ends, strict=True)]
        found: list[list[Word] | None] = [[] for _ in packs]
        sure = [0.0 for _ in packs]
        for segment in segments:
            at = max(0, int(np.searchsorted(starts, segment.seek / 100 + _SEEK_STEP, side="right")) - 1)
            sure[at] = min(sure[at], segment.avg_logprob)
            if (prompt is not None and recites(segment.text, prompt)) or not _believed(
                segment, doubtful=doubtful, prompted=prompt is not None
            ):
                found[at] = None
            elif (words := found[at]) is not None:
                words += [
                    Word(
                        text=word.word,
                        start=float(word.start) - starts[at],
                        end=float(word.end) - starts[at],
                        probability=float(word.probability),
                    )
                    for word in segment.words or ()
                ]
        return [
            HeardPack(pack=pack, words=words, log_probability=one)
            for pack, words, one in zip(packs, found, sure, strict=True)
        ]


def _surer(hushed: HeardPack, plain: HeardPack) -> list[Word] | None:
    """Keep the surer text; what is not believable of the sound as it is, quieter pauses make no truer."""
    if plain.words is None or hushed.words is None:
        return plain.words
    return max(hushed, plain, key=lambda one: one.log_probability).words


def _length(pack: Pack) -> float:
    return pack.clips[-1].at + pack.clips[-1].span.seconds


def _fitting_pipeline(model: WhisperModel) -> BatchedInferencePipeline:
    """Decode windows no longer than their sound.

    The library fills each window with silence up to 30 s, and the encoder works on the silence as on speech.
    """
    from faster_whisper import BatchedInferencePipeline

    class Fitting(BatchedInferencePipeline):
        def forward(
            self,
            features: NDArray[np.float32],
            tokenizer: Tokenizer,
            chunks_metadata: list[dict[str, float]],
            options: TranscriptionOptions,
        ) -> list[list[dict[str, object]]]:
            longest = max(chunk["duration"] for chunk in chunks_metadata)
            seconds = max(SHORTEST_WINDOW, math.ceil(longest / WINDOW_STEP) * WINDOW_STEP)
            frames = seconds * int(model.frames_per_second)
            return super().forward(features[..., :frames], tokenizer, chunks_metadata, options)

    return Fitting(model)


def _settled(words: list[Word] | None, spoken: SpokenTrack) -> list[Word] | None:
    return None if words is None else settled(words, spoken.voiced)


def _believed(segment: _Heard, *, doubtful: bool, prompted: bool) -> bool:
    figures = Figures(
        log_probability=segment.avg_logprob,
        silence=segment.no_speech_prob,
        compression=segment.compression_ratio,
    )
    return is_believable(segment.text, figures, doubtful=doubtful, prompted=prompted)


def _prompt(model: WhisperModel, vocabulary: tuple[str, ...]) -> str | None:
    words = list(vocabulary)
    while words:
        prompt = "、".join(words) + "。"
        if len(model.hf_tokenizer.encode(prompt, add_special_tokens=False).ids) <= PROMPT_TOKENS:
            return prompt
        words.pop()
    return None
