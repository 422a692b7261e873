"""Turns what Asterisk wrote into samples: the bytes are believed, the header is not.

A server that dies leaves a WAV header that says zero bytes, and players then show an empty recording although
the voice is there. So the length is always counted, never read. Files are read from front to back, a second
or so at a time: a telephone left off the hook records for days. Nothing here touches a disk.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.errors import DomainError

SAMPLE_RATE = 8000
"""Samples per second on the telephone network and in every file of ours."""

BLOCK = 4 * SAMPLE_RATE
"""Samples of a block while sound is on its way; the last one of a recording is shorter."""

SAMPLE = np.dtype("<i2")
Samples = npt.NDArray[np.int16]
"""One track: shape (n,). Two tracks joined: shape (n, 2), the caller left, the town hall's side right."""

_FRONT_BYTES = 64 * 1024  # Asterisk's header has 44; a header that is longer than this is none of Asterisk's
_HEADER_BYTES = 44
_RIFF_BYTES = 12
_CHUNK_BYTES = 8
_FMT_BYTES = 16
_PCM = 1


class UnreadableRecording(DomainError):
    """A recorded file is not the telephone audio it should be. It was left where it is."""

    code = "recording-unreadable"


class RecordingChanged(DomainError):
    """A recorded file is not what it was a moment ago. Nothing of it was kept; it is fetched again."""

    code = "recording-changed"
    http_status = 409


class RecordedFile(Protocol):
    """A file on its way from Asterisk: telephony.asterisk.stored_recordings.StoredFile."""

    @property
    def size(self) -> int:
        """Length of the whole file in bytes."""
        ...

    def read(self, length: int, /) -> bytes:
        """Return the next ``length`` bytes, fewer only at the end."""
        ...


OpenFile = Callable[[], AbstractContextManager[RecordedFile]]
"""Opens a file at its front, as often as it is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Where one side of a call lies in its file."""

    file_bytes: int
    start: int
    """Bytes before the first sample."""
    count: int
    """Samples, each of two bytes."""
    final: bool
    """The header agrees with the bytes: whoever wrote the file has closed it."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.count / SAMPLE_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """One short file, whole."""

    samples: Samples
    final: bool


def find_track(open_file: OpenFile) -> Track:
    """Find the samples of a mono 8 kHz 16-bit WAV file, whatever state it was left in.

    Raises:
        UnreadableRecording: the bytes are no such file. A header lost to a power cut is not that.
        RecordingChanged: the file became shorter meanwhile
        whatever opening and reading raises
    """
    with open_file() as file:
        size, front = file.size, file.read(_FRONT_BYTES)
    if not b"RIFF".startswith(front[:4]):
        # A file system that lost power gives zeroes for a header it never wrote; the rest is still sound.
        if front[:_HEADER_BYTES].strip(b"\0"):
            raise UnreadableRecording
        return _track(size, min(_HEADER_BYTES, size), size, final=False)
    start, declared = _find_data(front)
    if start is None:
        return _track(size, min(_HEADER_BYTES, size), size, final=False)
    end = start + declared
    if start < end < size and _chunks_end_well(open_file, end + declared % 2):
        return _track(size, start, end, final=declared % 2 == 0)
    return _track(size, start, size, final=end == size)


def read_track(open_file: OpenFile, track: Track) -> Iterator[Samples]:
    """Yield the samples of a track that was found before, in blocks of ``BLOCK``.

    Raises:
        RecordingChanged: the file is not the one that was looked at
        whatever opening and reading raises
    """
    with open_file() as file:
        if file.size != track.file_bytes or len(file.read(track.start)) != track.start:
            raise RecordingChanged
        for first in range(0, track.count, BLOCK):
            wanted = min(BLOCK, track.count - first) * SAMPLE.itemsize
            raw = file.read(wanted)
            if len(raw) != wanted:
                raise RecordingChanged
            yield np.frombuffer(raw, dtype=SAMPLE)


def read_wav(raw: bytes) -> Sound:
    """Read a short file that is there as bytes, an announcement for one.

    Raises:
        UnreadableRecording: the bytes are no mono 8 kHz 16-bit WAV file.
    """

    def opened() -> AbstractContextManager[RecordedFile]:
        return nullcontext(_InMemory(raw))

    track = find_track(opened)
    blocks = list(read_track(opened, track))
    return Sound(samples=np.concatenate([np.zeros(0, dtype=SAMPLE), *blocks]), final=track.final)


class _InMemory(io.BytesIO):
    @property
    def size(self) -> int:
        return len(self.getbuffer())


def _track(size: int, start: int, end: int, *, final: bool) -> Track:
    # A torn last write can leave half a sample.
    return Track(file_bytes=size, start=start, count=(end - start) // SAMPLE.itemsize, final=final)


def _find_data(front: bytes) -> tuple[int | None, int]:
    """Return where the samples begin and how many bytes the header claims."""
    if len(front) >= _RIFF_BYTES and front[8:12] != b"WAVE":
        raise UnreadableRecording
    at = _RIFF_BYTES
    while at + _CHUNK_BYTES <= len(front):
        name, size = front[at : at + 4], int.from_bytes(front[at + 4 : at + 8], "little")
        if name == b"data":
            return at + _CHUNK_BYTES, size
        if name == b"fmt ":
            _check_format(front[at + _CHUNK_BYTES : at + _CHUNK_BYTES + _FMT_BYTES])
        at += _CHUNK_BYTES + size + size % 2
    return None, 0


def _check_format(fields: bytes) -> None:
    if len(fields) < _FMT_BYTES:
        return
    kind, channels = int.from_bytes(fields[0:2], "little"), int.from_bytes(fields[2:4], "little")
    rate, bits = int.from_bytes(fields[4:8], "little"), int.from_bytes(fields[14:16], "little")
    if (kind, channels, rate, bits) != (_PCM, 1, SAMPLE_RATE, 16):
        # Read at another rate, words would be there and yet be wrong in time: worse than no recording.
        raise UnreadableRecording


def _chunks_end_well(open_file: OpenFile, at: int) -> bool:
    """Say whether what follows the samples is more chunks, and not more samples under a stale header."""
    with open_file() as file:
        size = file.size
        _pass_over(file, at)
        while at + _CHUNK_BYTES <= size:
            head = file.read(_CHUNK_BYTES)
            if not (head[:4].isascii() and head[:4].decode().isprintable()):
                return False
            length = int.from_bytes(head[4:8], "little")
            length += length % 2
            at += _CHUNK_BYTES + length
            if at < size:
                _pass_over(file, length)
    return at == size


def _pass_over(file: RecordedFile, length: int) -> None:
    for first in range(0, length, _FRONT_BYTES):
        file.read(min(_FRONT_BYTES, length - first))
