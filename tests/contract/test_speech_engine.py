"""The fake recogniser and the real one keep the same promises."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.fakes.speech_engine import SaysTheSame
from transcription.engine import ModelMissing, SpeechEngine, SpokenTrack
from transcription.model_files import ModelFiles
from transcription.speech_detection import find_speech
from transcription.utterance import Span, Track
from transcription.whisper import WhisperEngine

DIALOGUES = Path(__file__).parents[2] / "runtime" / "practice" / "dialogues"


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> WhisperEngine:
    return WhisperEngine(ModelFiles(tmp_path_factory.mktemp("models")))


@pytest.fixture(params=["fake", pytest.param("whisper", marks=pytest.mark.real)])
def engine(request: pytest.FixtureRequest) -> SpeechEngine:
    return SaysTheSame() if request.param == "fake" else request.getfixturevalue("whisper")


@pytest.fixture(params=["fake", pytest.param("whisper", marks=pytest.mark.real)])
def without_model(request: pytest.FixtureRequest, tmp_path: Path) -> SpeechEngine:
    fake = SaysTheSame()
    fake.missing = True
    return fake if request.param == "fake" else WhisperEngine(ModelFiles(tmp_path, parts=()))


def first_words() -> SpokenTrack:
    both, _ = soundfile.read(DIALOGUES / "d1.wav", dtype="int16", frames=14 * 8000)
    caller, hall = np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])
    return SpokenTrack(track=Track.HALL, samples=hall, speech=find_speech(hall, caller))


def test_every_stretch_of_speech_gives_utterances_in_order_and_in_place(engine: SpeechEngine) -> None:
    spoken = first_words()

    said = engine.listen(spoken)

    assert all(one.track is Track.HALL and one.text for one in said)
    assert all(before.end <= after.start + 0.001 for before, after in pairwise(said))
    for span in spoken.speech:
        inside = [one for one in said if span.start - 0.001 <= one.start and one.end <= span.end + 0.001]
        assert inside
    assert len(said) >= len(spoken.speech) > 0


def test_every_word_has_its_seconds_and_a_probability(engine: SpeechEngine) -> None:
    said = engine.listen(first_words(), ("保険年金課",))

    assert all(one.words for one in said if one.heard)
    for one in said:
        assert all(
            one.start <= word.start < word.end <= one.end and 0 <= word.probability <= 1 for word in one.words
        )
        assert 0 <= one.confidence <= 1


def test_no_speech_gives_no_utterance(engine: SpeechEngine) -> None:
    silence = np.zeros(8000, dtype=np.int16)

    assert engine.listen(SpokenTrack(track=Track.CALLER, samples=silence, speech=())) == []


def test_a_stretch_shorter_than_a_word_is_no_fault(engine: SpeechEngine) -> None:
    samples = np.zeros(8000, dtype=np.int16)
    short = SpokenTrack(track=Track.CALLER, samples=samples, speech=(Span(start=0.99, end=1.0),))

    assert len(engine.listen(short)) == 1


def test_a_city_may_have_any_number_of_words(engine: SpeechEngine) -> None:
    said = engine.listen(first_words(), tuple(f"第{number}事業課" for number in range(400)))

    assert any(one.heard for one in said)


def test_the_model_and_its_settings_are_named(engine: SpeechEngine) -> None:
    assert len(engine.model().sha256) == 64
    assert engine.model().name
    assert engine.options["engine"]


def test_without_a_model_nothing_is_heard(without_model: SpeechEngine) -> None:
    with pytest.raises(ModelMissing):
        without_model.model()
    with pytest.raises(ModelMissing):
        without_model.listen(first_words())
