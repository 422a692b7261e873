"""What identifies a recording's sound, whatever file it lies in: its length and hashes of its samples.

Hashed are the interleaved 16-bit samples, little endian, the caller first. SHA-256 is the proof that is kept
with the recording; MD5 is what the FLAC format asks for, so that anybody's decoder can check the file alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from telephony.sound.audio_files import SAMPLE, SAMPLE_RATE, Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Of a whole recording."""

    samples: int
    """On each side."""
    sha256: bytes
    md5: bytes

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.samples / SAMPLE_RATE


class Fingerprinting:
    """Takes the fingerprint of sound that passes, block by block."""

    def __init__(self) -> None:
        self._samples = 0
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)

    def through(self, sound: Iterable[Samples]) -> Iterator[Samples]:
        """Hand blocks on, shape (n, 2)."""
        for block in sound:
            raw = np.ascontiguousarray(block, dtype=SAMPLE).data
            self._samples += len(block)
            self._sha256.update(raw)
            self._md5.update(raw)
            yield block

    @property
    def result(self) -> Fingerprint:
        """Of everything that has passed."""
        return Fingerprint(samples=self._samples, sha256=self._sha256.digest(), md5=self._md5.digest())
