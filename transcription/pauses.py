"""The edges of speech on one track, bare: nothing is added before or after, and no pause is bridged.

For cutting clips, where ``speech_detection`` is for hearing: that one adds and joins so that nothing is lost
to the recogniser, and its edges lie in the pause.
"""

from __future__ import annotations

import numpy as np
import webrtcvad

from transcription.engine import SAMPLE_RATE, Samples
from transcription.utterance import Span

_FRAME_SECONDS = 0.03
_FRAME = int(SAMPLE_RATE * _FRAME_SECONDS)
_AGGRESSIVENESS = 2
_VOTES, _VOTERS = 3, 5  # a click is no speech, and a closed lip no pause


def speech_edges(samples: Samples, begins_at: float = 0.0) -> tuple[Span, ...]:
    """Find the stretches of speech.

    Args:
        samples: of one track, 16 bit, 8 kHz; with some 2 s more before, so that the detector knows the line
        begins_at: second of the recording at which they begin
    """
    count = len(samples) // _FRAME
    if count == 0:
        return ()
    frames = np.ascontiguousarray(samples[: count * _FRAME], dtype="<i2").reshape(count, _FRAME)
    detector = webrtcvad.Vad(_AGGRESSIVENESS)  # it remembers what it heard: one for each stretch
    speech = np.fromiter(
        (detector.is_speech(frame.tobytes(), SAMPLE_RATE) for frame in frames), dtype=bool, count=count
    )
    voiced = np.convolve(speech, np.ones(_VOTERS, dtype=int), mode="same")[:count] >= _VOTES
    edges = np.flatnonzero(np.diff(np.concatenate(([False], voiced, [False])).astype(np.int8)))
    return tuple(
        Span(
            start=begins_at + int(begin) * _FRAME_SECONDS,
            end=begins_at + int(end) * _FRAME_SECONDS,
        )
        for begin, end in edges.reshape(-1, 2)
    )
