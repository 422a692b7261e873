"""Silence, ring-back and music reach no recogniser; speech and only this side's speech does."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from transcription.engine import SAMPLE_RATE, Samples
from transcription.speech_detection import find_speech
from transcription.utterance import Span

DIALOGUES = Path(__file__).parents[2] / "runtime" / "practice" / "dialogues"


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.int16)


def tone(seconds: float, *hertz: float, level: float = 4000) -> Samples:
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (
        sum((np.sin(2 * np.pi * one * time) for one in hertz), np.zeros(len(time)))
        .__mul__(level)
        .astype(np.int16)
    )


def ring_back(seconds: float) -> Samples:
    """Japan's ring-back: 400 Hz, moved by 16 Hz, one second on and two off."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = np.sin(2 * np.pi * 400 * time) * (1 + 0.8 * np.sin(2 * np.pi * 16 * time)) * 3000
    return (sound * (time % 3 < 1)).astype(np.int16)


def melody(seconds: float) -> Samples:
    """A hold melody: four notes a second, each with its octave."""
    notes = [262, 330, 392, 523, 392, 330, 294, 349]
    pieces = [tone(0.5, note, note * 2, level=2500) for note in notes]
    return np.resize(np.concatenate(pieces), int(seconds * SAMPLE_RATE))


def dialogue(name: str) -> tuple[Samples, Samples]:
    both, rate = soundfile.read(DIALOGUES / f"{name}.wav", dtype="int16")
    assert rate == SAMPLE_RATE
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def phrases(name: str, speaker: str) -> list[tuple[float, float]]:
    described = json.loads((DIALOGUES / f"{name}.json").read_text())
    return [
        (phrase["start"], phrase["end"])
        for turn in described["turns"]
        if turn["speaker"] == speaker
        for phrase in turn["phrases"]
    ]


def covered(spans: tuple[Span, ...], start: float, end: float) -> float:
    return sum(max(0.0, min(end, span.end) - max(start, span.start)) for span in spans) / (end - start)


@pytest.mark.parametrize(
    "nobody",
    [
        silence(20),
        silence(0),
        silence(0.02),
        ring_back(20),
        tone(10, 400),  # dial tone
        tone(10, 50, 100, 150, level=1500),  # hum
        melody(20),
    ],
    ids=["silence", "empty", "shorter-than-a-frame", "ring-back", "dial-tone", "hum", "melody"],
)
def test_where_nobody_speaks_nothing_is_found(nobody: Samples) -> None:
    assert find_speech(nobody) == ()


@pytest.mark.parametrize("name", ["d1", "d2", "d3", "d4", "d5", "d6"])
def test_no_phrase_of_a_call_is_lost(name: str) -> None:
    caller, hall = dialogue(name)

    for own, other, speaker in ((caller, hall, "C"), (hall, caller, "O")):
        spans = find_speech(own, other)
        assert min(covered(spans, *phrase) for phrase in phrases(name, speaker)) > 0.9
        assert all(span.seconds <= 28.001 for span in spans)
        assert all(before.end <= after.start for before, after in pairwise(spans))


def test_ring_back_and_hold_music_of_a_call_are_cut_and_the_words_beside_them_kept() -> None:
    caller, hall = dialogue("d5")

    spans = find_speech(hall, caller)

    assert covered(spans, 0.5, 5.5) < 0.1  # ring-back
    assert covered(spans, 20.5, 46.5) < 0.05  # hold music
    assert covered(spans, 48.2, 49.2) > 0.95  # お待たせいたしました, right after it


def test_a_shouting_callers_echo_is_not_the_halls_speech() -> None:
    caller, hall = dialogue("d4")
    shouted = [
        (start, end)
        for start, end in phrases("d4", "C")
        if all(end < own[0] - 0.3 or start > own[1] + 0.3 for own in phrases("d4", "O"))
    ]

    with_echo = sum(covered(find_speech(hall), *phrase) for phrase in shouted) / len(shouted)
    cut = sum(covered(find_speech(hall, caller), *phrase) for phrase in shouted) / len(shouted)
    assert with_echo > 0.5
    assert cut < 0.1


def test_a_quiet_operator_is_kept_while_the_caller_shouts() -> None:
    caller, hall = dialogue("d4")
    echo = np.zeros_like(hall)
    echo[400:] = (caller[:-400] * 0.03).astype(np.int16)  # 50 ms later, 30 dB down
    loud_room = np.clip(caller.astype(np.int32) * 2, -32768, 32767).astype(np.int16)

    spans = find_speech(hall + echo, loud_room)

    assert min(covered(spans, *phrase) for phrase in phrases("d4", "O")) > 0.8


def test_a_long_speech_is_cut_where_it_is_quietest() -> None:
    caller, _ = dialogue("d1")
    phrase = caller[int(32.4 * SAMPLE_RATE) : int(35.6 * SAMPLE_RATE)]
    quiet_at = 24.0
    speech = np.tile(phrase, 12)
    speech[int(quiet_at * SAMPLE_RATE) : int((quiet_at + 0.1) * SAMPLE_RATE)] = 0

    spans = find_speech(speech)

    assert len(spans) >= 2
    assert abs(spans[0].end - quiet_at) < 0.15
