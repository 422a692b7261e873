"""The sound as it would be released, made while it is read: a WAV file that lies nowhere.

Nothing of it is kept: the passages are replaced on the way from the sealed master to whoever listens, so no
copy with too much in it can be left over.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from disclosure.redaction.masked_sound import Cover, masked_block
from telephony.sound.audio_files import SAMPLE, SAMPLE_RATE
from telephony.sound.flac import unpack_flac
from transcription.utterance import Span, Track

HEADER_BYTES = 44
_SIDES = 2
_FRAME_BYTES = 2 * _SIDES


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedSound:
    """A master with its passages replaced, as a WAV file of two sides."""

    read: Callable[[int, int], bytes]
    """Bytes of the master, as ``OpenedRecording.read`` gives them."""
    master_size: int
    samples: int
    """Length of the recording."""
    silent: Mapping[Track, Sequence[Span]]
    columns: tuple[Track, Track]
    cover: Cover = Cover.TONE

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return HEADER_BYTES + self.samples * _FRAME_BYTES

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Give the bytes of a range of the file, block by block.

        Raises:
            UnreadableRecording: the master is none of ours
            whatever ``read`` raises
        """
        if start < HEADER_BYTES:
            yield self._header()[start : min(end, HEADER_BYTES)]
        first = max(start, HEADER_BYTES) - HEADER_BYTES
        last = end - HEADER_BYTES
        at = 0
        for block in unpack_flac(self.read, self.master_size):
            begin, stop = at * _FRAME_BYTES, (at + len(block)) * _FRAME_BYTES
            if stop > first:
                replaced = masked_block(block, at, self.silent, self.columns, SAMPLE_RATE, self.cover)
                data = np.ascontiguousarray(replaced, dtype=SAMPLE).tobytes()
                yield data[max(0, first - begin) : last - begin]
            at += len(block)
            if stop >= last:
                return

    def _header(self) -> bytes:
        data = self.samples * _FRAME_BYTES
        return struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            b"RIFF", HEADER_BYTES - 8 + data, b"WAVE", b"fmt ", 16, 1, _SIDES, SAMPLE_RATE,
            _FRAME_BYTES * SAMPLE_RATE, _FRAME_BYTES, 16, b"data", data,
        )  # fmt: skip
