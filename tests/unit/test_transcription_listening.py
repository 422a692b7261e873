"""No stretch loses its words: not to noise in its window, nor to a decoder that stops too soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from transcription import whisper
from transcription.engine import SpokenTrack
from transcription.model_files import ModelFiles
from transcription.packs import Pack
from transcription.utterance import UNHEARD, Span, Track, Word
from transcription.whisper import HeardPack, WhisperEngine

NOISE = Span(start=5, end=7)
SPEECH = (Span(start=0, end=2), NOISE, Span(start=10, end=12))


class HearsYes(WhisperEngine):
    """A decoder that writes はい at the beginning of each window, if it hears anything there."""

    def _model(self) -> Any:  # noqa: ANN401  no model is needed
        return None

    def _decode(
        self,
        model: object,
        spoken: SpokenTrack,
        packs: list[Pack],
        prompt: str | None,
        *,
        doubtful: bool = False,
    ) -> Iterator[tuple[Pack, list[Word] | None]]:
        for pack in packs:
            hears = self.hears(pack, prompt, doubtful=doubtful)
            yield pack, [Word(text="はい", start=0.2, end=0.6, probability=0.9)] if hears else None

    def hears(self, pack: Pack, prompt: str | None, *, doubtful: bool) -> bool:
        """Say whether what it writes of a window can be believed."""
        return True


class LoopsOverNoise(HearsYes):
    """Decodes nothing believable in a window that holds the noise."""

    def hears(self, pack: Pack, prompt: str | None, *, doubtful: bool) -> bool:
        return all(clip.span != NOISE for clip in pack.clips)


class EndsEarly(HearsYes):
    """Writes down the first stretch of a window only, as a decoder that stops too soon does."""


def test_a_window_whose_text_ends_early_loses_no_stretch(tmp_path: Path) -> None:
    engine = EndsEarly(ModelFiles(tmp_path, parts=()))
    samples = np.zeros(13 * 8000, dtype=np.int16)
    speech = (Span(start=0, end=1), Span(start=5, end=6), Span(start=10, end=11))

    said = engine.listen(SpokenTrack(track=Track.CALLER, samples=samples, speech=speech))

    assert [(one.text, one.start) for one in said] == [("はい", 0.2), ("はい", 5.2), ("はい", 10.2)]


def test_a_stretch_whose_text_ends_early_is_heard_to_its_end(tmp_path: Path) -> None:
    engine = EndsEarly(ModelFiles(tmp_path, parts=()))
    samples = np.zeros(13 * 8000, dtype=np.int16)

    said = engine.listen(SpokenTrack(track=Track.HALL, samples=samples, speech=(Span(start=2, end=8),)))

    assert [(one.text, one.start) for one in said] == [("はいはい", 2.2)]


def test_stretches_of_a_doubtful_window_are_heard_alone(tmp_path: Path) -> None:
    engine = LoopsOverNoise(ModelFiles(tmp_path, parts=()))
    samples = np.zeros(13 * 8000, dtype=np.int16)

    said = engine.listen(SpokenTrack(track=Track.CALLER, samples=samples, speech=SPEECH))

    assert [(one.text, one.start) for one in said] == [("はい", 0.2), (UNHEARD, 5), ("はい", 10.2)]


class RecitesTheCitysWords(HearsYes):
    """With the city's words in mind it says nothing that can be believed; without them it hears はい."""

    def hears(self, pack: Pack, prompt: str | None, *, doubtful: bool) -> bool:
        return prompt is None and not doubtful


def prompt_of(_model: object, words: tuple[str, ...]) -> str | None:
    return "、".join(words) or None


def test_what_was_refused_with_the_citys_words_in_mind_is_heard_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper, "_prompt", prompt_of)
    engine = RecitesTheCitysWords(ModelFiles(tmp_path, parts=()))
    alone = SpokenTrack(
        track=Track.CALLER, samples=np.zeros(13 * 8000, dtype=np.int16), speech=(Span(start=2, end=4),)
    )

    assert [one.text for one in engine.listen(alone, ("保険年金課",))] == ["はい"]


def test_noise_alone_in_its_window_is_told_as_unheard_once(tmp_path: Path) -> None:
    engine = LoopsOverNoise(ModelFiles(tmp_path, parts=()))
    samples = np.zeros(13 * 8000, dtype=np.int16)

    said = engine.listen(SpokenTrack(track=Track.CALLER, samples=samples, speech=(NOISE,)))

    assert [(one.text, one.start, one.end) for one in said] == [(UNHEARD, 5, 7)]


class HearsTwice(WhisperEngine):
    """Hears a window in two ways, and is as sure of each as it is told."""

    def __init__(self, files: ModelFiles, hushed: HeardPack, plainly: HeardPack) -> None:
        super().__init__(files)
        self._ways = {True: hushed, False: plainly}
        self.heard = list[bool]()

    def _model(self) -> Any:  # noqa: ANN401  no model is needed
        return None

    def _hear(  # noqa: PLR0913  as the engine's own
        self,
        model: object,
        spoken: SpokenTrack,
        packs: list[Pack],
        prompt: str | None,
        *,
        doubtful: bool,
        hush: bool,
    ) -> list[HeardPack]:
        self.heard += [hush for _ in packs]
        return [replace(self._ways[hush], pack=pack) for pack in packs]


def heard(text: str | None, log_probability: float) -> HeardPack:
    words = None if text is None else [Word(text=text, start=0.2, end=1.8, probability=0.9)]
    return HeardPack(pack=Pack.of(SPEECH[0]), words=words, log_probability=log_probability)


@pytest.mark.parametrize(
    ("hushed", "plainly", "written", "times"),
    [
        (heard("はい", -0.5), heard("いいえ", -0.1), "はい", 1),
        (heard("はい", -1.2), heard("いいえ", -0.9), "いいえ", 2),
        (heard("はい", -0.9), heard("いいえ", -1.2), "はい", 2),
        (heard("はい", -0.9), heard(None, -1.2), UNHEARD, 2),
        (heard(None, -0.9), heard("いいえ", -1.2), "いいえ", 2),
    ],
    ids=[
        "sure",
        "surer as it is",
        "surer with quieter pauses",
        "not believable as it is",
        "believable as it is only",
    ],
)
def test_a_window_of_unsure_text_is_heard_as_it_is_too_and_the_surer_text_stays(
    tmp_path: Path, hushed: HeardPack, plainly: HeardPack, written: str, times: int
) -> None:
    engine = HearsTwice(ModelFiles(tmp_path, parts=()), hushed, plainly)
    samples = np.zeros(13 * 8000, dtype=np.int16)

    said = engine.listen(SpokenTrack(track=Track.CALLER, samples=samples, speech=SPEECH[:1]))

    assert [one.text for one in said] == [written]
    assert len(engine.heard) == times
