"""Asserts that no file under some folders gives a voice away, whatever is tried on it.

A file fails when it starts like a sound file, when FFmpeg decodes it to the spoken sound, or when its bytes
hold the spoken sound as raw 16-bit, A-law or µ-law samples at any place and parity, mono or interleaved.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import av.error
import numpy as np
import numpy.typing as npt

from telephony.sound.audio_files import SAMPLE_RATE

_MAGIC = (
    b"RIFF",
    b"RIFX",
    b"fLaC",
    b"OggS",
    b"\x1a\x45\xdf\xa3",
    b"ID3",
    b".snd",
    b"caff",
    b"FORM",
    b"#!AMR",
    b"wvpk",
)
_SAME_SOUND = 0.5
_EXCERPT = SAMPLE_RATE
_BLOCK = 1 << 16
_Sound = npt.NDArray[np.float64]


def assert_no_plain_audio(folders: Iterable[Path], spoken: npt.NDArray[np.int16]) -> int:
    """Look at every file; return how many were looked at, so that a test can see that there were any.

    Args:
        folders: folders to walk.
        spoken: what was said in the call, 8 kHz, shape (n,) or (n, sides).
    """
    excerpts = _excerpts(spoken)
    assert excerpts, "without a sound to look for nothing would ever be found"
    sought = _Sought(excerpts)
    looked_at = 0
    for folder in folders:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            found = _voice_in(path.read_bytes(), sought)
            assert found is None, f"{path.name} gives the voice away as {found}"
            looked_at += 1
    return looked_at


def _excerpts(spoken: npt.NDArray[np.int16]) -> list[_Sound]:
    """Cut the loudest second out of every ten of each side."""
    sides = spoken.astype(np.float64).reshape(len(spoken), -1).T
    chosen: list[_Sound] = []
    for side in sides:
        for start in range(0, len(side), 10 * _EXCERPT):
            seconds = [
                side[at : at + _EXCERPT]
                for at in range(start, min(start + 10 * _EXCERPT, len(side)), _EXCERPT)
            ]
            whole = [one for one in seconds if len(one) == _EXCERPT]
            if whole:
                loudest = max(whole, key=lambda one: float(one @ one))
                if np.sqrt(loudest @ loudest / _EXCERPT) > 100:
                    chosen.append(loudest - loudest.mean())
    return chosen


def _voice_in(raw: bytes, sought: _Sought) -> str | None:
    if raw.startswith(_MAGIC):
        return "a sound file"
    if _decodes(raw, sought):
        return "something FFmpeg decodes"
    for name, sound in _as_raw(raw):
        if sought.is_in(sound):
            return name
    return None


def _as_raw(raw: bytes) -> Iterator[tuple[str, _Sound]]:
    """Read bytes as every raw coding of the telephone network, mono and as two interleaved sides."""
    for parity in (0, 1):
        data = raw[parity : parity + (len(raw) - parity) // 2 * 2]
        for order in ("<i2", ">i2"):
            yield from _mono_and_interleaved(
                f"raw {order}", np.frombuffer(data, dtype=order).astype(np.float64)
            )
    codes = np.frombuffer(raw, dtype=np.uint8)
    yield from _mono_and_interleaved("raw µ-law", _MULAW[codes])
    yield from _mono_and_interleaved("raw A-law", _ALAW[codes])


def _mono_and_interleaved(name: str, sound: _Sound) -> Iterator[tuple[str, _Sound]]:
    yield name, sound
    yield f"{name}, first of two sides", sound[0::2]
    yield f"{name}, second of two sides", sound[1::2]


class _Sought:
    """The excerpts to look for, as spectra of one block, so that each block of a sound is turned but once."""

    def __init__(self, excerpts: list[_Sound]) -> None:
        self._spectra = np.conj(np.fft.rfft(np.stack(excerpts), _BLOCK))
        self._powers = np.array([[float(one @ one)] for one in excerpts])

    def is_in(self, sound: _Sound) -> bool:
        """Say whether any excerpt is anywhere in the sound, by normalised correlation."""
        step = _BLOCK - _EXCERPT + 1
        return any(
            self._begins_in(sound[at : at + _BLOCK]) for at in range(0, len(sound) - _EXCERPT + 1, step)
        )

    def _begins_in(self, block: _Sound) -> bool:
        places = len(block) - _EXCERPT + 1
        products = np.fft.irfft(np.fft.rfft(block, _BLOCK) * self._spectra, _BLOCK)[:, :places]
        summed = np.concatenate(([0.0], np.cumsum(block * block)))
        energy = np.maximum(summed[_EXCERPT:] - summed[:-_EXCERPT], 1.0)
        return bool(np.max(np.abs(products) / np.sqrt(energy * self._powers)) >= _SAME_SOUND)


def _decodes(raw: bytes, sought: _Sought) -> bool:
    """Let FFmpeg try: bytes that look like a format by chance are allowed, the voice coming out is not."""
    if not _ffprobe_sees_sound(raw):
        return False
    try:
        with av.open(io.BytesIO(raw)) as container:
            resampler = av.AudioResampler(format="s16", rate=SAMPLE_RATE)
            decoded = [
                part.to_ndarray() for frame in container.decode(audio=0) for part in resampler.resample(frame)
            ]
    except (av.error.FFmpegError, IndexError, ValueError):
        return False
    if not decoded:
        return False
    sound = np.concatenate(decoded, axis=1).reshape(-1).astype(np.float64)
    return any(sought.is_in(part) for _, part in _mono_and_interleaved("", sound))


def _ffprobe_sees_sound(raw: bytes) -> bool:
    """Ask ffprobe where it is installed; elsewhere the decoder itself is asked."""
    ffprobe = shutil.which("ffprobe")
    if ffprobe is None:
        return True
    asked = [ffprobe, "-v", "quiet", "-of", "json", "-show_streams", "-"]
    told = subprocess.run(asked, input=raw, capture_output=True, check=False, timeout=60).stdout
    streams = json.loads(told or b"{}").get("streams", [])
    return any(stream.get("codec_type") == "audio" for stream in streams)


def _mulaw_table() -> _Sound:
    codes = ~np.arange(256, dtype=np.uint8)
    size = (((codes & 0x0F).astype(np.int64) << 3) + 0x84 << ((codes & 0x70) >> 4)) - 0x84
    return np.where(codes & 0x80, -size, size).astype(np.float64)


def _alaw_table() -> _Sound:
    codes = np.arange(256, dtype=np.uint8) ^ 0x55
    segment = ((codes & 0x70) >> 4).astype(np.int64)
    base = ((codes & 0x0F).astype(np.int64) << 4) + 8
    size = np.where(segment == 0, base, (base + 0x100) << np.maximum(segment - 1, 0))
    return np.where(codes & 0x80, size, -size).astype(np.float64)


_MULAW, _ALAW = _mulaw_table(), _alaw_table()
