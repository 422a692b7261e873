"""The process that reads a file from outside: whatever a crafted one does to FFmpeg, it does here.

It knows no path, no key and no database, may write no file, and holds a little memory for a few minutes. Of
what FFmpeg could open it opens sound formats alone, and nothing that a file names: no playlist leads away.
"""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from incidents.imports.decoder_wire import (
    CLAIMS,
    DONE,
    LONGEST_RANGE,
    REFUSES,
    SOUND,
    WANTS,
    frame,
    plain_claims,
)
from transcription.process_limits import ProcessLimits
from transcription.recogniser_process import end_with_parent, own_pipes

if TYPE_CHECKING:  # loaded once the limits are taken
    from av import AudioStream
    from av.container import InputContainer

FORMATS = "wav,w64,mp3,mov,mp4,m4a,3gp,asf,ogg,flac,aac,aiff,caf,amr,dss,matroska,webm,avi,mpeg,mpegts"
"""Demuxers of recorders, telephones and cameras. No playlist, no list of other files, no picture."""
RATE = 8000
_PIECE = 64 * 1024
_BAD_PACKETS = 1000


class _Asked(io.RawIOBase):
    """The file as FFmpeg sees it: every range is asked of the parent."""

    def __init__(self, size: int, asks: BinaryIO, answers: BinaryIO) -> None:
        self._size, self._at = size, 0
        self._asks, self._answers = asks, answers
        self._held_from, self._held = 0, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, at)
        return self._at

    def read(self, size: int = -1) -> bytes:
        wanted = self._size - self._at if size < 0 else size
        if not self._held_from <= self._at < self._held_from + len(self._held):
            self._fetch()
        begin = self._at - self._held_from
        found = self._held[begin : begin + min(wanted, LONGEST_RANGE)]
        self._at += len(found)
        return found

    def _fetch(self) -> None:
        self._held_from, self._held = self._at, b""
        if self._at >= self._size:
            return
        self._asks.write(frame(WANTS, start=self._at, length=min(_PIECE * 4, self._size - self._at)))
        self._asks.flush()
        (length,) = struct.unpack("<I", _exactly(self._answers, 4))
        self._held = _exactly(self._answers, length)


def serve(size: int, answers: BinaryIO, tells: BinaryIO) -> None:
    """Read one file and tell its claims and its sound: mono, 16 bit, 8 kHz."""
    import av
    import av.error

    try:
        whitelisted = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
        with av.open(
            _Asked(size, tells, answers), "r", container_options=whitelisted, metadata_errors="ignore"
        ) as container:
            if not container.streams.audio:
                tells.write(frame(REFUSES, b"no-sound"))
                return
            stream = container.streams.audio[0]
            told = plain_claims({
                "format": container.format.long_name or container.format.name,
                "codec": stream.codec_context.name, "rate": stream.codec_context.sample_rate,
                "channels": stream.codec_context.channels, "video": int(bool(container.streams.video)),
                **{f"file:{name}": value for name, value in container.metadata.items()},
                **{f"sound:{name}": value for name, value in stream.metadata.items()},
            })  # fmt: skip
            tells.write(frame(CLAIMS, json.dumps(told, ensure_ascii=False).encode()))
            for raw in _sound(container, stream):
                tells.writelines(frame(SOUND, raw[at : at + _PIECE]) for at in range(0, len(raw), _PIECE))
            tells.write(frame(DONE))
    except (av.error.FFmpegError, ValueError, EOFError, MemoryError, OverflowError, IndexError):
        tells.write(frame(REFUSES, b"unreadable"))
    finally:
        tells.flush()


def _sound(container: InputContainer, stream: AudioStream) -> Iterator[bytes]:
    import av
    import av.error

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    bad = 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            bad += 1  # a scratch is no reason to lose the rest
            if bad > _BAD_PACKETS:
                raise
            continue
        for found in frames:
            for made in resampler.resample(found):
                yield made.to_ndarray().tobytes()
    for made in resampler.resample(None):
        yield made.to_ndarray().tobytes()


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    found = pipe.read(size)
    if len(found) != size:
        os._exit(1)  # the parent is gone, or wants no more
    return found


def main(size: int, memory_bytes: int, seconds: int, parent: int) -> None:
    """Take the limits first, then the file: ``size`` bytes of it, ``seconds`` of computing at most."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    ProcessLimits(memory_bytes=memory_bytes).take()
    answers, tells = own_pipes()
    end_with_parent(parent)
    serve(size, answers, tells)


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:5]))
