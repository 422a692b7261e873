"""Packs a recording for the ear: Opus in WebM, stereo, small enough to seek in over a slow line.

WebM and not Ogg or MP3, because a seek in it lands where it was asked to (4 ms off at every place, measured),
while MP3 at telephone rate is off by up to 142 ms, too much where a word's edge is judged by ear.
The index of seek points stands at the front, so a browser needs no second look at the end of the file.

The index is known last and stands first, and a sealed stream cannot go back. So the packed sound waits in
memory for its front, as long as it is not more than two hours of it. A longer one is packed a second time
behind the front that the first time gave: twice the work for a rare call, and no length fills the memory.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import av
import av.error
import numpy as np

from core.errors import DomainError
from telephony.sound.audio_files import SAMPLE_RATE, Samples
from telephony.sound.packing_outlet import PackingOutlet

WEBM_MEDIA_TYPE = "audio/webm"
BITS_PER_SECOND = 24_000
WAITS_IN_MEMORY = 24 * 1024 * 1024
"""Bytes of packed sound that may wait for their front: two hours."""

_SECOND = Fraction(1, SAMPLE_RATE)
_SHORTEST = SAMPLE_RATE // 50
_SEEK_POINT_MILLISECONDS = 5_000
_SEEK_POINT_BYTES = 32  # 20 are used at the end of a four-hour call
_HEADERS_BYTES = 4096  # what stands in front beside the index takes 500


class ListeningCopyFailed(DomainError):
    """No copy for listening could be made of this recording; the recording itself is unharmed."""

    code = "listening-copy-failed"


def pack_for_listening(
    sound: Callable[[], Iterable[Samples]], length: int, waits_in_memory: int = WAITS_IN_MEMORY
) -> Iterator[bytes]:
    """Pack both sides. An hour takes about 12 MB and 13 s of one core.

    Args:
        sound: gives blocks of shape (n, 2), from the first one each time it is called
        length: samples of the whole recording on each side
        waits_in_memory: bytes of packed sound up to which it is packed only once

    Raises:
        ListeningCopyFailed: the encoder refused, or packed the same sound in two ways
        whatever ``sound`` raises
    """
    outlet, body, waiting = PackingOutlet(_front_bytes(length)), list[bytes](), 0
    for block in _packed(sound(), length, outlet):
        waiting += len(block)
        if waiting <= waits_in_memory:
            body.append(block)
        else:
            body.clear()
    yield bytes(outlet.front)
    if waiting <= waits_in_memory:
        yield from body
        return
    again = PackingOutlet(_front_bytes(length))
    for block in _packed(sound(), length, again):
        waiting -= len(block)
        yield block
    if waiting or again.front != outlet.front:
        raise ListeningCopyFailed


def _packed(sound: Iterable[Samples], length: int, outlet: PackingOutlet) -> Iterator[bytes]:
    """Yield everything behind the front; the front is whole when this ends."""
    try:
        with av.open(outlet, "w", format="webm", options=_options(length)) as container:
            stream = container.add_stream("libopus", rate=SAMPLE_RATE)
            stream.layout, stream.format, stream.bit_rate = "stereo", "s16", BITS_PER_SECOND
            stream.options = {"application": "voip"}
            for frame in _frames(sound):
                container.mux(stream.encode(frame))
                yield outlet.take()
            container.mux(stream.encode(None))
        rest = outlet.take()
    except (av.error.FFmpegError, io.UnsupportedOperation):
        raise ListeningCopyFailed from None
    yield rest


def _index_bytes(length: int) -> int:
    points = 2 + length * 1000 // (SAMPLE_RATE * _SEEK_POINT_MILLISECONDS)
    return _SEEK_POINT_BYTES * (points + 2)


def _front_bytes(length: int) -> int:
    return _HEADERS_BYTES + _index_bytes(length)


def _options(length: int) -> dict[str, str]:
    return {
        # Room for the index is kept before the sound: moving it there afterwards would need a file on a disk.
        "reserve_index_space": str(_index_bytes(length)),
        "cluster_time_limit": str(_SEEK_POINT_MILLISECONDS),
        "fflags": "+bitexact",  # no random names inside: packed twice is packed alike
    }


def _frames(sound: Iterable[Samples]) -> Iterator[av.AudioFrame]:
    start = 0
    for block in sound:
        yield _frame(block, start)
        start += len(block)
    if not start:
        yield _frame(np.zeros((_SHORTEST, 2), dtype=np.int16), 0)  # without sound it is no file to a player


def _frame(samples: Samples, start: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(samples, dtype=np.int16).reshape(1, -1), format="s16", layout="stereo"
    )
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, _SECOND
    return frame
