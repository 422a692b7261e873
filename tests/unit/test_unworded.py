"""What a recogniser skips in a noisy room stays visible; what has its words is left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transcription.sentences import utterances
from transcription.unworded import unworded
from transcription.utterance import WORDLESS, Span, Track, Word

STRETCH = Span(start=0.0, end=30.0)
FIRST, SECOND, THIRD = (Span(start=at, end=at + 2.0) for at in (4.0, 12.0, 24.0))
BABBLE = (Span(start=8.0, end=8.2), Span(start=19.0, end=19.3))


def word(start: float, end: float) -> Word:
    return Word(text="はい", start=start, end=end, probability=0.9)


def test_what_was_skipped_before_between_and_after_the_words_is_found() -> None:
    found = unworded(STRETCH, [word(7.0, 7.5), word(12.0, 14.0)], (FIRST, BABBLE[0], SECOND, THIRD))

    assert found == [Span(start=3.8, end=6.2), Span(start=23.8, end=26.2)]


def test_all_that_was_skipped_between_two_words_is_one_place() -> None:
    found = unworded(
        STRETCH, [word(1.0, 1.5), word(28.0, 29.0)], (FIRST, BABBLE[0], SECOND, BABBLE[1], THIRD)
    )

    assert found == [Span(start=3.8, end=26.2)]


def test_a_voice_with_its_words_is_left_alone() -> None:
    assert unworded(STRETCH, [word(4.0, 6.0), word(12.0, 14.0)], (FIRST, SECOND)) == []


def test_a_cough_or_what_others_say_behind_is_no_sentence() -> None:
    assert unworded(STRETCH, [word(4.0, 6.0)], (FIRST, *BABBLE)) == []


def test_a_place_does_not_reach_into_the_words_beside_it() -> None:
    found = unworded(STRETCH, [word(3.0, 4.0), word(6.1, 7.0)], (FIRST,))

    assert found == [Span(start=4.0, end=6.1)]


def test_the_transcript_says_where_somebody_speaks_and_no_words_are() -> None:
    said = utterances(Track.CALLER, STRETCH, [word(12.0, 14.0)], (FIRST, SECOND, THIRD))

    assert [(one.text, one.start, one.end) for one in said] == [
        (WORDLESS, 3.8, 6.2),
        ("はい", 12.0, 14.0),
        (WORDLESS, 23.8, 26.2),
    ]


spans = st.tuples(st.floats(0.0, 29.0), st.floats(0.1, 3.0)).map(
    lambda pair: Span(start=pair[0], end=pair[0] + pair[1])
)


@given(st.lists(spans, max_size=8), st.lists(spans, max_size=8))
def test_every_place_lies_inside_the_stretch_and_in_order(words: list[Span], voices: list[Span]) -> None:
    voiced = list[Span]()
    for run in sorted(voices, key=lambda run: run.start):
        if not voiced or run.start > voiced[-1].end:
            voiced.append(run)
    said = [word(one.start, one.end) for one in sorted(words, key=lambda one: one.start)]

    places = unworded(STRETCH, said, tuple(voiced))

    assert places == sorted(places, key=lambda one: one.start)
    assert all(STRETCH.start <= one.start < one.end <= STRETCH.end for one in places)
