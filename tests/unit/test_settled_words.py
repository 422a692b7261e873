"""A quote begins with its first syllable and ends with its last, wherever the recogniser put the pause."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.settled_words import settled
from transcription.utterance import Span, Word

VOICED = (Span(start=1.0, end=3.0), Span(start=4.0, end=6.0))


def word(text: str, start: float, end: float) -> Word:
    return Word(text=text, start=start, end=end, probability=0.9)


def times(words: list[Word]) -> list[tuple[float, float]]:
    return [(round(one.start, 2), round(one.end, 2)) for one in words]


def test_the_first_word_after_a_pause_does_not_begin_in_the_pause() -> None:
    words = [word("出せ", 0.8, 1.6), word("ない", 1.6, 3.3), word("首", 3.3, 4.5), word("を", 4.5, 5.7)]

    assert times(settled(words, VOICED)) == [(1.0, 1.6), (1.6, 3.0), (4.0, 4.5), (4.5, 6.0)]


def test_a_word_that_began_in_the_sentence_before_belongs_to_where_it_ends() -> None:
    words = [word("はい", 1.0, 2.4), word("首", 2.4, 4.5)]

    assert times(settled(words, VOICED)) == [(1.0, 2.4), (4.0, 4.5)]


def test_a_word_whose_end_slipped_over_the_pause_stays_before_it() -> None:
    words = [word("ください", 2.0, 4.05), word("首", 4.05, 5.9)]

    assert times(settled(words, VOICED)) == [(2.0, 3.0), (4.0, 6.0)]


def test_a_word_mostly_before_the_pause_that_is_long_enough_after_it_begins_after_it() -> None:
    # Recognisers begin the first word after a pause too early; they hardly ever end the last one too late.
    words = [word("ました", 1.0, 2.6), word("他", 2.6, 4.15), word("の", 4.15, 5.9)]

    assert times(settled(words, VOICED)) == [(1.0, 3.0), (4.0, 4.15), (4.15, 6.0)]


def test_a_word_without_time_for_its_letters_goes_on_to_the_pause() -> None:
    # The full stop had taken the time of the word before it.
    words = [word("わかりました。", 1.0, 1.9), word("ありがとうございました。", 4.0, 4.6)]

    assert times(settled(words, VOICED)) == [(1.0, 1.9), (4.0, 6.0)]


def test_a_sentences_quiet_last_sound_after_a_short_gap_belongs_to_its_last_word() -> None:
    gapped = (Span(start=1.0, end=2.0), Span(start=2.2, end=2.4), Span(start=4.0, end=5.0))
    words = [word("です", 1.0, 1.7), word("か", 1.7, 2.25), word("はい", 3.9, 4.8)]

    assert times(settled(words, gapped)) == [(1.0, 1.7), (1.7, 2.4), (4.0, 5.0)]


def test_words_that_cannot_be_settled_leave_the_others_settled() -> None:
    # A word of two hundredths on either side of a pause, and the next one at once: only these two stay.
    words = [word("出せ", 0.8, 2.99), word("な", 2.99, 4.005), word("首", 4.005, 4.018), word("を", 4.5, 5.8)]

    settled_words = times(settled(words, VOICED))

    assert settled_words[0] == (1.0, 2.99)
    assert settled_words[-1] == (4.5, 6.0)


def test_words_heaped_up_where_their_stretch_ends_stay_there_and_cost_no_time() -> None:
    # What lies behind the end of a stretch is put on its last hundredths, one word on the other.
    heap = [word("で", 5.98, 6.0), word("す", 5.98, 6.0), word("か", 5.98, 6.0)]
    words = [word("首", 3.6, 4.5), word("を", 4.5, 5.98), *heap]

    moved = times(settled(words, VOICED))

    assert moved[:2] == [(4.0, 4.5), (4.5, 5.98)]
    assert moved[-1] == (5.98, 6.0)


def test_a_word_far_from_every_edge_is_left_where_it_was() -> None:
    # In a room full of people the detector hears one long voice: it knows no edges.
    words = [word("殺すぞ", 3.0, 3.8)]

    assert settled(words, (Span(start=0.0, end=20.0),)) == words


def test_where_nothing_is_known_of_pauses_nothing_is_moved() -> None:
    words = [word("はい", 0.1, 0.4)]

    assert settled(words, ()) == words


@st.composite
def laid_out(draw: st.DrawFn, *, overlapping: bool = False) -> tuple[list[Word], tuple[Span, ...]]:
    steps = st.floats(min_value=0.02, max_value=2.0)
    at, words = draw(steps), list[Word]()
    for _ in range(draw(st.integers(0, 12))):
        end = at + draw(steps)
        words.append(word("あ", at, end))
        at = end + draw(st.sampled_from([0.0, -0.02, -0.3] if overlapping else [0.0, 0.0, 0.3, 1.5]))
    at, voiced = draw(steps), list[Span]()
    for _ in range(draw(st.integers(0, 6))):
        end = at + draw(steps) + 0.1
        voiced.append(Span(start=at, end=end))
        at = end + 0.15 + draw(steps)
    return words, tuple(voiced)


@given(laid_out())
def test_no_word_is_lost_changes_places_or_moves_far(drawn: tuple[list[Word], tuple[Span, ...]]) -> None:
    words, voiced = drawn

    moved = settled(words, voiced)

    assert [one.text for one in moved] == [one.text for one in words]
    assert all(one.start < one.end for one in moved)
    assert all(before.end <= after.start for before, after in pairwise(moved))
    for before, after in zip(words, moved, strict=True):
        # A word is at most shortened to the voice it overlaps, and made longer by half a second, or by
        # one and a half if it had no time for its letter.
        assert after.start >= before.start - 0.5 - 1e-9
        assert after.end <= before.end + (0.5 if before.end - before.start >= 0.1 else 1.5) + 1e-9
        assert after.end > before.start - 1e-9
        assert after.start < before.end + 1e-9


@given(laid_out(overlapping=True))
def test_words_that_lie_on_each_other_are_settled_too_and_none_is_lost(
    drawn: tuple[list[Word], tuple[Span, ...]],
) -> None:
    words, voiced = drawn

    moved = settled(words, voiced)

    assert [one.text for one in moved] == [one.text for one in words]
    assert all(one.start < one.end for one in moved)


@pytest.mark.parametrize("gap", [0.0, 0.1])
def test_words_side_by_side_in_one_breath_keep_their_times(gap: float) -> None:
    words = [word("保険", 1.0, 1.8), word("年金", 1.8 + gap, 2.5), word("課", 2.5 + gap, 3.0)]

    assert settled(words, VOICED[:1]) == words
