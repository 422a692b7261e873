"""What Asterisk leaves behind after good days and bad days, and what we read out of it."""

from __future__ import annotations

import io
import struct
import wave
from contextlib import nullcontext

import numpy as np
import pytest

from telephony.sound.audio_files import (
    BLOCK,
    SAMPLE_RATE,
    RecordingChanged,
    Samples,
    UnreadableRecording,
    find_track,
    read_track,
    read_wav,
)
from tests.fakes.voices import silence, voice


def wav(samples: Samples, *, rate: int = SAMPLE_RATE, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes(samples.tobytes())
    return file.getvalue()


def with_data_length(raw: bytes, length: int) -> bytes:
    return raw[:40] + struct.pack("<I", length) + raw[44:]


def test_a_closed_file_gives_its_samples_and_is_final() -> None:
    said = voice(1, 2.0)

    track = read_wav(wav(said))

    assert np.array_equal(track.samples, said)
    assert track.final


def test_a_header_that_says_nothing_was_recorded_is_not_believed() -> None:
    said = voice(2, 3.0)
    after_a_crash = with_data_length(wav(said), 0)

    track = read_wav(after_a_crash)

    assert np.array_equal(track.samples, said)
    assert not track.final


@pytest.mark.parametrize("declared", [2, 16000, 0x7FFFFFF0, 0xFFFFFFFF])
def test_a_stale_or_boastful_header_does_not_change_the_length(declared: int) -> None:
    said = voice(3, 2.0)

    track = read_wav(with_data_length(wav(said), declared))

    assert np.array_equal(track.samples, said)
    assert not track.final


def test_half_a_sample_at_a_torn_end_is_dropped() -> None:
    said = voice(4, 1.0)

    track = read_wav(with_data_length(wav(said), 0) + b"\x07")

    assert np.array_equal(track.samples, said)
    assert not track.final


def test_a_truncated_file_keeps_what_is_there() -> None:
    said = voice(5, 2.0)

    track = read_wav(wav(said)[: 44 + 10_001])

    assert np.array_equal(track.samples, said[:5000])
    assert not track.final


def test_further_chunks_are_not_taken_for_voice() -> None:
    said = voice(6, 1.0)
    before = wav(said)
    note = b"LIST" + struct.pack("<I", 10) + b"INFO" + b"abcdef"
    commented = before[:36] + note + before[36:] + note

    track = read_wav(commented)

    assert np.array_equal(track.samples, said)
    assert track.final


@pytest.mark.parametrize("length", [0, 1, 4, 11, 12, 20, 43, 44])
def test_a_file_cut_inside_its_header_is_empty(length: int) -> None:
    track = read_wav(wav(voice(7, 1.0))[:length])

    assert len(track.samples) == 0
    assert not track.final


def test_an_empty_file_that_was_closed_is_empty_and_final() -> None:
    track = read_wav(wav(silence(0)))

    assert len(track.samples) == 0
    assert track.final


def test_a_header_lost_to_a_power_cut_costs_only_the_header() -> None:
    said = voice(8, 1.0)

    track = read_wav(bytes(44) + said.tobytes())

    assert np.array_equal(track.samples, said)
    assert not track.final


@pytest.mark.parametrize(
    "garbage",
    [
        b"<html>not found</html>" * 10,
        b"RIFF\x10\x00\x00\x00AVI LIST" + bytes(60),
        wav(silence(1), rate=16000),
        wav(silence(1), channels=2),
    ],
)
def test_what_is_no_telephone_audio_is_refused(garbage: bytes) -> None:
    with pytest.raises(UnreadableRecording):
        read_wav(garbage)


class FileOnItsWay(io.BytesIO):
    """A file of a length of its own, as Asterisk sends it."""

    @property
    def size(self) -> int:
        return len(self.getbuffer())


def opened(raw: bytes) -> nullcontext[FileOnItsWay]:
    return nullcontext(FileOnItsWay(raw))


def test_a_track_passes_in_blocks_and_nothing_is_lost_between_them() -> None:
    said = voice(9, 13.3)
    track = find_track(lambda: opened(wav(said)))

    blocks = list(read_track(lambda: opened(wav(said)), track))

    assert [len(one) for one in blocks] == [BLOCK, BLOCK, BLOCK, len(said) - 3 * BLOCK]
    assert np.array_equal(np.concatenate(blocks), said)
    assert track.seconds == len(said) / 8000


def test_a_file_that_goes_on_growing_between_two_looks_is_not_taken() -> None:
    said = voice(10, 2.0)
    track = find_track(lambda: opened(wav(said[:8000])))

    with pytest.raises(RecordingChanged):
        list(read_track(lambda: opened(wav(said)), track))


def test_long_silence_under_a_stale_header_is_sound_and_no_row_of_empty_chunks() -> None:
    quiet = silence(60.0)

    track = find_track(lambda: opened(with_data_length(wav(quiet), 16_000)))

    assert (track.count, track.final) == (len(quiet), False)


def test_a_long_header_that_is_none_of_asterisks_costs_no_sound() -> None:
    raw = wav(voice(11, 1.0))
    strange = raw[:36] + b"junk" + struct.pack("<I", 100_000) + bytes(100_000) + raw[36:]

    track = find_track(lambda: opened(strange))

    assert track.count * 2 >= 100_000 + 16_000
    assert not track.final
