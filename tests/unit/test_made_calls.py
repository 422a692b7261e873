"""Calls made for measuring: the same seed makes the same call, and its words stand where they are said to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bench import line_sounds as line
from bench.labelled_call import load_call
from bench.made_call import Behind, MadeCall, described, make_call
from bench.made_dialogue import make_dialogue
from bench.no_speech import no_speech_clips, one_word_clips
from tests.fakes.voices import voice
from transcription.character_errors import comparable
from transcription.speech_detection import find_speech
from transcription.utterance import CALL_TRACKS, Track

VOICES = ("one", "two", "three")


def speaks(text: str, name: str) -> line.Sound:
    return voice(len(text) * 10 + VOICES.index(name), 0.15 * len(text)).astype(np.float64) / 32768


def of_kind(behind: Behind) -> MadeCall:
    seed = next(seed for seed in range(100) if list(Behind)[seed % len(Behind)] is behind)
    return make_call(seed, speaks, VOICES)


def level(sound: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean((sound / 32768) ** 2)) + 1e-9))


def test_the_same_seed_makes_the_same_call_and_another_one_another() -> None:
    first, again, other = (make_call(seed, speaks, VOICES) for seed in (8, 8, 16))

    assert described(first, "x") == described(again, "x")
    assert all((first.sides[track] == again.sides[track]).all() for track in CALL_TRACKS)
    assert described(first, "x")["turns"] != described(other, "x")["turns"]


def test_a_made_call_can_be_read_back_with_all_its_words(tmp_path: Path) -> None:
    made = of_kind(Behind.NOTHING)
    both = np.stack([made.sides[Track.CALLER], made.sides[Track.HALL]], axis=1)
    soundfile.write(tmp_path / "made.wav", both, 8000, subtype=made.law)
    (tmp_path / "made.json").write_text(json.dumps(described(made, "made")), "utf-8")

    call = load_call(tmp_path / "made.json")

    for track in CALL_TRACKS:
        meant = "".join(turn.text for turn, _ in made.turns if turn.track is track)
        assert "".join(phrase.text for phrase in call.said(track)) == comparable(meant)


def test_there_is_sound_where_a_phrase_is_said_and_none_before_the_first() -> None:
    made = of_kind(Behind.NOTHING)

    for turn, phrases in made.turns:
        side = made.sides[turn.track]
        assert all(level(side[int(one.start * 8000) : int(one.end * 8000)]) > -45 for one in phrases)
    begin = min(phrases[0].start for _, phrases in made.turns)
    assert level(made.sides[Track.HALL][: int(begin * 8000)]) < -55


def test_every_kind_of_trouble_is_in_a_round_of_calls() -> None:
    assert {make_call(seed, speaks, VOICES).behind for seed in range(8)} == set(Behind)


def test_an_echo_is_the_callers_voice_on_the_halls_side_quieter_and_later() -> None:
    made = of_kind(Behind.ECHO_12)
    alone = next(phrases[0] for turn, phrases in made.turns if turn.track is Track.CALLER)
    begin, end = int((alone.start + 0.1) * 8000), int((alone.end - 0.1) * 8000)

    difference = level(made.sides[Track.CALLER][begin:end]) - level(made.sides[Track.HALL][begin:end])

    assert 9 < difference < 15


def test_packets_are_lost_in_about_the_share_that_is_wanted() -> None:
    lossy = line.with_loss(np.ones(8000 * 60), 7, 0.03)

    assert 0.01 < float(np.mean(lossy == 0)) < 0.06


def test_a_dialogue_leaves_no_word_to_be_drawn() -> None:
    for seed in range(100):
        turns = make_dialogue(seed)

        assert turns[0].track is Track.HALL
        assert all(turn.phrases and "{" not in turn.text for turn in turns)
        assert all("".join(turn.phrases) == turn.text for turn in turns)


def test_fifteen_clips_have_no_speech_and_eighteen_have_one_word() -> None:
    nobody, words = no_speech_clips(), one_word_clips()

    assert len(nobody) == 15
    assert len(words) == 18
    assert all(len(clip) == 20 * 8000 for clip in nobody.values())
    assert all(len(clip) == 7 * 8000 for clip in words.values())


@pytest.mark.parametrize(
    "name", ["silence", "comfort-65", "music-1", "music-2", "music-3", "ring-back", "busy", "dial-tone"]
)
def test_music_tones_and_silence_are_not_even_listened_to(name: str) -> None:
    assert find_speech(no_speech_clips()[name]) == ()


@pytest.mark.parametrize("name", sorted(one_word_clips()))
def test_a_single_word_is_found(name: str) -> None:
    spans = find_speech(one_word_clips()[name])

    assert any(span.start <= 3.1 and span.end >= 3.35 for span in spans)
