"""A long call is heard in pieces, cut where nobody speaks; a short one is one piece."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sound.audio_files import SAMPLE_RATE, Samples
from tests.fakes.voices import silence, voice
from tests.fakes.whole_sound import both_sides, in_blocks
from transcription.pieces import Piece, pieces
from transcription.utterance import Track, Utterance, Word


def cut(sound: Samples, longest: float) -> list[Piece]:
    return list(pieces(in_blocks(sound, 4096), longest))


def test_an_ordinary_call_is_one_piece_from_its_first_sample() -> None:
    caller, hall = voice(1, 20.0), voice(2, 18.0)

    (only,) = cut(both_sides(caller, hall), 1800)

    assert only.start == 0
    assert np.array_equal(only.caller, caller)
    assert np.array_equal(only.hall[: len(hall)], hall)


def test_a_call_without_a_sample_is_one_empty_piece() -> None:
    (only,) = cut(np.zeros((0, 2), dtype="<i2"), 1800)

    assert (len(only.caller), len(only.hall)) == (0, 0)


def test_a_long_call_loses_nothing_and_is_cut_in_its_pauses() -> None:
    talk = np.concatenate([voice(3, 70.0), silence(2), voice(4, 70.0), silence(2), voice(5, 30.0)])
    sound = both_sides(talk, np.roll(talk, 8))

    found = cut(sound, 80.0)

    assert np.array_equal(np.concatenate([one.caller for one in found]), sound[:, 0])
    assert np.array_equal(np.concatenate([one.hall for one in found]), sound[:, 1])
    assert [one.start for one in found][1:] == [pytest.approx(71, abs=1), pytest.approx(143, abs=1)]


def test_a_call_without_a_pause_is_cut_all_the_same() -> None:
    found = cut(both_sides(voice(6, 100.0), voice(7, 100.0)), 30.0)

    assert all(len(one.caller) <= 30 * 8000 for one in found)
    assert sum(len(one.caller) for one in found) == 100 * 8000


@given(seed=st.integers(0, 2**31), seconds=st.integers(1, 40), longest=st.integers(2, 15), data=st.data())
def test_a_word_of_any_piece_comes_back_to_the_sample_at_which_it_was_said(
    seed: int, seconds: int, longest: int, data: st.DataObject
) -> None:
    dice = np.random.default_rng(seed)
    sound = dice.integers(-9000, 9000, (seconds * SAMPLE_RATE, 2), dtype=np.int16)

    found = list(pieces(in_blocks(sound, 4096), longest))

    assert sum(len(one.caller) for one in found) == len(sound)
    for piece in found:
        place = data.draw(st.integers(0, len(piece.caller) - 1))
        word = Word(text="はい", start=place / SAMPLE_RATE, end=place / SAMPLE_RATE + 0.1, probability=0.9)
        heard = Utterance(track=Track.HALL, start=word.start, end=word.end, text="はい", words=(word,))

        told = heard.later(piece.start)

        for moment in (told.start, told.words[0].start):
            assert (sound[round(moment * SAMPLE_RATE)] == (piece.caller[place], piece.hall[place])).all()
        assert told.words[0].end - told.words[0].start == pytest.approx(0.1)
