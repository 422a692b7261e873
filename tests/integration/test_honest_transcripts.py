"""The real recogniser where it is tempted to lie: no speech, one word, an echo; and models that are none."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bench.labelled_call import LabelledCall, load_call
from bench.line_sounds import echo_of, on_the_wire
from bench.no_speech import no_speech_clips, one_word_clips
from bench.ways_to_hear import our_way
from transcription.character_errors import comparable
from transcription.engine import ModelMissing, Samples, SpokenTrack
from transcription.model_files import ModelFiles
from transcription.utterance import CALL_TRACKS, Span, Track
from transcription.whisper import WhisperEngine

pytestmark = pytest.mark.real
DIALOGUES = Path(__file__).parents[2] / "runtime" / "practice" / "dialogues"
TWICE = {"hai": 4, "iie": 6, "moshimoshi": 8, "bakayaro": 8}
"""Characters of each single word written twice, in the shortest spelling."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    return ModelFiles(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def whisper(files: ModelFiles) -> WhisperEngine:
    return WhisperEngine(files)


def written(engine: WhisperEngine, caller: Samples, hall: Samples) -> dict[Track, str]:
    call = LabelledCall(name="clip", sides={Track.CALLER: caller, Track.HALL: hall}, phrases=())
    words = our_way(engine, ("さくら市役所", "保険年金課", "窓口"))(call)
    return {
        track: comparable("".join(one.word.text for one in words if one.track is track))
        for track in CALL_TRACKS
    }


def nobody(seconds: float) -> Samples:
    return np.zeros(round(seconds * 8000), dtype=np.int16)


def test_where_nobody_speaks_nothing_is_written_down(whisper: WhisperEngine) -> None:
    texts = {
        name: written(whisper, clip, nobody(20))[Track.CALLER] for name, clip in no_speech_clips().items()
    }

    assert {name: text for name, text in texts.items() if text} == {}


def test_no_single_word_is_lost_and_none_is_written_twice(whisper: WhisperEngine) -> None:
    texts = {name: written(whisper, clip, nobody(7))[Track.CALLER] for name, clip in one_word_clips().items()}

    assert [name for name, text in texts.items() if not text] == []
    # Abuse that was said once must not stand there twice.
    assert [text for name, text in texts.items() if len(text) >= TWICE[name.split("-")[0]]] == []


def test_an_echo_of_a_shouting_caller_puts_no_word_into_the_operators_mouth(whisper: WhisperEngine) -> None:
    call = load_call(DIALOGUES / "d4.json")
    caller = call.sides[Track.CALLER]
    only_echo = on_the_wire(echo_of(caller / 32768, level=-12))

    heard = written(whisper, caller, only_echo)

    assert "殺すぞ" in heard[Track.CALLER]
    assert heard[Track.HALL] == ""


def test_a_second_model_in_a_folder_of_the_citys_own_works_unchanged(
    files: ModelFiles, whisper: WhisperEngine, tmp_path: Path
) -> None:
    own = tmp_path / "city-model"
    shutil.copytree(files.verified().path, own)
    second = WhisperEngine(ModelFiles(tmp_path / "unused", model_dir=own))
    word = one_word_clips()["moshimoshi-jf_alpha"]

    assert written(second, word, nobody(7)) == written(whisper, word, nobody(7))
    assert second.model().name == "city-model"


@pytest.mark.parametrize("damaged", ["model.bin", "tokenizer.json"])
def test_a_complete_folder_that_holds_no_model_is_told_as_one(
    files: ModelFiles, tmp_path: Path, damaged: str
) -> None:
    own = tmp_path / "city-model"
    shutil.copytree(files.verified().path, own)
    (own / damaged).write_bytes((own / damaged).read_bytes()[:5000])
    engine = WhisperEngine(ModelFiles(tmp_path / "unused", model_dir=own))
    spoken = SpokenTrack(track=Track.CALLER, samples=nobody(2), speech=(Span(start=0, end=1),))

    with pytest.raises(ModelMissing):
        engine.listen(spoken)
