"""The melody that a held caller hears, computed: no recording and no rights of anybody.

A few soft single tones in the five-tone scale of Japanese children's songs, written for this project.
"""

from __future__ import annotations

import io
import wave

import numpy as np
import numpy.typing as npt

RATE = 8000
BEAT_SECONDS = 0.42
PEAK = 0.2
"""Soft: it must not wake anybody who waits with the handset at the ear."""

_HERTZ = {"D": 293.66, "E": 329.63, "G": 392.0, "A": 440.0, "B": 493.88, "d": 587.33}
_TUNE = (
    "A1 A1 A2 A1 G1 A2 A.5 A.5 A1 G1 E1 A1 G1 A2 "
    "A.5 A.5 A1 G1 E1 A1 G1 A2 A1 A1 A2 A1 G1 A2 -2 "
)  # fmt: skip


def melody() -> bytes:
    """Return the melody as a WAV file, 8 kHz, 16 bit, one channel; it may be repeated without a break."""
    samples = np.concatenate([_tone(note[0], float(note[1:])) for note in _TUNE.split()])
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _tone(name: str, beats: float) -> npt.NDArray[np.float64]:
    moments = np.arange(int(RATE * BEAT_SECONDS * beats)) / RATE
    if name not in _HERTZ:
        return np.zeros(len(moments))
    turning = 2 * np.pi * _HERTZ[name] * moments
    body = np.sin(turning) + 0.3 * np.sin(2 * turning)
    # Struck and fading like a bell; both ends at nothing, so that no note clicks.
    edge = np.minimum(1.0, np.minimum(moments, moments[::-1]) * 100)
    return PEAK / 1.3 * body * np.exp(-2.5 * moments) * edge
