"""Packs sound without loss: stereo FLAC, 8 kHz, 16 bit, written and read as a stream.

A FLAC file names its length and its MD5 in front, and an encoder goes back to write them when it is done. A
sealed stream cannot go back, so they are written from a fingerprint that was taken before, and the encoder's
own figures are compared with it at the end: what is packed is what was weighed, or nothing is.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, cast

import numpy as np
import soundfile

from telephony.sound.audio_files import (
    BLOCK,
    SAMPLE,
    SAMPLE_RATE,
    RecordingChanged,
    Samples,
    UnreadableRecording,
)
from telephony.sound.fingerprint import Fingerprint, Fingerprinting
from telephony.sound.packing_outlet import PackingOutlet

_SIDES = 2
_FORMAT = slice(18, 26)  # sample rate, sides, bits, and the length in its last 36 bits
_MD5 = slice(26, 42)
_FRONT_BYTES = 42
_LENGTH_BITS = 36
_PIECE_BYTES = 1024 * 1024


def _empty_flac() -> bytes:
    """A FLAC file of no samples: libsndfile writes nothing then, but an empty recording is a fact too."""
    format_fields = (SAMPLE_RATE << 44) | ((_SIDES - 1) << 41) | ((16 - 1) << 36)
    block_sizes, frame_sizes = struct.pack(">HH", 4096, 4096), bytes(6)
    stream = block_sizes + frame_sizes + format_fields.to_bytes(8, "big")
    stream += hashlib.md5(b"", usedforsecurity=False).digest()
    return b"fLaC" + bytes([0x80]) + len(stream).to_bytes(3, "big") + stream


_EMPTY_FLAC = _empty_flac()


def pack_flac(sound: Iterable[Samples], expected: Fingerprint) -> Iterator[bytes]:
    """Pack blocks of shape (n, 2), one after the other.

    Args:
        sound: the samples
        expected: the fingerprint of those very samples

    Raises:
        RecordingChanged: the samples were others; whoever takes the blocks must keep nothing of them
        UnsupportedOperation: the encoder wrote in a way that we do not follow; likewise
        whatever ``sound`` raises
    """
    prints, outlet = Fingerprinting(), PackingOutlet(_FRONT_BYTES)
    with soundfile.SoundFile(
        cast("BinaryIO", outlet), "w", SAMPLE_RATE, _SIDES, "PCM_16", format="FLAC"
    ) as file:
        begun = False
        for block in prints.through(sound):
            file.write(block)
            packed = outlet.take()
            if packed and not begun:
                packed, begun = _front(outlet, expected) + packed, True
            yield packed
    rest = outlet.take()
    if prints.result != expected or (expected.samples and bytes(outlet.front[_MD5]) != expected.md5):
        raise RecordingChanged
    if not expected.samples:
        yield _EMPTY_FLAC
    else:
        yield rest if begun else _front(outlet, expected) + rest


class _Inlet:
    """A file for the decoder, read in large pieces. What goes wrong in reading waits here: C loses it."""

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        self.failure: Exception | None = None
        self._read_range = read
        self._size = size
        self._at = self._piece_at = 0
        self._piece = b""

    def read(self, length: int) -> bytes:
        if not 0 <= self._at - self._piece_at < len(self._piece):
            self._fetch()
        begin = self._at - self._piece_at
        read = self._piece[begin : begin + length]
        self._at += len(read)
        return read

    def _fetch(self) -> None:
        self._piece_at, self._piece = self._at, b""
        if self.failure is None and self._at < self._size:
            try:
                self._piece = self._read_range(self._at, _PIECE_BYTES)
            except Exception as failure:  # noqa: BLE001  raised again outside of the callback
                self.failure = failure

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at


def unpack_flac(read: Callable[[int, int], bytes], size: int) -> Iterator[Samples]:
    """Yield what was packed in blocks of shape (n, 2).

    Args:
        read: gives bytes of the file from a place on, as ``OpenedRecording.read`` does
        size: of the file in bytes

    Raises:
        UnreadableRecording: the bytes are no FLAC file of ours, or not a whole one.
        whatever ``read`` raises
    """
    if size == len(_EMPTY_FLAC) and read(0, size) == _EMPTY_FLAC:
        return
    inlet = _Inlet(read, size)
    try:
        with soundfile.SoundFile(cast("BinaryIO", inlet)) as file:
            if (file.samplerate, file.channels) != (SAMPLE_RATE, _SIDES):
                raise UnreadableRecording
            left = file.frames
            while len(block := file.read(BLOCK, dtype="int16", always_2d=True)):
                if inlet.failure is not None:
                    break
                left -= len(block)
                yield np.asarray(block, dtype=SAMPLE)
    except soundfile.LibsndfileError:
        raise inlet.failure or UnreadableRecording from None
    if inlet.failure is not None or left:
        raise inlet.failure or UnreadableRecording


def _front(outlet: PackingOutlet, expected: Fingerprint) -> bytes:
    """Return the front as it will be: what the encoder knows at the end is known from the fingerprint."""
    front = bytearray(outlet.front)
    fields = int.from_bytes(front[_FORMAT], "big") >> _LENGTH_BITS << _LENGTH_BITS | expected.samples
    front[_FORMAT], front[_MD5] = fields.to_bytes(8, "big"), expected.md5
    return bytes(front)
