"""A recogniser that says one set text for every stretch of speech."""

from __future__ import annotations

from collections.abc import Mapping

from transcription.engine import ModelIdentity, ModelMissing, SpokenTrack
from transcription.utterance import WORDLESS, Utterance, Word


class SaysTheSame:
    """A SpeechEngine whose words are known; ``missing`` takes its model away."""

    def __init__(self, words: str = "納税の相談です") -> None:
        self.words = words
        self.missing = False
        self.sha256 = "f" * 64
        self.listened: list[SpokenTrack] = []

    @property
    def options(self) -> Mapping[str, str | int | float | bool]:
        return {"engine": "fake", "words": self.words}

    def model(self) -> ModelIdentity:
        if self.missing:
            raise ModelMissing
        return ModelIdentity(name="fake", sha256=self.sha256)

    def listen(self, spoken: SpokenTrack, vocabulary: tuple[str, ...] = ()) -> list[Utterance]:
        self.model()
        self.listened.append(spoken)
        return [
            Utterance(
                track=spoken.track,
                start=span.start,
                end=span.end,
                text=self.words or WORDLESS,
                words=(Word(text=self.words, start=span.start, end=span.end, probability=0.9),)
                if self.words
                else (),
            )
            for span in spoken.speech
        ]
