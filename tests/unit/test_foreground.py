"""Somebody telephones from a full room: where they pause is found although the room goes on."""

from __future__ import annotations

import numpy as np
import pytest

from transcription.engine import SAMPLE_RATE, Samples
from transcription.foreground import foreground_frames
from transcription.speech_detection import detect

FRAME = 240


def noise(seconds: float, rms: float, seed: int = 1) -> Samples:
    drawn = np.random.default_rng(seed).normal(0, rms, round(seconds * SAMPLE_RATE))
    return np.clip(drawn, -32768, 32767).astype(np.int16)


def voice(seconds: float, level: float) -> Samples:
    """Something like a vowel: a pitch that glides, with partials."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    phase = 2 * np.pi * np.cumsum(140 + 30 * np.sin(2 * np.pi * 0.9 * time)) / SAMPLE_RATE
    partials = [np.sin(phase * part) / part for part in range(1, 16)]
    return (np.sum(partials, axis=0) * level).astype(np.int16)


def spoken(room: float, level: float) -> Samples:
    """Ten sentences of 2 s, 0.6 s between them, in a room of so much noise."""
    sentence = np.concatenate((voice(2.0, level), np.zeros(round(0.6 * SAMPLE_RATE), np.int16)))
    whole = np.tile(sentence, 10)
    return (whole + noise(len(whole) / SAMPLE_RATE, room)).astype(np.int16)


@pytest.mark.parametrize("room", [3, 300, 900])
def test_pauses_are_found_beside_whatever_is_behind_the_voice(room: float) -> None:
    standing = foreground_frames(spoken(room, 6000))

    for number in range(1, 9):
        begin = number * 2.6
        assert standing[round((begin + 0.2) / 0.03) : round((begin + 1.8) / 0.03)].all()
        assert not standing[round((begin + 2.12) / 0.03) : round((begin + 2.48) / 0.03)].any()


@pytest.mark.parametrize("rms", [0, 1, 800])
def test_where_nothing_stands_out_everything_does(rms: float) -> None:
    assert foreground_frames(noise(8.0, rms)).all()


def test_a_track_of_no_length_has_no_frames() -> None:
    assert len(foreground_frames(np.zeros(100, np.int16))) == 0


def test_what_is_listened_to_does_not_depend_on_what_stands_out() -> None:
    # Somebody speaks ten times as quietly after the others: their times are unsure, their words are heard.
    loud, quiet = spoken(3, 8000), spoken(3, 250)

    found = detect(np.concatenate((loud, quiet, loud)))

    middle = (len(loud) / SAMPLE_RATE, (len(loud) + len(quiet)) / SAMPLE_RATE)
    heard = [one for one in found.speech if one.end > middle[0] + 1 and one.start < middle[1] - 1]
    assert sum(one.end - one.start for one in heard) > 20
