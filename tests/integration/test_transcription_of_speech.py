"""The real recogniser on the practice dialogues: right words, right side, and nothing out of noise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from transcription.character_errors import character_errors, comparable
from transcription.engine import SAMPLE_RATE, Samples, SpokenTrack
from transcription.model_files import ModelFiles
from transcription.speech_detection import find_speech
from transcription.utterance import CALL_TRACKS, Span, Track, Utterance
from transcription.whisper import WhisperEngine

pytestmark = pytest.mark.real
DIALOGUES = Path(__file__).parents[2] / "runtime" / "practice" / "dialogues"
ANNOUNCEMENT = Path(__file__).parents[2] / "profiles" / "sounds" / "sakura" / "rokuon.wav"
SPEAKERS = {Track.CALLER: "C", Track.HALL: "O"}


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> WhisperEngine:
    return WhisperEngine(ModelFiles(tmp_path_factory.mktemp("models")))


def hear(whisper: WhisperEngine, name: str, track: Track) -> list[Utterance]:
    both, _ = soundfile.read(DIALOGUES / f"{name}.wav", dtype="int16")
    sides = {Track.CALLER: np.ascontiguousarray(both[:, 0]), Track.HALL: np.ascontiguousarray(both[:, 1])}
    own = sides.pop(track)
    (other,) = sides.values()
    return whisper.listen(SpokenTrack(track=track, samples=own, speech=find_speech(own, other)))


def turns(name: str, track: Track) -> list[dict[str, str]]:
    described = json.loads((DIALOGUES / f"{name}.json").read_text())
    return [turn for turn in described["turns"] if turn["speaker"] == SPEAKERS[track]]


def test_a_clear_call_is_written_down_with_few_errors_on_the_right_sides(whisper: WhisperEngine) -> None:
    wrong = characters = 0
    for track in CALL_TRACKS:
        meant = comparable("".join(turn["text"] for turn in turns("d1", track)))
        heard = comparable("".join(one.text for one in hear(whisper, "d1", track) if one.heard))
        wrong += character_errors(meant, heard)
        characters += len(meant)

    assert wrong / characters <= 0.20


def test_a_word_stands_where_it_was_said(whisper: WhisperEngine) -> None:
    said = hear(whisper, "d1", Track.CALLER)

    threat = next(one for one in said if "首を飛ばして" in one.text)
    assert threat.start == pytest.approx(32.4, abs=0.4)
    assert threat.end == pytest.approx(35.7, abs=0.4)


def test_a_shouted_threat_is_the_callers_and_never_the_halls(whisper: WhisperEngine) -> None:
    caller = comparable("".join(one.text for one in hear(whisper, "d4", Track.CALLER)))
    hall = comparable("".join(one.text for one in hear(whisper, "d4", Track.HALL)))

    assert "殺すぞ" in caller
    assert "殺すぞ" not in hall
    assert "待ってろ" not in hall


def test_no_turn_is_lost_behind_the_announcement(whisper: WhisperEngine) -> None:
    # Sentences with a clear end, a pause, and a prompt made the decoder stop in the middle of a window.
    announcement, _ = soundfile.read(ANNOUNCEMENT, dtype="int16")
    both, _ = soundfile.read(DIALOGUES / "d1.wav", dtype="int16")
    hall = np.concatenate([announcement, np.zeros(8000, np.int16), both[:, 1]])
    caller = np.concatenate([np.zeros(len(hall) - len(both), np.int16), both[:, 0]])

    said = whisper.listen(
        SpokenTrack(track=Track.HALL, samples=hall, speech=find_speech(hall, caller)),
        ("さくら市役所", "保険年金課", "国民健康保険", "納税通知書", "窓口"),
    )

    assert all(one.heard for one in said)
    meant = comparable("".join(turn["text"] for turn in turns("d1", Track.HALL)))
    heard = comparable("".join(one.text for one in said if one.start > len(announcement) / SAMPLE_RATE))
    assert character_errors(meant, heard) / len(meant) <= 0.20


def noise(seed: int, level: float, *, pink: bool = False) -> Samples:
    sound = np.random.default_rng(seed).normal(size=15 * SAMPLE_RATE)
    if pink:
        spectrum = np.fft.rfft(sound)
        sound = np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)))
        sound /= sound.std()
    return np.clip(sound * level, -32768, 32767).astype(np.int16)


@pytest.mark.parametrize(
    "nobody",
    [noise(1, 330), noise(2, 1800), noise(3, 1000, pink=True), np.zeros(15 * SAMPLE_RATE, dtype=np.int16)],
    ids=["quiet-noise", "loud-noise", "pink-noise", "silence"],
)
def test_no_words_are_made_out_of_noise(whisper: WhisperEngine, nobody: Samples) -> None:
    # Even if the speech detector let all of it through.
    said = whisper.listen(
        SpokenTrack(
            track=Track.CALLER, samples=nobody, speech=(Span(start=0, end=7), Span(start=7.5, end=15))
        )
    )

    assert [one.text for one in said if one.heard] == []
