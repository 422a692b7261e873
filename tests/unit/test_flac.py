"""What is sealed is what was weighed, to the sample, and anybody's decoder can check it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
import soundfile

from core.errors import DomainError
from telephony.capture.both_tracks import join
from telephony.sound.audio_files import BLOCK, RecordingChanged, Samples, UnreadableRecording
from telephony.sound.flac import pack_flac, unpack_flac
from tests.fakes.voices import silence, voice
from tests.fakes.whole_sound import (
    both_sides,
    fingerprint,
    in_blocks,
    read_flac,
    sha256_of_samples,
    write_flac,
)


def joined(caller: Samples, hall: Samples) -> Samples:
    return np.concatenate([np.zeros((0, 2), "<i2"), *join(in_blocks(caller), in_blocks(hall))])


def test_the_caller_lies_left_and_the_town_hall_right() -> None:
    caller, hall = voice(9, 9.0), voice(10, 9.0)

    both = joined(caller, hall)

    assert np.array_equal(both[:, 0], caller)
    assert np.array_equal(both[:, 1], hall)


@pytest.mark.parametrize("more", [1, 4000, BLOCK, 3 * BLOCK + 5])
def test_the_shorter_track_is_filled_with_silence_at_its_end(more: int) -> None:
    caller, hall = voice(11, 5.0), voice(12, 30.0)[: 40_000 + more]

    both = joined(caller, hall)

    assert np.array_equal(both[:40_000, 0], caller)
    assert not both[40_000:, 0].any()
    assert np.array_equal(both[:, 1], hall)


@pytest.mark.parametrize("count", [0, 1, 15, 4095, 4096, 4097, 8000, BLOCK, BLOCK + 1, 100_003])
def test_packing_loses_nothing(count: int) -> None:
    both = both_sides(voice(13, 20)[:count], silence(20)[:count])

    unpacked = read_flac(write_flac(both))

    assert np.array_equal(unpacked, both)
    assert unpacked.shape == both.shape
    assert sha256_of_samples(unpacked) == sha256_of_samples(both)


def test_the_packed_file_is_the_one_that_an_ordinary_encoder_writes() -> None:
    both = both_sides(voice(14, 30.0), voice(15, 29.0))
    ordinary = io.BytesIO()
    soundfile.write(ordinary, both, 8000, format="FLAC", subtype="PCM_16")

    packed = write_flac(both)

    sizes_of_frames = slice(12, 18)  # which the standard lets be unknown
    assert packed[:12] + packed[18:] == ordinary.getvalue()[:12] + ordinary.getvalue()[18:]
    assert packed[sizes_of_frames] == bytes(6)
    assert soundfile.info(io.BytesIO(packed)).frames == len(both)


def test_other_samples_than_were_weighed_are_not_packed() -> None:
    weighed = both_sides(voice(16, 10.0), voice(17, 10.0))
    changed = weighed.copy()
    changed[70_000, 1] += 1

    for other in (changed, weighed[:-1], np.concatenate([weighed, weighed[:1]]), weighed[:0]):
        with pytest.raises(RecordingChanged):
            list(pack_flac(in_blocks(other), fingerprint(weighed)))
    with pytest.raises(RecordingChanged):
        list(pack_flac(in_blocks(weighed), fingerprint(weighed[:0])))


def test_one_changed_sample_changes_the_fingerprint_and_so_do_swapped_sides() -> None:
    both = both_sides(voice(14, 1.0), voice(15, 1.0))
    changed = both.copy()
    changed[4000, 1] += 1

    assert len({sha256_of_samples(one) for one in (both, changed, both[:, ::-1])}) == 3


@pytest.mark.parametrize("cut", [10, 42, 43, 5000, -1])
def test_a_packed_recording_that_is_not_whole_is_refused(cut: int) -> None:
    with pytest.raises(UnreadableRecording):
        read_flac(write_flac(both_sides(voice(18, 9.0), voice(19, 9.0)))[:cut])


def test_bytes_that_are_no_packed_recording_are_refused() -> None:
    with pytest.raises(UnreadableRecording):
        read_flac(b"fLaC but not really")


class ReadingBroke(DomainError):
    code = "reading-broke"


@pytest.mark.parametrize("good_reads", [0, 1])
def test_a_recording_that_breaks_off_in_the_reading_is_no_short_recording(good_reads: int) -> None:
    packed = write_flac(both_sides(voice(20, 100.0), voice(21, 100.0)))
    reads = iter(range(10))

    def read(start: int, length: int) -> bytes:
        if next(reads) >= good_reads:
            raise ReadingBroke
        return packed[start : start + min(length, 200_000)]

    with pytest.raises(ReadingBroke):
        list(unpack_flac(read, len(packed)))


def test_packing_holds_no_more_than_the_present_block() -> None:
    block = both_sides(voice(22, 4.0), voice(23, 4.0))

    def an_hour() -> Iterator[Samples]:
        for _ in range(900):
            yield block

    prints = fingerprint(np.concatenate(list(an_hour())))

    assert max(map(len, pack_flac(an_hour(), prints))) < 2 * block.nbytes
