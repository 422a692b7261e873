"""Fifteen clips of 20 seconds on which nobody speaks, and eighteen with one word: fixed before any rule was.

A recogniser must write nothing down of the first, and every word of the second. The words are files beside
this one (``corpus/one_words``, ORIGIN.md there); each stands in seven seconds of a quiet line.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import soundfile

from bench import line_sounds as line
from transcription.engine import SAMPLE_RATE, Samples

ONE_WORDS = Path(__file__).parent / "corpus" / "one_words"
_SECONDS = 20.0
_WORD_SECONDS, _WORD_AT = 7.0, 3.0
_QUIET_LINE = -65.0
"""dBFS of the noise around a word."""


def no_speech_clips() -> dict[str, Samples]:
    """Make the clips on which nobody speaks."""
    sounds = {
        "silence": line.silence(_SECONDS),
        "comfort-65": line.white(101, _SECONDS, -65),
        "white-40": line.white(102, _SECONDS, -40),
        "white-25": line.white(103, _SECONDS, -25),
        "pink-30": line.pink(104, _SECONDS, -30),
        "hum": line.hum(_SECONDS, -30),
        "mains-50": line.tones((50,), _SECONDS, -30),
        "music-1": line.hold_music(105, _SECONDS),
        "music-2": line.hold_music(106, _SECONDS, -28),
        "music-3": line.hold_music(107, _SECONDS, -16),
        "ring-back": line.ring_back(_SECONDS),
        "busy": line.busy_tone(_SECONDS),
        "dial-tone": line.dial_tone(_SECONDS),
        "keys": line.keys("0312345678*1", _SECONDS),
        "clicks": line.clicks(108, _SECONDS),
    }
    return {name: line.on_the_wire(sound) for name, sound in sounds.items()}


def one_word_clips() -> dict[str, Samples]:
    """Put each recorded word into its seven seconds; the name begins with the word (hai-jf_alpha)."""
    clips = dict[str, Samples]()
    for seed, file in enumerate(sorted(ONE_WORDS.glob("*.wav")), start=201):
        word = cast("Samples", soundfile.read(file, dtype="int16")[0]).astype(np.float64) / 32768
        whole = line.white(seed, _WORD_SECONDS, _QUIET_LINE)
        begin = round(_WORD_AT * SAMPLE_RATE)
        whole[begin : begin + len(word)] += word
        clips[file.stem] = line.on_the_wire(whole)
    return clips
