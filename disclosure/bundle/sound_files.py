"""The released sound as files: WAV for evidence, Opus for the ear. Nothing but samples goes into either."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from disclosure.bundle.release import ReleasedCall
from disclosure.redaction.masked_sound import Cover
from telephony.sound.audio_files import SAMPLE, SAMPLE_RATE
from telephony.sound.opus import pack_for_listening

_SIDES = 2
_BLOCK = 60 * SAMPLE_RATE
LONGEST_SAMPLES = (2**32 - 1024) // (2 * _SIDES)
"""A WAV file has no room for more: 37 hours."""


def write_wav(call: ReleasedCall, cover: Cover, path: Path) -> None:
    """Write the released sound: 16 bit, 8 kHz, two sides, a header of 44 bytes and nothing else."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(_SIDES)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for block in call.sound(cover):
            file.writeframes(np.ascontiguousarray(block, dtype=SAMPLE).tobytes())


def read_wav(path: Path) -> Iterator[NDArray[np.int16]]:
    """Give the samples of a released file block by block, shape (n, 2).

    Raises:
        wave.Error, EOFError: it is none of ours
    """
    with wave.open(str(path), "rb") as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (_SIDES, 2, SAMPLE_RATE):
            raise wave.Error("not two sides of 16 bit at 8 kHz")
        while data := file.readframes(_BLOCK):
            yield np.frombuffer(data, dtype=SAMPLE).reshape(-1, _SIDES)


def write_opus(wav: Path, samples: int, path: Path) -> None:
    """Pack the WAV file that lies there for the ear: made from the released samples, not from the master."""
    with path.open("wb") as file:
        for piece in pack_for_listening(lambda: read_wav(wav), samples):
            file.write(piece)
