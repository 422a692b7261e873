"""Stretches of speech share the recogniser's window, and every word comes back to where it was said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.packs import LONGEST, SILENCE, Pack, pack_up
from transcription.utterance import Span, Word


def word(text: str, start: float, end: float) -> Word:
    return Word(text=text, start=start, end=end, probability=0.9)


def test_short_stretches_share_a_window_and_long_ones_do_not() -> None:
    speech = (Span(start=0, end=10), Span(start=20, end=30), Span(start=40, end=50), Span(start=60, end=88))

    packs = pack_up(speech)

    assert [[clip.span for clip in pack.clips] for pack in packs] == [
        [speech[0], speech[1]],
        [speech[2]],
        [speech[3]],
    ]
    assert all(pack.clips[-1].at + pack.clips[-1].span.seconds <= LONGEST for pack in packs)


def test_the_sound_of_a_window_is_the_stretches_with_silence_between() -> None:
    samples = np.arange(1, 8 * 8000 + 1, dtype=np.int64).astype(np.int16)
    pack = pack_up((Span(start=1, end=2), Span(start=5, end=6)))[0]

    window = pack.cut(samples)

    assert (window[:8000] == samples[8000:16000]).all()
    second = round((1 + SILENCE) * 8000)
    assert (window[8000:second] == 0).all()
    assert (window[second : second + 8000] == samples[40000:48000]).all()


def test_a_word_belongs_to_the_stretch_of_its_end() -> None:
    first, second = Span(start=10, end=12), Span(start=30, end=33)
    pack = pack_up((first, second))[0]

    placed = pack.to_spans([word("はい", 0.5, 1.5), word("納税", 1.8, 2 + SILENCE + 1)])

    assert placed[first] == [word("はい", 10.5, 11.5)]
    assert placed[second] == [word("納税", 30, 31)]


def test_words_stay_in_order_and_inside_their_stretch() -> None:
    span = Span(start=10, end=11)
    pack = pack_up((span,))[0]

    placed = pack.to_spans([word("あ", 0.0, 0.9), word("い", 0.5, 3.0), word("う", 3.0, 3.0)])[span]

    assert placed is not None
    assert all(10 <= one.start < one.end <= 11 for one in placed)
    assert [one.end for one in placed] == sorted(one.end for one in placed)


def test_what_could_not_be_believed_holds_for_every_stretch_of_the_window() -> None:
    speech = (Span(start=0, end=1), Span(start=2, end=3))
    pack = pack_up(speech)[0]

    assert pack.to_spans(None) == {speech[0]: None, speech[1]: None}
    assert pack.left_over(pack.to_spans(None)) == [(speech[0], speech[0]), (speech[1], speech[1])]


def test_a_text_that_ends_before_its_sound_leaves_the_rest_to_be_heard_again() -> None:
    speech = (Span(start=0, end=6), Span(start=7, end=9), Span(start=10, end=12))
    pack = pack_up(speech)[0]

    placed = pack.to_spans([word("はい", 0.2, 1.0), word("納税", 6.5, 8.0)])

    assert pack.left_over(placed) == [(speech[0], Span(start=1.0, end=6)), (speech[2], speech[2])]


def test_a_stretch_heard_alone_is_not_heard_alone_again() -> None:
    pack = Pack.of(Span(start=3, end=5))

    assert pack.left_over(pack.to_spans([])) == pack.left_over(pack.to_spans(None)) == []


def test_no_speech_needs_no_window() -> None:
    assert pack_up(()) == []


def test_a_stretch_of_no_time_cannot_be() -> None:
    with pytest.raises(ValueError, match="no stretch"):
        Span(start=2, end=2)


@st.composite
def speeches(draw: st.DrawFn) -> tuple[Span, ...]:
    lengths = st.floats(min_value=0.35, max_value=28.0)
    at, spans = draw(st.floats(0, 100)), list[Span]()
    for _ in range(draw(st.integers(1, 12))):
        spans.append(Span(start=at, end=at + draw(lengths)))
        at = spans[-1].end + draw(st.floats(0.1, 20.0))
    return tuple(spans)


@given(speeches(), st.data())
def test_every_moment_of_a_window_comes_back_to_the_second_it_was_cut_from(
    speech: tuple[Span, ...], data: st.DataObject
) -> None:
    packs = pack_up(speech)

    assert [clip.span for pack in packs for clip in pack.clips] == list(speech)
    for pack in packs:
        assert pack.clips[-1].at + pack.clips[-1].span.seconds <= LONGEST + 1e-9
        for clip in pack.clips:
            # A word anywhere in the stretch, as the recogniser times it: from the window's beginning.
            begin = data.draw(st.floats(0, clip.span.seconds - 0.3))
            spoken = word("納税", clip.at + begin, clip.at + begin + 0.3)
            (placed,) = pack.to_spans([spoken])[clip.span] or ()
            assert placed.start == pytest.approx(clip.span.start + begin, abs=1e-6)
            assert placed.end == pytest.approx(clip.span.start + begin + 0.3, abs=1e-6)


@given(speeches(), st.lists(st.tuples(st.floats(0, 40), st.floats(0, 5)), max_size=20))
def test_whatever_times_a_recogniser_gives_no_word_leaves_the_speech_or_is_lost(
    speech: tuple[Span, ...], wild: list[tuple[float, float]]
) -> None:
    pack = pack_up(speech)[0]

    placed = pack.to_spans([word("あ", start, start + length) for start, length in sorted(wild)])

    assert sum(len(words or ()) for words in placed.values()) == len(wild)
    for span, words in placed.items():
        assert all(span.start - 0.021 * len(wild) <= one.start < one.end <= span.end for one in words or ())


@given(st.integers(0, 2**31), speeches())
def test_the_samples_of_a_window_are_those_of_its_stretches(seed: int, speech: tuple[Span, ...]) -> None:
    pack = pack_up(speech[:3])[0]
    samples = np.random.default_rng(seed).integers(1, 30000, round(speech[-1].end * 8000) + 1, dtype=np.int16)

    window = pack.cut(samples)

    for clip in pack.clips:
        begin, first = round(clip.at * 8000), round(clip.span.start * 8000)
        length = min(round(clip.span.end * 8000) - first, len(window) - begin)
        assert abs(length - clip.span.seconds * 8000) <= 2
        assert (window[begin : begin + length] == samples[first : first + length]).all()
