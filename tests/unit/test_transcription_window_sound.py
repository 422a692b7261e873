"""What the recogniser hears of a window: pauses made quieter, voices as they were, nothing moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcription.engine import SAMPLE_RATE, Samples
from transcription.packs import MODEL_RATE, Pack, pack_up
from transcription.utterance import Span
from transcription.window_sound import window_sound

NOISE: Samples = (2000 * np.sin(np.arange(20 * SAMPLE_RATE) * 2 * np.pi * 500 / SAMPLE_RATE)).astype(np.int16)
STRETCH = Span(start=2, end=12)
VOICES = (Span(start=3, end=5), Span(start=8, end=9), Span(start=16, end=18))


def room_with_voices() -> Samples:
    """Somebody who is 6 dB louder than the room."""
    samples = NOISE.copy()
    for run in VOICES:
        samples[round(run.start * SAMPLE_RATE) : round(run.end * SAMPLE_RATE)] *= 2
    return samples


ROOM = room_with_voices()


def loudness(window: NDArray[np.float32], start: float, end: float) -> float:
    """Level in dB, from any zero, between seconds of a window."""
    part = window[round(start * MODEL_RATE) : round(end * MODEL_RATE)]
    return float(10 * np.log10(np.mean(part**2)))


def test_the_room_in_a_long_pause_is_quieter_but_still_there_and_a_voice_is_as_it_was() -> None:
    plain, hushed = (window_sound(Pack.of(STRETCH), ROOM, voiced) for voiced in ((), VOICES))

    assert len(plain) == len(hushed)
    voice = slice(round(0.9 * MODEL_RATE), round(3.1 * MODEL_RATE))  # and breath around it
    assert np.allclose(hushed[voice], plain[voice], atol=1e-4)
    assert abs(loudness(plain, 3.5, 5.5) - loudness(hushed, 3.5, 5.5) - 24) < 0.1


def test_a_stretch_in_which_nothing_stands_out_is_heard_as_it_is() -> None:
    elsewhere = (Span(start=15, end=16),)

    assert (window_sound(Pack.of(STRETCH), ROOM, elsewhere) == window_sound(Pack.of(STRETCH), ROOM)).all()


def test_a_noise_is_not_cut_into_pieces_that_sound_like_somebody_who_speaks() -> None:
    assert (window_sound(Pack.of(STRETCH), NOISE, VOICES) == window_sound(Pack.of(STRETCH), NOISE)).all()


def test_each_stretch_of_a_window_has_its_own_pauses() -> None:
    first, second = Span(start=0, end=2), Span(start=16, end=20)
    pack = pack_up((first, second))[0]

    plain, hushed = (window_sound(pack, ROOM, voiced) for voiced in ((), VOICES[2:]))

    at = pack.clips[1].at
    assert loudness(hushed, 0.2, 1.8) == loudness(plain, 0.2, 1.8)
    assert loudness(plain, at + 2.5, at + 3.8) - loudness(hushed, at + 2.5, at + 3.8) > 23
