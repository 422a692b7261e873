"""Whether the sound of a passage is heard in a released file, on either side, at its place or near it.

A file is also looked at for what it must be: a WAV file has exactly its samples; an Opus file, packed again
from the samples of the WAV file, is the very same bytes, so that no track, tag or padding can hold more.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from disclosure.bundle.finding import Finding, Leak
from disclosure.bundle.release import ReleasedCall
from disclosure.bundle.sound_files import read_wav
from disclosure.redaction.echoes import likeness
from disclosure.redaction.mask import frames
from disclosure.redaction.masked_sound import Cover, masked_block
from telephony.sound.audio_files import SAMPLE_RATE
from telephony.sound.opus import pack_for_listening
from transcription.utterance import Span

ALIKE = 0.35
"""Of a correlation: two voices are below 0.27 nine times in ten, what is left of the same one above 0.47."""
_PIECE = 0.25  # seconds
_OFF = 0.2  # seconds by which a passage may have slipped
_LOUD = 60.0  # root mean square of 32767: below it there is nothing to hear
_WAV_HEADER = 44
_BLOCK = 60 * SAMPLE_RATE
_Sound = NDArray[np.int16]


def wav_findings(call: ReleasedCall, path: Path, cover: Cover) -> Iterator[Finding]:
    """Look through a released WAV file: its size, what is released, and the passages."""
    if path.stat().st_size != _WAV_HEADER + call.samples * 4:
        yield Finding(leak=Leak.MORE, file=path.name, place="size")
        return
    if _front(path) != _header(call.samples):
        yield Finding(leak=Leak.MORE, file=path.name, place="header")
        return
    silent = {track: call.silent(track) for track in set(call.columns)}
    at = 0
    for source, found in zip(call.master(), _in_step(read_wav(path), call), strict=True):
        # Of a passage the released samples are those that silence there would have given: nothing of what was
        # said goes into them, not its loudness, not its lowest bits.
        nothing = masked_block(np.zeros_like(source), at, silent, call.columns, SAMPLE_RATE, cover)
        for column, track in enumerate(call.columns):
            hidden = np.zeros(len(source), dtype=bool)
            for one in silent[track]:
                place = frames(one, SAMPLE_RATE, at + len(source))
                hidden[max(0, place.start - at) : max(0, place.stop - at)] = True
            where = f"{at / SAMPLE_RATE:.0f} s, side {column}"
            if not np.array_equal(source[~hidden, column], found[~hidden, column]):
                yield Finding(leak=Leak.MISSING, file=path.name, place=where)
            if not np.array_equal(nothing[hidden, column], found[hidden, column]):
                yield Finding(leak=Leak.SOUND, file=path.name, place=f"{where}, cover")
        at += len(source)
    yield from _heard(call, path.name, stretches(lambda: read_wav(path)))


def _front(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_WAV_HEADER)


def _header(samples: int) -> bytes:
    """Return the one header that a released file has: any other leaves room for a chunk."""
    form = struct.pack("<HHIIHH", 1, 2, SAMPLE_RATE, SAMPLE_RATE * 4, 4, 16)
    size = samples * 4
    return (
        b"RIFF" + struct.pack("<I", size + _WAV_HEADER - 8) + b"WAVEfmt " + struct.pack("<I", len(form))
        + form + b"data" + struct.pack("<I", size)
    )  # fmt: skip


def _in_step(blocks: Iterator[NDArray[np.int16]], call: ReleasedCall) -> Iterator[NDArray[np.int16]]:
    """Cut the blocks of a file as the master's are."""
    kept = np.empty((0, 2), dtype=np.int16)
    for source in call.master():
        while len(kept) < len(source):
            block = next(blocks, None)
            if block is None:
                break
            kept = np.concatenate((kept, block))
        yield kept[: len(source)]
        kept = kept[len(source) :]


def opus_findings(call: ReleasedCall, path: Path) -> Iterator[Finding]:
    """Look through a released Opus file: it holds the released samples and nothing more."""
    # Packed again from the very samples of the WAV file it must be the same bytes: there is no room for more.
    again = pack_for_listening(lambda: read_wav(path.with_suffix(".wav")), call.samples)
    with path.open("rb") as file:
        same = all(file.read(len(piece)) == piece for piece in again) and not file.read(1)
    if not same:
        yield Finding(leak=Leak.MORE, file=path.name, place="bytes")
    yield from _heard(call, path.name, stretches(lambda: sound_of_opus(path)))


def sound_of_opus(path: Path) -> Iterator[NDArray[np.int16]]:
    """Give the samples of a released Opus file as they are heard, block by block, shape (n, 2)."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=SAMPLE_RATE)
        kept, length = list[_Sound](), 0
        for frame in container.decode(container.streams.audio[0]):
            for one in resampler.resample(frame):
                kept.append(one.to_ndarray().reshape(-1, 2).astype(np.int16))
                length += len(kept[-1])
            if length >= _BLOCK:  # a frame is 20 ms: passages are looked for in minutes, not in frames
                yield np.concatenate(kept)
                kept, length = [], 0
        if kept:
            yield np.concatenate(kept)


def stretches(
    blocks: Callable[[], Iterator[NDArray[np.int16]]],
) -> Callable[[Sequence[Span]], list[NDArray[np.int16]]]:
    """Give the stretches of a sound, read once from its front; stretches in order of their beginning."""

    def read(wanted: Sequence[Span]) -> list[NDArray[np.int16]]:
        parts: list[list[NDArray[np.int16]]] = [[] for _ in wanted]
        at = 0
        for block in blocks():
            for number, one in enumerate(wanted):
                first, last = round(one.start * SAMPLE_RATE) - at, round(one.end * SAMPLE_RATE) - at
                if first < len(block) and last > 0:
                    parts[number].append(block[max(0, first) : last].copy())
            at += len(block)
        return [np.concatenate(one) if one else np.empty((0, 2), dtype=np.int16) for one in parts]

    return read


def _heard(
    call: ReleasedCall, name: str, found: Callable[[Sequence[Span]], list[NDArray[np.int16]]]
) -> Iterator[Finding]:
    """Look for the sound of each passage in a released file: on both sides, and a little off its place."""
    passages = [(column, one) for column, track in enumerate(call.columns) for one in call.silent(track)]
    wide = [Span(start=max(0.0, one.start - _OFF), end=one.end + _OFF) for _, one in passages]
    sources, released = stretches(call.master)([one for _, one in passages]), found(wide)
    length = round(_PIECE * SAMPLE_RATE)
    for (column, span), wider, source, among in zip(passages, wide, sources, released, strict=True):
        # The last piece ends where the passage does: what was left of it there is as much of a name.
        for begin in {*range(0, max(1, len(source) - length + 1), length), max(0, len(source) - length)}:
            piece = source[begin : begin + length, column]
            if len(piece) < length or np.sqrt(np.mean(piece.astype(np.float64) ** 2)) < _LOUD:
                continue
            for side in range(among.shape[1]):
                # Beside the passage its own side goes on as it was, and a vowel that was cut is like itself.
                inside = slice(round((span.start - wider.start) * SAMPLE_RATE), None)
                own = among[inside, side][: len(source)]
                if likeness(piece, own if side == column else among[:, side])[0] >= ALIKE:
                    place = f"{span.start + begin / SAMPLE_RATE:.1f} s, side {side}"
                    yield Finding(leak=Leak.SOUND, file=name, place=place)
