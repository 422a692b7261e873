"""Letters have the times of their words, and a correction keeps the times of what it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.changes import changes
from transcription.letter_times import corrected, span_of
from transcription.utterance import Span, Track, Utterance, Word

SAID = Utterance(
    track=Track.CALLER, start=10.0, end=14.0, text="農税家の通知です。",
    words=(
        Word(text="農", start=10.2, end=10.4, probability=0.4),
        Word(text="税", start=10.4, end=10.6, probability=0.9),
        Word(text="家", start=10.6, end=10.9, probability=0.5),
        Word(text="の", start=10.9, end=11.0, probability=0.99),
        Word(text="通知", start=11.2, end=11.8, probability=0.98),
        Word(text="です。", start=11.8, end=12.2, probability=0.97),
    ),
)  # fmt: skip


def test_characters_are_said_when_their_words_are() -> None:
    assert span_of(SAID, 4, 6) == Span(start=11.2, end=11.8)
    assert span_of(SAID, 5, 6) == Span(start=11.2, end=11.8)
    assert span_of(SAID, 0, 9) == Span(start=10.2, end=12.2)


def test_without_word_times_the_whole_utterance_is_meant() -> None:
    bare = Utterance(track=Track.HALL, start=1.0, end=2.0, text="はい")

    assert span_of(bare, 0, 1) == Span(start=1.0, end=2.0)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 10)])
def test_there_is_no_time_for_characters_that_are_not_there(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no letters"):
        span_of(SAID, start, end)


def test_a_correction_keeps_every_time_it_does_not_touch() -> None:
    now = corrected(SAID, "納税課の通知です。")

    assert now.text == "納税課の通知です。"
    assert (now.track, now.start, now.end) == (SAID.track, SAID.start, SAID.end)
    assert [(one.text, one.start, one.probability) for one in now.words] == [
        ("納", 10.2, 1.0), ("税", 10.4, 0.9), ("課", 10.6, 1.0), ("の", 10.9, 0.99),
        ("通知", 11.2, 0.98), ("です。", 11.8, 0.97),
    ]  # fmt: skip


def test_words_that_the_machine_did_not_hear_lie_in_the_gap_where_they_were_said() -> None:
    now = corrected(SAID, "農税家の督促通知です。")

    assert [(one.start, one.end) for one in now.words if one.text == "督促"] == [(11.0, 11.2)]


@given(text=st.text(alphabet="納税課の通知です。農家督促", min_size=1, max_size=30))
def test_whatever_is_written_has_a_time_inside_the_utterance(text: str) -> None:
    now = corrected(SAID, text)

    assert "".join(one.text for one in now.words) == text
    assert all(now.start <= one.start <= one.end <= now.end for one in now.words)
    assert [one.start for one in now.words] == sorted(one.start for one in now.words)
    span = span_of(now, 0, len(text))
    assert now.start <= span.start < span.end <= now.end


def test_a_change_shows_what_went_and_what_came() -> None:
    shown = [(one.kind, one.text) for one in changes("農税家の通知です。", "納税課の通知です。")]

    assert shown == [("removed", "農税家"), ("added", "納税課"), ("same", "の通知です。")]


@given(
    machine=st.text(alphabet="納税課の通知", max_size=20),
    person=st.text(alphabet="農税家の通知", max_size=20),
)
def test_both_texts_can_be_read_out_of_the_changes(machine: str, person: str) -> None:
    pieces = changes(machine, person)

    assert "".join(one.text for one in pieces if one.kind != "added") == machine
    assert "".join(one.text for one in pieces if one.kind != "removed") == person
