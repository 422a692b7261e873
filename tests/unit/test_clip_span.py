"""A clip holds the words whole: it is moved out to a pause nearby and a little further, never into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.clip_span import MORE, NEAR, clip_span
from transcription.utterance import Span

WHOLE = 60.0


def test_without_a_pause_nearby_the_clip_is_the_words_and_two_tenths_on_either_side() -> None:
    assert clip_span(Span(start=5.0, end=6.0), (), WHOLE) == Span(start=4.8, end=6.2)


def test_the_clip_begins_and_ends_at_the_pauses_around_the_words() -> None:
    speech = (Span(start=4.7, end=6.4), Span(start=8.0, end=9.0))

    assert clip_span(Span(start=5.0, end=6.0), speech, WHOLE) == Span(start=4.5, end=6.6)


def test_a_pause_that_is_inside_the_words_or_too_far_away_moves_nothing() -> None:
    inside = (Span(start=5.2, end=5.8),)
    far = (Span(start=4.4, end=6.6),)

    assert clip_span(Span(start=5.0, end=6.0), inside, WHOLE) == Span(start=4.8, end=6.2)
    assert clip_span(Span(start=5.0, end=6.0), far, WHOLE) == Span(start=4.8, end=6.2)


def test_a_clip_never_leaves_the_recording() -> None:
    assert clip_span(Span(start=0.1, end=59.95), (), WHOLE) == Span(start=0.0, end=60.0)


@pytest.mark.parametrize("whole", [0.5, 3.0])
def test_words_that_lie_beyond_the_sound_give_a_stretch_that_is_there(whole: float) -> None:
    found = clip_span(Span(start=5.0, end=6.0), (), whole)

    assert 0 <= found.start < found.end <= whole


SPANS = st.tuples(st.floats(0, 58), st.floats(0.05, 2)).map(lambda at: Span(start=at[0], end=at[0] + at[1]))


@given(words=SPANS, speech=st.lists(SPANS, max_size=6))
def test_whatever_the_pauses_the_clip_holds_the_words_and_little_more(
    words: Span, speech: list[Span]
) -> None:
    found = clip_span(words, speech, WHOLE)

    assert found.start <= max(0.0, words.start)
    assert found.end >= min(words.end, WHOLE)
    assert found.start >= min(words.start - NEAR - MORE - 0.002, words.start) or found.start == 0
    assert found.end <= words.end + NEAR + MORE + 0.002
    assert found.start * 1000 == pytest.approx(round(found.start * 1000))
