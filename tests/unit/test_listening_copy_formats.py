"""The copy for the ear and the outline for the eye say the same as the sealed recording."""

from __future__ import annotations

import io
import struct

import av
import numpy as np
import pytest

from telephony.sound.audio_files import SAMPLE_RATE, Samples
from telephony.sound.opus import ListeningCopyFailed, pack_for_listening
from tests.fakes.voices import silence, voice
from tests.fakes.whole_sound import both_sides, in_blocks, peaks_of, write_webm

_CUES = bytes.fromhex("1C53BB6B")
_CLUSTER = bytes.fromhex("1F43B675")


def call(seconds: float) -> Samples:
    count = round(seconds * SAMPLE_RATE)
    return both_sides(voice(1, seconds + 1)[:count], voice(2, seconds + 1)[:count])


def unpack(packed: bytes, from_second: float = 0.0) -> tuple[float, Samples]:
    """Decode from a seek on; return the time of the first sample and both sides at 48 kHz."""
    with av.open(io.BytesIO(packed)) as container:
        container.seek(int(from_second * 1_000_000), backward=True)
        frames = list(container.decode(audio=0))
        sides = np.concatenate(
            [frame.to_ndarray().reshape(frame.layout.nb_channels, -1) for frame in frames], 1
        )
        assert frames[0].time is not None
        return frames[0].time, sides


def similarity(one: Samples, other: Samples) -> float:
    a, b = one.astype(float), other.astype(float)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def at_8_khz(sound: Samples) -> Samples:
    usable = sound[: len(sound) // 6 * 6].astype(float)
    return usable.reshape(-1, 6).mean(axis=1)


def test_the_copy_is_opus_in_stereo_and_as_long_as_the_call() -> None:
    packed = write_webm(call(20.0))

    with av.open(io.BytesIO(packed)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name == "opus"
        assert stream.layout.nb_channels == 2
        assert container.duration is not None
        assert container.duration / 1_000_000 == pytest.approx(20.0, abs=0.05)
    assert len(packed) * 8 / 20 < 40_000


def test_a_player_can_seek_because_the_index_stands_in_front() -> None:
    packed = write_webm(call(40.0))

    before_the_sound = packed[: packed.find(_CLUSTER)]
    # Once in the table of contents, once as the index itself.
    assert before_the_sound.count(_CUES) == 2
    assert packed.count(_CLUSTER) >= 8


def test_a_call_too_long_to_wait_in_memory_gets_the_very_same_copy() -> None:
    sides = call(70.0)

    assert write_webm(sides, waits_in_memory=10_000) == write_webm(sides)


def test_a_sound_that_changes_between_the_two_times_gives_no_copy() -> None:
    told = iter([call(30.0), call(30.0)[::-1]])

    with pytest.raises(ListeningCopyFailed):
        list(pack_for_listening(lambda: in_blocks(next(told)), 30 * SAMPLE_RATE, 1000))


def test_of_a_long_call_only_the_present_moment_is_held() -> None:
    """Ten minutes of one second, so that the test itself holds nothing either."""
    second = call(1.0)
    held = [len(block) for block in pack_for_listening(lambda: [second] * 600, 600 * SAMPLE_RATE, 10_000)]

    assert sum(held) > 1_000_000
    assert max(held) < 40_000


@pytest.mark.parametrize("second", [0.0, 11.0, 31.5])
def test_after_a_seek_the_words_stand_at_their_time(second: float) -> None:
    sides = call(40.0)
    start, heard = unpack(write_webm(sides), second)

    assert start <= second + 0.03
    begin = round((second - start + 0.5) * 48_000)
    for side in (0, 1):
        there = at_8_khz(heard[side, begin : begin + 48_000])
        at = round((second + 0.5) * SAMPLE_RATE)
        within_10_ms, a_second_off = (
            max(similarity(sides[at + late : at + late + len(there), side], there) for late in delays)
            for delays in (range(-80, 81), range(8000, 8160))
        )
        assert within_10_ms > 0.7
        assert a_second_off < 0.3


def test_the_caller_stays_left_and_the_town_hall_right() -> None:
    _, heard = unpack(write_webm(both_sides(voice(3, 5.0), silence(5.0))))

    assert np.abs(heard[0]).mean() > 20 * np.abs(heard[1]).mean()


def test_an_empty_call_has_a_copy_too() -> None:
    with av.open(io.BytesIO(write_webm(call(0.0)))) as container:
        assert container.streams.audio[0].codec_context.name == "opus"


def test_the_outline_has_one_pair_for_every_50_ms_and_side() -> None:
    dat = peaks_of(call(2.01))

    version, flags, rate, block, length, sides = struct.unpack("<iIiiIi", dat[:24])
    assert (version, flags, rate, block, length, sides) == (2, 1, 8000, 400, 41, 2)
    assert len(dat) == 24 + 41 * 2 * 2


def test_the_outline_shows_who_spoke_when() -> None:
    caller = np.concatenate([voice(4, 1.0, level=8000), silence(1.0)])
    hall = np.concatenate([silence(1.0), voice(5, 1.0, level=8000)])

    pairs = np.frombuffer(peaks_of(both_sides(caller, hall))[24:], dtype=np.int8).reshape(-1, 2, 2)

    assert pairs[:20, 0].any()
    assert not pairs[20:, 0].any()
    assert not pairs[:20, 1].any()
    assert pairs[20:, 1].any()


def test_the_outline_reaches_from_the_least_to_the_greatest_sample() -> None:
    loud = both_sides(np.array([32767, -32768] * 200, dtype="<i2"), np.array([-1, 1] * 200, dtype="<i2"))

    pairs = np.frombuffer(peaks_of(loud)[24:], dtype=np.int8).reshape(-1, 2, 2)

    assert pairs.tolist() == [[[-128, 127], [0, 0]]]


def test_an_empty_call_has_an_empty_peaks_of() -> None:
    assert len(peaks_of(call(0.0))) == 24
