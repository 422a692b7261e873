"""A quote's clip as a FLAC file: one side, 16 bit, 8 kHz, the very samples that were heard."""

from __future__ import annotations

import io
from typing import cast

import numpy as np
import soundfile

from telephony.sound.audio_files import SAMPLE, SAMPLE_RATE
from transcription.engine import Samples


def flac_of(samples: Samples) -> bytes:
    """Pack mono samples without loss. The same samples give the same bytes with one version of libFLAC."""
    out = io.BytesIO()
    soundfile.write(
        out, np.ascontiguousarray(samples, dtype=SAMPLE), SAMPLE_RATE, format="FLAC", subtype="PCM_16"
    )
    return out.getvalue()


def samples_of(flac: bytes, expected: int) -> Samples | None:
    """Unpack a clip, at most one sample more than expected, however many it claims to hold.

    Give it only bytes whose hash was proven: a decoder is no gatekeeper.

    Returns:
        the samples; None where this is no such FLAC
    """
    try:
        with soundfile.SoundFile(io.BytesIO(flac)) as file:
            form = (file.format, file.subtype, file.channels, file.samplerate)
            if form != ("FLAC", "PCM_16", 1, SAMPLE_RATE):
                return None
            return cast("Samples", file.read(expected + 1, dtype="int16"))
    except (RuntimeError, ValueError, TypeError):
        return None
