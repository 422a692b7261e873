"""Files as recorders, telephones and cameras write them; and files that nobody should have to hear."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import cast

import av
import numpy as np
from av import AudioStream, VideoStream
from av.container import OutputContainer

from transcription.clip_sound import as_wav

EMPTY_WAV = as_wav(np.zeros(0, dtype=np.int16))
"""A whole head, and not one sample."""


def recorded(  # noqa: PLR0913  what files differ in
    container: str = "wav",
    codec: str = "pcm_s16le",
    *,
    rate: int = 44100,
    seconds: float = 2.0,
    layout: str = "stereo",
    video: bool = False,
    **metadata: str,
) -> bytes:
    """Make a file with a tone in it that grows louder; ``metadata`` stands in its head."""
    made = io.BytesIO()
    with av.open(made, "w", format=container) as file:
        file.metadata.update(metadata)
        picture = _film(file) if video else None
        sound = cast("AudioStream", file.add_stream(codec, rate=rate))
        sound.layout = layout
        sound.bit_rate = 128_000
        if picture is not None:
            _show(file, picture)
        at = np.arange(int(rate * seconds)) / rate
        tone = np.sin(at * 2 * np.pi * 330) * 20000 * at / seconds
        channels = 2 if layout == "stereo" else 1
        samples = np.repeat(tone.astype(np.int16)[:, np.newaxis], channels, axis=1)
        for begin in range(0, len(samples), 1024):
            block = samples[begin : begin + 1024]
            frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, begin, Fraction(1, rate)
            file.mux(sound.encode(frame))
        file.mux(sound.encode(None))
    return made.getvalue()


def silent_film() -> bytes:
    """Make a video without any sound."""
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as file:
        _show(file, _film(file))
    return made.getvalue()


def _film(file: OutputContainer) -> VideoStream:
    picture = file.add_stream("mpeg4", rate=5)
    picture.width = picture.height = 64
    picture.pix_fmt = "yuv420p"
    return picture


def _show(file: OutputContainer, picture: VideoStream) -> None:
    blank = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), format="rgb24")
    file.mux(picture.encode(blank))
    file.mux(picture.encode(None))
