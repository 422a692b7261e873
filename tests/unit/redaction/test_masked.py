"""What is masked is gone, sample by sample and word by word, and nothing else is."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from disclosure.redaction.echoes import echoes, likeness
from disclosure.redaction.mask import BLACK, Mask, frames, shown_of, silenced, span_of_words
from disclosure.redaction.masked_sound import Cover, masked
from tests.fakes.voices import voice
from transcription.utterance import CALL_TRACKS, Span, Track, Utterance, Word

RATE = 8000
WHOLE = 10.0
spans = st.tuples(st.floats(0, WHOLE - 0.1), st.floats(0.01, 2.0)).map(
    lambda one: Span(start=one[0], end=min(WHOLE, one[0] + one[1]))
)


def mask(span: Span, track: Track = Track.CALLER) -> Mask:
    return Mask(id=uuid4(), track=track, span=span, ground="78-1-2")


def call() -> NDArray[np.int16]:
    return np.stack([voice(3, WHOLE), voice(4, WHOLE)], axis=1).astype(np.int16)


SOUND = call()


@settings(max_examples=60, deadline=None)
@given(st.lists(spans, max_size=5), st.sampled_from(list(Cover)))
def test_every_masked_sample_is_replaced_and_every_other_one_stays(chosen: list[Span], cover: Cover) -> None:
    silent = silenced([mask(one) for one in chosen], Track.CALLER)

    heard = masked(SOUND, {Track.CALLER: silent}, CALL_TRACKS, RATE, cover)
    other = masked(SOUND[::-1].copy(), {Track.CALLER: silent}, CALL_TRACKS, RATE, cover)

    out = np.zeros(len(SOUND), dtype=bool)
    for one in silent:
        out[frames(one, RATE, len(SOUND))] = True
    assert np.array_equal(heard[~out], SOUND[~out])
    assert np.array_equal(heard[:, 1], SOUND[:, 1])
    # What lies in a mask does not depend on what was there.
    assert np.array_equal(heard[out, 0], other[out, 0])
    for one in chosen:
        assert out[ceil(one.start * RATE - 1e-6) : int(one.end * RATE)].all()


@given(st.lists(spans, max_size=6))
def test_masks_of_a_side_lie_apart_and_cover_all_that_was_asked(chosen: list[Span]) -> None:
    silent = silenced([mask(one) for one in chosen], Track.CALLER)

    assert all(one.end + 0.29 < other.start for one, other in pairwise(silent))
    assert all(any(one.start <= each.start and each.end <= one.end for one in silent) for each in chosen)
    assert silenced([mask(one) for one in chosen], Track.HALL) == ()


def words(*said: tuple[str, float, float]) -> Utterance:
    found = tuple(Word(text=text, start=start, end=end, probability=0.9) for text, start, end in said)
    return Utterance(
        track=Track.CALLER, start=found[0].start, end=found[-1].end,
        text="".join(one.text for one in found), words=found,
    )  # fmt: skip


NAMED = words(("隣の", 1.0, 1.4), ("山田", 1.4, 1.8), ("花子", 1.8, 2.2), ("さんが", 2.3, 2.6))


def test_a_word_that_a_mask_touches_is_not_read_nor_how_long_it_was() -> None:
    assert NAMED.words
    out = span_of_words(NAMED.words[1:3], [Span(start=0.9, end=2.7)], WHOLE)

    assert out.start < 1.4 - 0.1
    assert out.end > 2.2 + 0.1
    exact = shown_of(NAMED, [Span(start=1.4, end=2.2)])
    assert [(one.text, one.left_out) for one in exact] == [("隣の", False), (BLACK, True), ("さんが", False)]
    assert shown_of(NAMED, [Span(start=1.79, end=1.81)]) == exact
    assert [one.text for one in shown_of(NAMED, [Span(start=5, end=6)])] == [NAMED.text]


def test_words_without_times_go_as_a_whole() -> None:
    typed = Utterance(track=Track.CALLER, start=1.0, end=3.0, text="訂正した言葉")

    assert shown_of(typed, [Span(start=2.9, end=4.0)])[0].text == BLACK


@pytest.mark.parametrize(("delay", "quieter"), [(0.0, 0.06), (0.12, 0.06), (0.5, 0.2), (0.3, -0.1)])
def test_an_echo_of_what_is_masked_is_found_on_the_other_side(delay: float, quieter: float) -> None:
    caller = voice(5, WHOLE).astype(np.float64)
    late = np.concatenate([np.zeros(int(delay * RATE)), caller])[: len(caller)]
    hall = (late * quieter + np.random.default_rng(1).normal(0, 8, len(caller))).astype(np.int16)
    passage = Span(start=4.0, end=5.0)

    found = echoes(caller.astype(np.int16), hall, [passage], RATE)

    assert found
    covered = sum(one.seconds for one in found)
    assert covered >= 0.7
    assert all(4.0 + delay - 0.3 <= one.start and one.end <= 5.0 + delay + 0.3 for one in found)


def test_another_voice_is_no_echo() -> None:
    assert echoes(SOUND[:, 0], SOUND[:, 1], [Span(start=2.0, end=6.0)], RATE) == ()


def test_likeness_is_one_for_the_same_and_nothing_for_silence() -> None:
    piece = SOUND[8000:10000, 0]

    assert likeness(piece, SOUND[6000:16000, 0]) == (pytest.approx(1.0), 2000)
    assert likeness(-piece, SOUND[6000:16000, 0])[0] == pytest.approx(1.0)
    assert likeness(piece, np.zeros(8000, dtype=np.int16)) == (0.0, 0)
    assert likeness(piece, piece[:10]) == (0.0, 0)
