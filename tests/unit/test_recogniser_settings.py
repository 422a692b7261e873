"""How the recogniser is asked: for Japanese, on one core, without a network, no window beyond its reach."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import cast

import numpy as np
import pytest

from transcription.engine import ModelIdentity, SpokenTrack
from transcription.model_files import ModelFiles, ModelFolder
from transcription.utterance import Span, Track
from transcription.whisper import PROMPT_TOKENS, WhisperEngine

RATE = 16_000
DOCUMENT = Path(__file__).parents[2] / "docs" / "transcripts.md"


@dataclass
class Asked:
    """What the library was asked for."""

    loaded: dict[str, object]
    decoded: list[dict[str, object]]


def letters_of(text: str, *, add_special_tokens: bool) -> SimpleNamespace:
    """Take each letter for a token."""
    assert not add_special_tokens
    return SimpleNamespace(ids=list(text))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """A library that hears nothing and remembers how it was asked."""
    told = Asked(loaded={}, decoded=[])

    class Model:
        frames_per_second = 100

        def __init__(self, path: str, **options: object) -> None:
            told.loaded |= options
            self.hf_tokenizer = SimpleNamespace(encode=letters_of)

    class Pipeline:
        def __init__(self, model: Model) -> None:
            self.model = model

        def transcribe(self, sound: object, **options: object) -> tuple[Iterator[object], None]:
            told.decoded.append({"sound": sound, **options})
            return iter(()), None

    library = ModuleType("faster_whisper")
    monkeypatch.setattr(library, "WhisperModel", Model, raising=False)
    monkeypatch.setattr(library, "BatchedInferencePipeline", Pipeline, raising=False)
    monkeypatch.setitem(sys.modules, "faster_whisper", library)
    return told


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WhisperEngine:
    files = ModelFiles(tmp_path)
    folder = ModelFolder(path=tmp_path, identity=ModelIdentity(name="none", sha256="0" * 64))
    monkeypatch.setattr(files, "verified", lambda: folder)
    return WhisperEngine(files)


def minutes_of_talk() -> SpokenTrack:
    """Three minutes in which somebody speaks most of the time, once for as long as a stretch may be."""
    speech = (
        Span(start=0, end=9), Span(start=10, end=22), Span(start=23, end=51), Span(start=52, end=53),
        Span(start=60, end=75), Span(start=80, end=107.9), Span(start=120, end=131), Span(start=133, end=149),
    )  # fmt: skip
    return SpokenTrack(track=Track.CALLER, samples=np.zeros(180 * 8000, dtype=np.int16), speech=speech)


def windows_of(one: dict[str, object]) -> list[dict[str, float]]:
    return cast("list[dict[str, float]]", one["clip_timestamps"])


def test_it_is_asked_for_japanese_with_a_wide_search_word_times_and_a_guard_against_loops(
    asked: Asked, engine: WhisperEngine
) -> None:
    engine.listen(minutes_of_talk(), ("保険年金課",))

    assert asked.decoded
    for one in asked.decoded:
        assert (one["language"], one["beam_size"], one["word_timestamps"]) == ("ja", 5, True)
        assert one["repetition_penalty"] == engine.options["repetition_penalty"] == 1.1
    assert asked.decoded[0]["initial_prompt"] == "保険年金課。"


def test_one_core_hears_one_call_and_nothing_is_fetched_from_anywhere(
    asked: Asked, engine: WhisperEngine
) -> None:
    engine.listen(minutes_of_talk())

    assert asked.loaded["cpu_threads"] == 1
    assert asked.loaded["local_files_only"] is True


def test_no_window_is_longer_than_the_recogniser_hears_and_none_overlap(
    asked: Asked, engine: WhisperEngine
) -> None:
    engine.listen(minutes_of_talk())

    for one in asked.decoded:
        windows = windows_of(one)
        assert all(0 < clip["end"] - clip["start"] <= 28.001 for clip in windows)
        assert all(before["end"] <= after["start"] + 1 / RATE for before, after in pairwise(windows))
        assert windows[-1]["end"] <= len(np.asarray(one["sound"])) / RATE + 1 / RATE
    speech = sum(span.seconds for span in minutes_of_talk().speech)
    heard = sum(clip["end"] - clip["start"] for clip in windows_of(asked.decoded[0]))
    assert heard >= speech, "every stretch is in a window"


def test_the_citys_words_never_fill_more_than_the_prompt_holds(asked: Asked, engine: WhisperEngine) -> None:
    engine.listen(minutes_of_talk(), tuple(f"第{number}事業課" for number in range(60)))

    prompt = asked.decoded[0]["initial_prompt"]
    assert isinstance(prompt, str)
    assert prompt.startswith("第0事業課、第1事業課、")
    assert len(prompt) <= PROMPT_TOKENS


def test_each_option_that_is_kept_with_a_transcript_is_described(engine: WhisperEngine) -> None:
    described = DOCUMENT.read_text(encoding="utf-8")

    assert [name for name in engine.options if f"`{name}`" not in described] == []
    assert "ctranslate2 " in str(engine.options["engine"]), "the library's version is part of what heard it"
