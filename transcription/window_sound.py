"""Makes what a recogniser hears of a window: long pauses are made quieter, and nothing else is changed.

In a room full of people a recogniser takes the pauses of the person at the telephone for speech: it writes
what it makes of them, or ends before the next sentence. Nothing is taken away: what lies in such a pause is
24 dB quieter and still there, no sample moves, and no recording and no finding of speech is touched. A mere
noise is left as it is: cut into pieces it would sound like somebody who speaks, and words would be invented.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from transcription.engine import SAMPLE_RATE, Samples
from transcription.packs import MODEL_RATE, Pack
from transcription.utterance import Span

VERSION = "hushed-1"
"""Which rules made it; kept with every transcript."""

_QUIETER = np.float32(10 ** (-24 / 20))
_AROUND = 0.2  # seconds before and after a voice that stay as they are, as in speech detection
_LOUDER = 2.0  # times the power of its pauses (3 dB) a voice has at least; a noise has that of its own
_EDGE = 0.04  # seconds from loud to quiet; at once would sound like a click
_FULL_SCALE = np.float32(32768)


def window_sound(pack: Pack, samples: Samples, voiced: tuple[Span, ...] = ()) -> NDArray[np.float32]:
    """Cut a window out of a track (mono, 16 bit, 8 kHz) for the model (16 kHz, -1..1).

    Args:
        pack: the stretches of the window
        samples: the whole track
        voiced: where voice stands out between pauses, in order (``Detected.clear``). A stretch in which none
            does stays as it is, and with none at all the whole window
    """
    window = pack.cut(samples).astype(np.float32) / _FULL_SCALE
    for clip in pack.clips:
        begin = round(clip.at * SAMPLE_RATE)
        end = min(len(window), begin + round(clip.span.seconds * SAMPLE_RATE))
        window[begin:end] *= _gain(window[begin:end], _loud(clip.span, voiced))
    return soxr.resample(window, SAMPLE_RATE, MODEL_RATE).astype(np.float32)


def _loud(stretch: Span, voiced: tuple[Span, ...]) -> list[tuple[float, float]]:
    """Find what stays as it is, in seconds from the stretch's start."""
    return [
        (run.start - stretch.start - _AROUND, run.end - stretch.start + _AROUND)
        for run in voiced
        if run.start - _AROUND < stretch.end and run.end + _AROUND > stretch.start
    ]


def _gain(stretch: NDArray[np.float32], loud: list[tuple[float, float]]) -> NDArray[np.float32]:
    voice = np.zeros(len(stretch), dtype=bool)
    for start, end in loud:
        voice[max(0, round(start * SAMPLE_RATE)) : max(0, round(end * SAMPLE_RATE))] = True
    if not voice.any() or voice.all():
        return np.ones(len(stretch), dtype=np.float32)
    if np.mean(stretch[voice] ** 2) < _LOUDER * np.mean(stretch[~voice] ** 2):
        return np.ones(len(stretch), dtype=np.float32)
    gain = np.where(voice, np.float32(1), _QUIETER)
    half = round(_EDGE * SAMPLE_RATE) // 2
    slope = np.hanning(2 * half + 2)[1:-1]
    smooth = np.convolve(np.pad(gain, half, mode="edge"), slope / slope.sum(), mode="valid")
    return smooth[: len(stretch)].astype(np.float32)
