"""A clip is exactly the master's samples of one side, and every byte of its file is a known moment."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from telephony.sound.audio_files import UnreadableRecording
from tests.fakes.whole_sound import write_flac
from transcription.clip_sound import HEADER_BYTES, as_wav, cut, milliseconds_of
from transcription.utterance import Span, Track

SIDES = np.random.default_rng(7).integers(-9000, 9000, (90_000, 2)).astype(np.int16)
MASTER = write_flac(SIDES)


def read(start: int, length: int) -> bytes:
    return MASTER[start : start + length]


@pytest.mark.parametrize(("track", "side"), [(Track.CALLER, 0), (Track.HALL, 1)])
@pytest.mark.parametrize(("start", "end"), [(0.0, 0.5), (3.999, 4.001), (3.5, 9.25), (11.0, 11.25)])
def test_a_clip_holds_the_very_samples_of_the_master(
    track: Track, side: int, start: float, end: float
) -> None:
    samples = cut(read, len(MASTER), track, Span(start=start, end=end))

    assert np.array_equal(samples, SIDES[round(start * 8000) : round(end * 8000), side])


def test_a_clip_beyond_the_end_ends_with_the_recording_and_nothing_is_made_up() -> None:
    assert len(cut(read, len(MASTER), Track.CALLER, Span(start=11.0, end=12.0))) == 2000
    with pytest.raises(UnreadableRecording):
        cut(read, len(MASTER), Track.CALLER, Span(start=12.0, end=13.0))


def test_what_goes_out_is_a_file_that_any_player_reads() -> None:
    samples = SIDES[:800, 0]

    back, rate = soundfile.read(io.BytesIO(as_wav(samples)), dtype="int16")

    assert rate == 8000
    assert np.array_equal(back, samples)


WAV = len(as_wav(np.zeros(8000, np.int16)))


@given(st.lists(st.integers(0, WAV), max_size=8))
def test_pieces_of_a_file_are_the_milliseconds_whose_bytes_went_out(cuts: list[int]) -> None:
    places = sorted({0, WAV, *cuts})
    for start, end in pairwise(places):
        first, last = milliseconds_of(start, end, WAV)
        assert first >= last or (first * 16 + HEADER_BYTES >= start and last * 16 + HEADER_BYTES <= end)
    assert milliseconds_of(0, WAV, WAV) == (0, 1000)
    assert milliseconds_of(0, HEADER_BYTES, WAV) == (0, 0)
