"""A clip's own sound: the samples of one track of the master, cut by the server and put into a WAV file.

The master is FLAC and stays as it is; the copy for listening is never cut. WAV and not Opus, because every
byte of it is a known moment: which bytes went out says exactly which milliseconds did.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable

import numpy as np

from telephony.sound.audio_files import SAMPLE, SAMPLE_RATE, UnreadableRecording
from telephony.sound.flac import unpack_flac
from transcription.engine import Samples
from transcription.utterance import Span, Track

WAV_MEDIA_TYPE = "audio/wav"
HEADER_BYTES = 44
BYTES_PER_MS = 2 * SAMPLE_RATE // 1000

_SIDE = {Track.CALLER: 0, Track.HALL: 1, Track.ROOM: 0}  # a room lies on both sides alike


def cut(read: Callable[[int, int], bytes], size: int, track: Track, span: Span) -> Samples:
    """Return one track's samples of a stretch; fewer where the recording ends before it does.

    The file is read from its front: half a second of one core for an hour of sound, beside the unsealing.

    Args:
        read: gives bytes of the master from a place on, as ``OpenedRecording.read`` does
        size: of the master in bytes
        track: whose side
        span: seconds from the first sample

    Raises:
        UnreadableRecording: the bytes are no master of ours
        whatever ``read`` raises
    """
    first, last = round(span.start * SAMPLE_RATE), round(span.end * SAMPLE_RATE)
    kept, at = list[Samples](), 0
    for block in unpack_flac(read, size):
        if at + len(block) > first:
            kept.append(block[max(0, first - at) : last - at, _SIDE[track]].copy())
        at += len(block)
        if at >= last:
            break
    if not kept:
        raise UnreadableRecording
    return np.concatenate(kept)


def sha256_of(samples: Samples) -> bytes:
    """Return the hash of a clip's 16-bit little-endian samples."""
    return hashlib.sha256(np.ascontiguousarray(samples, dtype=SAMPLE).tobytes()).digest()


def as_wav(samples: Samples) -> bytes:
    """Return mono samples at 8 kHz as a WAV file with a header of ``HEADER_BYTES``."""
    data = np.ascontiguousarray(samples, dtype=SAMPLE).tobytes()
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", HEADER_BYTES - 8 + len(data), b"WAVE", b"fmt ", 16,
        1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16, b"data", len(data),
    )  # fmt: skip
    return header + data


def milliseconds_of(start: int, end: int, whole: int) -> tuple[int, int]:
    """Say which whole milliseconds of a clip lie in a range of its file, which has ``whole`` bytes."""
    first = -(-max(0, start - HEADER_BYTES) // BYTES_PER_MS)
    if end >= whole:
        return first, max(first, -(-(whole - HEADER_BYTES) // BYTES_PER_MS))
    return first, max(first, max(0, end - HEADER_BYTES) // BYTES_PER_MS)
