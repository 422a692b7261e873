"""Sound that is there as a whole, for tests; the product lets it pass in blocks."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np

from telephony.sound.audio_files import BLOCK, Samples
from telephony.sound.fingerprint import Fingerprint, Fingerprinting
from telephony.sound.flac import pack_flac, unpack_flac
from telephony.sound.opus import WAITS_IN_MEMORY, pack_for_listening
from telephony.sound.peaks import draw_peaks


def both_sides(caller: Samples, hall: Samples) -> Samples:
    """Both sides next to each other, the shorter one filled with silence."""
    both = np.zeros((max(len(caller), len(hall)), 2), dtype="<i2")
    both[: len(caller), 0] = caller
    both[: len(hall), 1] = hall
    return both


def in_blocks(sound: Samples, size: int = BLOCK) -> Iterator[Samples]:
    """Cut a sound into the blocks in which it passes."""
    return (sound[start : start + size] for start in range(0, len(sound), size))


def fingerprint(sound: Samples) -> Fingerprint:
    """Fingerprint of a whole sound."""
    prints = Fingerprinting()
    for _ in prints.through([sound]):
        pass
    return prints.result


def sha256_of_samples(sound: Samples) -> bytes:
    """What the database keeps of a whole sound."""
    return fingerprint(sound).sha256


def write_flac(sound: Samples) -> bytes:
    """A master file."""
    return b"".join(pack_flac(in_blocks(sound), fingerprint(sound)))


def read_flac(packed: bytes) -> Samples:
    """The sound of a master file."""
    file = io.BytesIO(packed)

    def read(start: int, length: int) -> bytes:
        file.seek(start)
        return file.read(length)

    return np.concatenate([np.zeros((0, 2), dtype="<i2"), *unpack_flac(read, len(packed))])


def write_webm(sound: Samples, waits_in_memory: int = WAITS_IN_MEMORY) -> bytes:
    """A copy for listening."""
    return b"".join(pack_for_listening(lambda: in_blocks(sound), len(sound), waits_in_memory))


def peaks_of(sound: Samples, block: int = 3001) -> bytes:
    """The outline, from blocks that fit nothing."""
    return draw_peaks(in_blocks(sound, block))
